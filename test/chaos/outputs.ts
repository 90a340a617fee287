/** Anything that may be written: text that whoever operates or calls the product gets to see. */
const SECRET = /mdb_sa_sk_|eyJ[\w-]{8,}|(Bearer|Basic)\s+[\w.~+/-]{8,}/;
/** An address of which more than the first letter stands there. */
const ADDRESS = /[\w.+-][\w.+-]@example\.com/;

/** Reads all that goes out for what must not be in it, and the log for what it says about each request. */
export class Outputs {
  readonly leaks: string[] = [];
  /** Requests whose success the log calls unconfirmed, by their ids. */
  readonly unconfirmed = new Set<string>();
  lines = 0;
  /** Requests to the Administration API that one invocation sent for one request, at the most. */
  mostTries = 0;

  /** Takes the place of stdout. */
  readonly write = (text: string): void => {
    for (const line of text.split('\n')) {
      if (line === '') continue;
      this.lines += 1;
      this.inspect(line);
      const { confirmed, messageId, callerRequestId, askedBy, tries } = JSON.parse(line);
      this.mostTries = Math.max(this.mostTries, tries ?? 0);
      if (confirmed === false) for (const id of [messageId, callerRequestId, askedBy]) this.unconfirmed.add(`${id}`);
    }
  };

  /** Something that no one but the operator or the caller sees; an address may stand only where it was asked to. */
  inspect(text: string): void {
    const found = SECRET.exec(text) ?? (text.includes('@example.com') ? ADDRESS.exec(text) : undefined);
    if (found) this.leaks.push(`${found[0].slice(0, 12)}... in ${text.slice(0, 80)}`);
  }

  /** What a caller gets, who may see the address that the request is about. */
  inspectResult(text: string): void {
    const found = SECRET.exec(text);
    if (found) this.leaks.push(`${found[0].slice(0, 12)}... in ${text.slice(0, 80)}`);
  }
}
