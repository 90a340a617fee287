import { cpus, loadavg } from 'node:os';

/** Where the numbers come from, and how busy it was. */
export function describeMachine(): string {
  const processors = cpus();
  const [load = 0] = loadavg();
  return `Node.js ${process.versions.node} on ${processors.length} x ${processors[0]?.model ?? 'unknown'}, load ${load.toFixed(1)}`;
}
