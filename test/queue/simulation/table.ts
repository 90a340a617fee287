import type { Outcome } from './simulation.ts';

const HEAD = [
  'what is asked for',
  'messages',
  'functions',
  'requests',
  'answered 429',
  'time',
  "bucket's minimum",
  'ratio',
  'highest receive count',
];

/** The outcomes as a Markdown table. */
export function table(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ scenario, requests, answered429, seconds, minimum, highestReceiveCount }) => {
    const time = Math.max(...seconds);
    return [
      scenario.name,
      scenario.messages.map((count) => count.toLocaleString('en')).join(' + '),
      `${scenario.containers}`,
      requests.toLocaleString('en'),
      `${answered429} (${((100 * answered429) / requests).toFixed(2)} %)`,
      duration(time),
      duration(minimum),
      (time / minimum).toFixed(3),
      `${highestReceiveCount}`,
    ];
  });
  return [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function duration(seconds: number): string {
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}
