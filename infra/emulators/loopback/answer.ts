export type Headers = Record<string, string | string[]>;

/** An answer before it is sent. */
export interface Answer {
  status: number;
  headers: Headers;
  body?: string | Buffer;
}
