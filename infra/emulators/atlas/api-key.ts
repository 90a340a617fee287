/** A programmatic API key, the older kind of credential, used with HTTP Digest. */
export interface ApiKey {
  readonly publicKey: string;
  readonly privateKey: string;
  readonly orgId: string;
  /** Organization roles; may be changed at any time. */
  roles: string[];
}
