import { createHash } from 'node:crypto';
import { type Atlas, startAtlas } from '../../infra/emulators/atlas/atlas.ts';
import type { Settings } from '../../infra/emulators/atlas/settings.ts';
import { type SecretsManager, startSecretsManager } from '../../infra/emulators/secrets-manager/secrets-manager.ts';
import { seeded } from '../queue/simulation/seeded.ts';
import { VirtualTime } from '../queue/simulation/virtual-time.ts';
import { type Ask, populate } from './asks.ts';
import { awsEnvironment } from './aws-environment.ts';
import { excesses } from './bounds.ts';
import { call } from './callers.ts';
import { ChaosQueue } from './chaos-queue.ts';
import { Functions } from './functions.ts';
import { type Happenings, liveCredentials, livePeople } from './happenings.ts';
import { type Ending, judgeRun } from './invariants.ts';
import { Outputs } from './outputs.ts';
import { workQueue } from './poller.ts';
import type { Counts } from './report.ts';
import type { Scale } from './scale.ts';
import type { Tampering } from './tampering.ts';
import { installVirtualTimers } from './virtual-timers.ts';
import { Wire } from './wire.ts';

const START = Date.parse('2026-11-23T08:00:00Z');
const DEAD_LETTERS = 'https://sqs.eu-west-1.amazonaws.com/123456789012/dead-letters';

/** What Atlas was seen to do, or may do, in one way or another: each seed meets one of them. */
const HABITS: readonly Partial<Settings>[] = [
  { goneAs: '404-resource', usernameFilter: 'case-insensitive' },
  { goneAs: '400-invitation', usernameFilter: 'exact' },
  {
    goneAs: '404-invitation',
    usernameFilter: 'ignored',
    revokedTokenAnswer: { body: 'UNAUTHORIZED', wwwAuthenticate: false },
  },
];

export interface ChaosOptions {
  readonly seed: number;
  readonly scale: Scale;
  /** Lets Atlas end the invites endpoint in the middle. */
  readonly sunset?: boolean;
  /** Spoils the product, to see that it is noticed. */
  readonly tampering?: Tampering;
}

/** How a run ended: what was counted, and all that must not have happened. */
export interface Ended {
  readonly counts: Counts;
  readonly violations: readonly string[];
}

/** Lets everything go wrong, until nothing is left to be done. */
export async function runChaos({ seed, scale, sunset = false, tampering = {} }: ChaosOptions): Promise<Ended> {
  const wire = new Wire(seed);
  const time = new VirtualTime(START, wire.lockStep.untilQuiet);
  const [atlas, secretsManager] = await Promise.all([
    startAtlas({ clock: time.now, keepRequests: 0 }),
    startSecretsManager({ clock: time.now, keepRequests: 0 }),
  ]);
  const restore = [
    awsEnvironment(secretsManager.url),
    wire.lockStep.listen(
      new Map([
        [atlas.url, 'atlas'],
        [secretsManager.url, 'secrets-manager'],
      ]),
    ),
    installVirtualTimers(time, () => wire.lockStep.owner),
  ];
  Object.assign(atlas.settings, HABITS[seed % HABITS.length]);
  wire.connect(time, atlas);
  wire.connect(time, secretsManager);
  try {
    return await run({ seed, scale, sunset, tampering, wire, time, atlas, secretsManager });
  } finally {
    await Promise.all([atlas.close(), secretsManager.close()]);
    for (const each of restore.reverse()) each();
  }
}

interface Stage extends Required<ChaosOptions> {
  readonly wire: Wire;
  readonly time: VirtualTime;
  readonly atlas: Atlas;
  readonly secretsManager: SecretsManager;
}

async function run({ seed, scale, sunset, tampering, wire, time, atlas, secretsManager }: Stage): Promise<Ended> {
  const random = seeded(seed);
  const span = scale.seconds * 1_000;
  // What happened at an earlier moment is how the stage was set.
  const startedAt = time.now() + 1;
  const happened: Happenings = { answered: 0, invitedAgain: 0, revocations: 0, rotations: 0 };
  const organizations = Array.from({ length: scale.organizations }, () => atlas.addOrganization());
  const accounts = organizations.map((organization) => {
    organization.addMember(`owner@${organization.id}.example`, { owner: true });
    const account = organization.addServiceAccount();
    const { clientId, clientSecret } = account;
    secretsManager.put(organization.id, { clientId, clientSecret, orgId: organization.id });
    return [organization, account] as const;
  });
  const asks = populate(organizations, scale, random, startedAt);

  const outputs = new Outputs();
  const queue = new ChaosQueue(time, random);
  const functions = new Functions({
    time,
    lockStep: wire.lockStep,
    environment: {
      ATLAS_SECRET_ID: '{orgId}',
      ATLAS_BASE_URL: atlas.url,
      ATLAS_ALLOWED_ORG_IDS: organizations.map(({ id }) => id).join(','),
      DEAD_LETTER_QUEUE_URL: DEAD_LETTERS,
    },
    sqs: tampering.sqs?.(queue) ?? queue,
    write: tampering.write?.(outputs.write) ?? outputs.write,
    seed,
  });

  const options = { seed, time, span, secretsManager };
  const endings = new Map<string, Ending[]>();
  const end = (id: string, ending: Ending | undefined) => {
    if (ending) endings.set(id, [...(endings.get(id) ?? []), ending]);
  };
  const callOne = async (ask: Ask) => {
    await time.wait(ask.at - time.now());
    end(ask.id, await call(ask, { time, outputs, random, container: () => functions.any('api', random()) }));
  };
  livePeople(options, asks, happened);
  const sunsetAt = sunset ? startedAt + span / 2 : Infinity;
  if (sunset) {
    time.schedule(sunsetAt - time.now(), () => {
      atlas.settings.sunset = '410';
    });
  }
  const messages = asks.filter(({ door }) => door === 'queue');
  await time.run(
    Promise.all([
      ...accounts.map(([organization, account]) => liveCredentials(options, organization, account, happened)),
      workQueue({ time, queue, functions, random, messages, end, outputs, tampering }),
      functions.die(scale.kills, span, random),
      ...asks.filter(({ door }) => door !== 'queue').map(callOne),
    ]),
  );
  await functions.close();

  const evidence = { asks, endings, unconfirmed: outputs.unconfirmed, startedAt, sunsetAt };
  const { violations, removedInGap } = judgeRun(evidence);
  const counts: Counts = {
    asks: asks.length,
    organizations: organizations.length,
    endings: countEndings(endings),
    unconfirmed: asks.filter(({ id }) => outputs.unconfirmed.has(id)).length,
    ...happened,
    killed: functions.killed,
    abandoned: functions.abandoned,
    functions: functions.started,
    atOnce: functions.size('queue') + functions.size('api'),
    requests: wire.requests,
    broken: Object.fromEntries([...wire.broken, ...queue.broken].toSorted()),
    sqsRequests: queue.requests,
    tokenRequests: atlas.counts.tokenRequests,
    tokensMinted: atlas.counts.tokensMinted,
    secretReads: secretsManager.counts.requests,
    unauthorized: wire.lockStep.unauthorized,
    removedInGap,
    logLines: outputs.lines,
    mostTries: outputs.mostTries,
    highestReceiveCount: queue.queue.highestReceiveCount,
    virtualMinutes: Math.round((time.now() - startedAt) / 60_000),
    history: digest(organizations.map(({ history }) => history)),
    endingsDigest: digest([...endings]),
  };
  return { counts, violations: [...violations, ...excesses(counts), ...outputs.leaks] };
}

function countEndings(endings: ReadonlyMap<string, readonly Ending[]>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const ended of endings.values()) {
    const names = new Set(ended.map((ending) => (ending.kind === 'done' ? 'done' : ending.name)));
    for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
}
