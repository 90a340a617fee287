import type { Case, Person, Phase, Way } from './cases.ts';
import type { Ended } from './scene.ts';

export interface CaseRun {
  readonly of: Case;
  readonly done: Ended;
  readonly dry: Ended;
}

/** A request that met something unusual on its way. */
export interface EventRun {
  readonly event: string;
  readonly person: Person;
  readonly way: Way;
  readonly phase: Phase;
  readonly done: Ended;
}

/** The page of all cases, as the tests have seen them. */
export function casesPage(cases: readonly CaseRun[], ends: readonly EventRun[], losses: readonly EventRun[]): string {
  const usual = (phase: Phase) => cases.filter(({ of }) => of.phase === phase && of.removal === 'fail').map(row);
  const removals = cases.filter(({ of }) => of.removal === 'remove' && of.person === 'accepted');
  return `${[
    '# Every case, its outcome, and the requests it cost',
    'Written by the tests (`test/cancellation/cases.test.ts`) from what they have seen between this product and a simulator of Atlas; they fail where it is no longer true. `npx vitest run test/cancellation/cases -u` writes it anew. Paths are those below `/api/atlas/v2/orgs/{orgId}/`; token exchanges are left out. `GET users` reads the first 200 entries: larger organizations cost more.',
    '## While the invites endpoint lives',
    table(COLUMNS, usual('before')),
    '## After it has ended',
    table(COLUMNS, usual('after')),
    '## Members, where the request says `"ifAccepted": "remove"`',
    'Everyone who is no member is treated as above. Where the deployment does not allow removals (`ALLOW_MEMBER_REMOVAL`), such a request is `Forbidden` whoever it is about, and nothing is sent.',
    table(
      ['invites endpoint', 'asked by', 'outcome', 'requests', 'dry run', 'requests'],
      removals.map((run) => [run.of.phase === 'before' ? 'lives' : 'has ended', ...row(run).slice(1)]),
    ),
    '## The request that meets the end of the invites endpoint',
    'Two of the answers that it may give then can mean less: the list of invitations tells. The end is remembered for an hour.',
    table(['answer', 'asked by', 'outcome', 'requests'], ends.map(eventRow)),
    '## A deletion whose answer was lost',
    table(['the deletion', 'invites endpoint', 'asked by', 'outcome', 'requests'], losses.map(lossRow)),
  ].join('\n\n')}\n`;
}

const COLUMNS = ['person', 'asked by', 'outcome', 'requests', 'dry run', 'requests'];

function row({ of, done, dry }: CaseRun): string[] {
  return [of.person, code(of.way), outcome(done), requests(done), outcome(dry), requests(dry)];
}

function eventRow({ event, way, done }: EventRun): string[] {
  return [event, code(way), outcome(done), requests(done)];
}

function lossRow(run: EventRun): string[] {
  const [event = '', ...rest] = eventRow(run);
  return [event, run.phase === 'before' ? 'lives' : 'has ended', ...rest];
}

function outcome({ outcome, served }: Ended): string {
  return served.result?.confirmed === false ? `${code(outcome)}, unconfirmed` : code(outcome);
}

function requests({ requests }: Ended): string {
  return requests.length === 0 ? 'none' : requests.map((request) => `\`${request}\``).join(' · ');
}

function code(words: string): string {
  return words.replace(/\w+/g, (word) => (word === 'and' ? word : `\`${word}\``));
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}
