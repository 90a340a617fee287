import type { WriteStream } from 'node:tty';

/** One line that says what is being waited for. */
export interface StatusLine {
  show(text: string): void;
  clear(): void;
}

/** Only on a terminal does it show: elsewhere nothing could take it away again. */
export function statusLine(stream: WriteStream): StatusLine {
  const show = (text: string) => {
    if (stream.isTTY) stream.write(`\r\x1b[2K${text}`);
  };
  return { show, clear: () => show('') };
}
