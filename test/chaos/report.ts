/** What was counted in a run; the same for the same seed. */
export interface Counts {
  readonly asks: number;
  /** By how it ended: done, or the name of the failure. */
  readonly endings: Readonly<Record<string, number>>;
  readonly unconfirmed: number;
  readonly answered: number;
  readonly invitedAgain: number;
  readonly revocations: number;
  readonly rotations: number;
  readonly killed: number;
  /** Invocations that were under way when their function was killed. */
  readonly abandoned: number;
  /** Functions that there have been, and at once. */
  readonly functions: number;
  readonly atOnce: number;
  readonly organizations: number;
  /** To the simulators of Atlas and of Secrets Manager. */
  readonly requests: number;
  readonly broken: Readonly<Record<string, number>>;
  readonly sqsRequests: number;
  readonly tokenRequests: number;
  readonly tokensMinted: number;
  readonly secretReads: number;
  readonly unauthorized: number;
  /** People who had answered their invitation between the look that showed them as invited and the deletion that followed it. */
  readonly removedInGap: number;
  readonly logLines: number;
  /** Requests to the Administration API in one go at one ask, at the most. */
  readonly mostTries: number;
  readonly highestReceiveCount: number;
  readonly virtualMinutes: number;
  /** Digests of all that happened, and of how and when each request ended. */
  readonly history: string;
  readonly endingsDigest: string;
}

/** Columns of the table, each told from what was counted. */
const COLUMNS: Readonly<Record<string, (counts: Counts) => number | string>> = {
  asked: ({ asks }) => asks,
  done: ({ endings }) => endings['done'] ?? 0,
  refused: ({ endings }) => sum(endings) - (endings['done'] ?? 0),
  unconfirmed: ({ unconfirmed }) => unconfirmed,
  requests: ({ requests, sqsRequests }) => requests + sqsRequests,
  broken: ({ broken }) => sum(broken),
  killed: ({ killed }) => killed,
  abandoned: ({ abandoned }) => abandoned,
  rotated: ({ rotations }) => rotations,
  revoked: ({ revocations }) => revocations,
  '401': ({ unauthorized }) => unauthorized,
  'secret reads': ({ secretReads }) => secretReads,
  tokens: ({ tokensMinted }) => tokensMinted,
  'in gap': ({ removedInGap }) => removedInGap,
  'most receives': ({ highestReceiveCount }) => highestReceiveCount,
  'virtual minutes': ({ virtualMinutes }) => virtualMinutes,
  history: ({ history }) => history,
};

/** A row for each seed, and below what was broken and how the asks ended. */
export function table(runs: readonly { readonly seed: number; readonly counts: Counts }[]): string {
  const rows = [
    ['seed', ...Object.keys(COLUMNS)],
    ...runs.map(({ seed, counts }) => [`${seed}`, ...Object.values(COLUMNS).map((column) => `${column(counts)}`)]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) => row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  '));
  return [...lines, '', ...section('Ended', runs, 'endings'), '', ...section('Broken', runs, 'broken')].join('\n');
}

function section(
  title: string,
  runs: readonly { readonly counts: Counts }[],
  which: 'endings' | 'broken',
): readonly string[] {
  const names = [...new Set(runs.flatMap(({ counts }) => Object.keys(counts[which])))].toSorted();
  return names.map((name) => {
    const numbers = runs.map(({ counts }) => `${counts[which][name] ?? 0}`.padStart(8));
    return `${`${title}: ${name}`.padEnd(48)}${numbers.join('')}`;
  });
}

export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
