import { failures as atlas } from '../../infra/emulators/atlas/fault-catalogue.ts';
import type { Fault } from '../../infra/emulators/loopback/faults.ts';
import { failures as secretsManager } from '../../infra/emulators/secrets-manager/aws-error.ts';
import { chanceOf, pick } from './chance.ts';

/** One answer of four is broken. */
const RATE = 1 / 4;
/** Seconds of virtual time after which a slow answer goes on: less and more than a try may take. */
const SLOWEST = 25;
const FASTEST = 2;

/** Whom a request is for. */
export type Kind = 'atlas' | 'secrets-manager';

/** Something that goes wrong, with its name in the report. */
export interface NamedFault {
  readonly name: string;
  readonly fault: Fault;
  /** Seconds that the answer is held, or its second half. */
  readonly held?: number;
}

type Make = (chance: number) => Fault;

const EVERYWHERE: Readonly<Record<string, Make>> = {
  '500': atlas.unexpectedError,
  'empty 503': () => atlas.emptyUnavailable(),
  '503 with Retry-After': (chance) => atlas.emptyUnavailable(1 + Math.floor(chance * 30)),
  'HTML 502': atlas.badGateway,
  'HTML 502 after acting': () => ({ ...atlas.badGateway(), act: true }),
  'reset before acting': atlas.resetBeforeActing,
  'reset after acting': atlas.resetAfterActing,
  'closed before acting': atlas.staleKeepAlive,
  'cut body': atlas.cutBody,
  'head, then reset': atlas.headThenReset,
};
const SLOW: Readonly<Record<string, Make>> = { 'slow body': atlas.slowBody };
const SILENT: Readonly<Record<string, Make>> = {
  'late answer': () => atlas.neverAnswers(true),
  'late answer without acting': () => atlas.neverAnswers(false),
};
const API: Readonly<Record<string, Make>> = {
  '429 with Retry-After': (chance) => atlas.rateLimited(1 + Math.floor(chance * 30)),
  '429 without Retry-After': () => atlas.rateLimited(),
  '405 app upgrade': atlas.appUpgrade,
  '409': atlas.conflict,
};
const TOKEN: Readonly<Record<string, Make>> = {
  '429 with Retry-After': (chance) => ({ status: 429, headers: { 'Retry-After': `${1 + Math.floor(chance * 30)}` } }),
  '429 without Retry-After': () => ({ status: 429 }),
};
const SECRETS: Readonly<Record<string, Make>> = {
  throttled: secretsManager.throttled,
  'internal error': secretsManager.internalError,
  reset: secretsManager.reset,
  'late answer': secretsManager.neverAnswers,
};

/**
 * What goes wrong with a request, if anything: follows from the seed, from what is asked, and from how often that was asked
 * before, and from nothing else.
 */
export function faultFor(seed: number, kind: Kind, target: string, occurrence: number): NamedFault | undefined {
  const chance = (about: string) => chanceOf(seed, about, kind, target, occurrence);
  if (chance('whether') >= RATE) return undefined;
  const [name, make] = pick(Object.entries(catalogue(kind, target)), chance('which'));
  const isHeld = name in SLOW || name.startsWith('late');
  return {
    name: `${kind === 'atlas' ? whereOf(target) : 'Secrets Manager'}: ${name}`,
    fault: make(chance('how long to wait')),
    ...(isHeld ? { held: FASTEST + chance('how late') * (SLOWEST - FASTEST) } : {}),
  };
}

/** An answer without a body can be late, but not slow. */
function catalogue(kind: Kind, target: string): Readonly<Record<string, Make>> {
  if (kind === 'secrets-manager') return SECRETS;
  if (target.startsWith('POST')) return { ...EVERYWHERE, ...TOKEN, ...SLOW, ...SILENT };
  return { ...EVERYWHERE, ...API, ...SILENT, ...(target.startsWith('GET') ? SLOW : {}) };
}

function whereOf(target: string): string {
  return target.startsWith('POST') ? 'token' : 'API';
}
