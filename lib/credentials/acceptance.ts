/** Organizations that are remembered; a service account or an API key belongs to one. */
const MOST = 100;

/**
 * What Atlas has accepted a credential for: reading and deleting apart, since they need different roles. A 401 to what was
 * accepted before means that the credential has died; a 401 to what never was may as well be a missing role.
 */
export class Acceptance {
  readonly #accepted = new Map<string, Set<string>>();

  accept(orgId: string, method: string): void {
    const methods = this.#accepted.get(orgId);
    if (methods) methods.add(method);
    else if (this.#accepted.size < MOST) this.#accepted.set(orgId, new Set([method]));
  }

  /** Whether this method was accepted, or, without one, any. */
  has(orgId: string, method?: string): boolean {
    const methods = this.#accepted.get(orgId);
    return method === undefined ? methods !== undefined : (methods?.has(method) ?? false);
  }
}
