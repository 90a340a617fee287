import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import { onTestFinished } from 'vitest';
import { type Atlas, startAtlas } from '../../infra/emulators/atlas/atlas.ts';
import type { Organization } from '../../infra/emulators/atlas/organization.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Environment } from '../../lib/configuration.ts';
import { runCancel } from '../../lib/terminal/command.ts';
import { manualClock } from '../support/clock.ts';
import { idleClock } from './idle-clock.ts';

/** How one run of the command ended. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** An operator's desk: Atlas on loopback, credentials in the environment, a folder for files. */
export interface Desk {
  readonly atlas: Atlas;
  readonly organization: Organization;
  readonly clock: Clock;
  readonly environment: Environment;
  /** Runs the command; `--org` is given unless the arguments have it. */
  readonly run: (args: readonly string[], more?: Environment) => Promise<Ended>;
  /** Ctrl+C. */
  readonly interrupt: () => void;
  /** The path of a file in the folder; with text, the file is written. */
  readonly file: (name: string, text?: string) => string;
  /** The rows of a report. */
  readonly report: (path: string) => Readonly<Record<string, string>>[];
}

interface DeskOptions {
  /** Whether somebody looks at the output. */
  readonly interactive?: boolean;
  /** How many rows there will be: time then goes on only while all that are under way wait. */
  readonly rows?: number;
}

/** Rows that the command has under way at once. */
const WORKERS = 4;

export async function startDesk({ interactive = false, rows }: DeskOptions = {}): Promise<Desk> {
  let told = 0;
  const idle = idleClock(() => Math.min(WORKERS, (rows ?? 0) - told));
  const clock = rows === undefined ? manualClock() : idle;
  const atlas = await startAtlas({ clock: clock.now });
  const organization = atlas.addOrganization();
  const { clientId, clientSecret } = organization.addServiceAccount();
  const folder = mkdtempSync(join(tmpdir(), 'cancel-'));
  onTestFinished(async () => {
    rmSync(folder, { recursive: true });
    await atlas.close();
  });
  const environment: Environment = {
    ATLAS_BASE_URL: atlas.url,
    MONGODB_ATLAS_CLIENT_ID: clientId,
    MONGODB_ATLAS_CLIENT_SECRET: clientSecret,
  };
  const listeners = new Set<() => void>();
  return {
    atlas,
    organization,
    clock,
    environment,
    async run(args, more = {}) {
      const out = collector(interactive, (text) => {
        told += Number(text.startsWith('line '));
        idle.left();
      });
      const err = collector(interactive, () => {});
      const whole = args.includes('--org') || args.includes('--help') ? args : ['--org', organization.id, ...args];
      const code = await runCancel(whole, {
        out: out.stream,
        err: err.stream,
        environment: { ...environment, ...more },
        clock,
        onInterrupt: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      });
      return { code, out: out.text(), err: err.text() };
    },
    interrupt: () => {
      for (const listener of listeners) listener();
    },
    file: (name, text) => {
      const path = join(folder, name);
      if (text !== undefined) writeFileSync(path, text);
      return path;
    },
    report: (path) => parse(readFileSync(path, 'utf8'), { columns: true }),
  };
}

/** A stream that keeps what is written to it, and is a terminal or not. */
function collector(isTTY: boolean, told: (text: string) => void) {
  let text = '';
  const stream = new Writable({
    write(chunk, _, done) {
      text += String(chunk);
      told(String(chunk));
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY, columns: 100 }), text: () => text };
}
