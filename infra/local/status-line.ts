import type { WriteStream } from 'node:tty';

/** One line that says what is being waited for. Only on a terminal: elsewhere nothing could take it away again. */
export function statusLine(stream: WriteStream) {
  const show = (text: string) => {
    if (stream.isTTY) stream.write(`\r\x1b[2K${text}`);
  };
  return { show, clear: () => show('') };
}
