/**
 * Does the work that the process was started for: takes its input from the bench, sends back what comes of it, and ends. An
 * error ends the process with its message on stderr.
 */
export function work<Input, Output>(todo: (input: Input) => Promise<Output>): void {
  process.once('message', async (input: Input) => {
    const output = await todo(input);
    process.send?.(output, () => process.exit());
  });
}
