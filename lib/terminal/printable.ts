/** Controls of C0 and C1, DEL, what ends a line, and what turns the direction of writing. All are one UTF-16 unit. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/**
 * A text that others wrote (Atlas, SQS, whoever made the file) as it may be printed: one line, in which nothing moves a
 * terminal's cursor, sets its title or makes it look like another line (CWE-150).
 */
export function printable(text: string): string {
  return text.replace(CONTROL, '?');
}

/** {@link printable} for a line of JSON, which keeps its meaning: in it such characters stand inside strings only. */
export function printableJson(line: string): string {
  return line.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
