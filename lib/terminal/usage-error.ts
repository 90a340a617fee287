/** The command was called in a way that it does not understand: the message names the option. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
