import { Writable } from 'node:stream';

/** A stream that keeps what is written to it, and is a terminal or not. */
export function collected(isTTY: boolean, onWrite: () => void = () => {}) {
  let text = '';
  const stream = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      onWrite();
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY, columns: 100 }), text: () => text };
}
