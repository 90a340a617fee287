import { BlockList } from 'node:net';
import type { ApiKey } from './api-key.ts';
import { People } from './people.ts';
import { RateLimiter } from './rate-limiter.ts';
import { type Registry, ServiceAccount } from './service-account.ts';

export interface OrganizationOptions {
  /** 24 hexadecimal digits. */
  id?: string;
  name?: string;
  /** Addresses and CIDR ranges; empty: a list is demanded but there is none; undefined: anyone may call. */
  accessList?: string[] | undefined;
}

/** An organization: its people, its credentials, its rate limits. */
export class Organization extends People {
  readonly id: string;
  readonly name: string;
  accessList: string[] | undefined;
  readonly limiter: RateLimiter;
  readonly #registry: Registry;

  constructor(registry: Registry, options: OrganizationOptions = {}) {
    super(registry.ids, registry.clock);
    this.#registry = registry;
    this.id = options.id ?? registry.ids('organization');
    this.name = options.name ?? 'Example';
    this.accessList = options.accessList;
    this.limiter = new RateLimiter(registry.settings, registry.clock);
  }

  addServiceAccount({ roles = ['ORG_OWNER'] }: { roles?: string[] } = {}): ServiceAccount {
    return new ServiceAccount(this.#registry, this.id, roles);
  }

  addApiKey({ roles = ['ORG_OWNER'] }: { roles?: string[] } = {}): ApiKey {
    const digits = this.#registry.ids('secret').slice(-8);
    const key = {
      publicKey: `key${digits}`,
      privateKey: `xxxxxxxx-xxxx-xxxx-xxxx-xxxx${digits}`,
      orgId: this.id,
      roles,
    };
    this.#registry.apiKeys.set(key.publicKey, key);
    return key;
  }

  /** Whether the access list lets this address in. */
  admits(address: string): boolean {
    if (this.accessList === undefined) return true;
    const list = new BlockList();
    for (const entry of this.accessList) {
      const [network = '', prefix] = entry.split('/');
      if (prefix === undefined) list.addAddress(network, family(network));
      else list.addSubnet(network, Number(prefix), family(network));
    }
    return list.check(address, family(address));
  }
}

function family(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}
