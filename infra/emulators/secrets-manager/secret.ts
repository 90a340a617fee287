import { createHash } from 'node:crypto';

/** Where the secrets of this emulator seem to live. */
export const REGION = 'us-east-1';
const ACCOUNT = '123456789012';

export type SecretValue = string | Uint8Array | object;

export interface SecretVersion {
  readonly id: string;
  readonly createdAt: number;
  readonly value: string | Uint8Array;
  readonly stages: Set<string>;
}

/** A secret with its versions; staging labels are on at most one version each. */
export class Secret {
  readonly name: string;
  readonly arn: string;
  /** Marked for deletion: it is there and cannot be read. */
  deleted = false;
  readonly versions = new Map<string, SecretVersion>();
  readonly #clock: () => number;
  #count = 0;

  constructor(name: string, clock: () => number) {
    this.name = name;
    this.#clock = clock;
    this.arn = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${name}-${digest(name).slice(0, 6)}`;
  }

  /** A new version under AWSCURRENT; the one that had it gets AWSPREVIOUS (AWS docs: PutSecretValue). */
  rotate(value: SecretValue): SecretVersion {
    const current = this.staged('AWSCURRENT');
    this.staged('AWSPREVIOUS')?.stages.delete('AWSPREVIOUS');
    current?.stages.delete('AWSCURRENT');
    current?.stages.add('AWSPREVIOUS');
    this.#count += 1;
    const version: SecretVersion = {
      id: versionId(`${this.name} ${this.#count}`),
      createdAt: this.#clock(),
      value: typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value),
      stages: new Set(['AWSCURRENT']),
    };
    this.versions.set(version.id, version);
    // Versions without a label are deprecated, and Secrets Manager drops them in time.
    for (const { id, stages } of this.versions.values()) if (stages.size === 0) this.versions.delete(id);
    return version;
  }

  staged(stage: string): SecretVersion | undefined {
    return [...this.versions.values()].find(({ stages }) => stages.has(stage));
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A UUID made from text, so that every run has the same. */
function versionId(text: string): string {
  return digest(text).replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-4$3-8$4-$5');
}
