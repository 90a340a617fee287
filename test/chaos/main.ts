/**
 * The long run: 10,000 messages, 1,000 calls over HTTP and 1,000 workflows for each seed, and a table of what was counted.
 * CHAOS_SEED=7,8 replays these seeds; CHAOS_MESSAGES=500 makes the runs smaller (another scale is another run).
 */
import { runChaos } from './chaos.ts';
import { type Counts, table } from './report.ts';
import { scaleOf } from './scale.ts';

const seeds = wholeNumbers('CHAOS_SEED', '1,2,3');
const [messages = 0] = wholeNumbers('CHAOS_MESSAGES', '10000');
const scale = scaleOf(messages);
const runs: { seed: number; counts: Counts }[] = [];
for (const seed of seeds) {
  const startedAt = performance.now();
  console.log(`CHAOS_SEED=${seed}: ${scale.messages} messages ...`);
  const { counts, violations } = await runChaos({ seed, scale });
  runs.push({ seed, counts });
  console.log(`  ${Math.round((performance.now() - startedAt) / 1_000)} s, ${violations.length} violations`);
  for (const violation of violations) console.log(`  CHAOS_SEED=${seed}: ${violation}`);
  if (violations.length > 0) process.exitCode = 1;
}
console.log(`\n${table(runs)}`);

function wholeNumbers(variable: string, otherwise: string): number[] {
  const words = (process.env[variable] || otherwise).split(',');
  if (!words.every((word) => /^[1-9]\d{0,8}$/.test(word))) throw new Error(`${variable} must be whole numbers`);
  return words.map(Number);
}
