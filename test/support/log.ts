import type { WriteLines } from '../../lib/observability/log.ts';

type Line = Readonly<Record<string, unknown>>;

/** What a service wrote. */
export interface CapturedLog {
  readonly write: WriteLines;
  /** All of it, as it went out. */
  readonly text: string;
  /** The log lines, parsed. */
  readonly lines: readonly Line[];
  /** The lines of metrics, parsed. */
  readonly metrics: readonly Line[];
  /** The only log line there is. */
  readonly line: Line;
}

/** Takes the place of stdout. Reading it fails where a line is no JSON object. */
export function captureLog(): CapturedLog {
  let text = '';
  const parsed = (): Line[] =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
  return {
    write: (lines) => {
      text += lines;
    },
    get text() {
      return text;
    },
    get lines() {
      return parsed().filter((line) => !('_aws' in line));
    },
    get metrics() {
      return parsed().filter((line) => '_aws' in line);
    },
    get line() {
      const [line, ...others] = this.lines;
      if (!line || others.length > 0) throw new Error(`${this.lines.length} log lines instead of one`);
      return line;
    },
  };
}
