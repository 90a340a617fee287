import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Calls } from './inside/simulators.ts';

/** A call to the process of the simulators. */
export interface Message {
  readonly id: number;
  readonly name: keyof Calls;
  readonly parameters: readonly unknown[];
}

export interface Organization {
  readonly orgId: string;
  /** An access token, for what is measured without an exchange. */
  readonly token: string;
}

/** Someone with an open invitation. */
export type Invited = ReturnType<Calls['invite']>[number];

/** Requests seen since the start. */
export type Counts = ReturnType<Calls['counts']>;

/** Atlas and Secrets Manager in a process of their own, without limits, and what can be asked of them. */
export class Simulators {
  readonly atlas: string;
  readonly secretsManager: string;
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (value: unknown) => void>();
  #last = 0;
  #stopped = false;

  static async start(script: string): Promise<Simulators> {
    const child = fork(script, { env: {} });
    const [{ value }] = await once(child, 'message');
    return new Simulators(child, value);
  }

  private constructor(child: ChildProcess, urls: { atlas: string; secretsManager: string }) {
    this.atlas = urls.atlas;
    this.secretsManager = urls.secretsManager;
    this.#process = child;
    child.on('message', ({ id, value }: { id: number; value: unknown }) => {
      this.#waiting.get(id)?.(value);
      this.#waiting.delete(id);
    });
    child.once('exit', (code) => {
      if (!this.#stopped) throw new Error(`the simulators ended with ${code}`);
    });
  }

  /** Calls one of the functions in inside/simulators.ts. */
  call<Name extends keyof Calls>(name: Name, ...parameters: Parameters<Calls[Name]>): Promise<ReturnType<Calls[Name]>> {
    const id = ++this.#last;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, resolve);
    this.#process.send({ id, name, parameters } satisfies Message);
    return promise as Promise<ReturnType<Calls[Name]>>; // What that function returned, as JSON carries it.
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#process.kill();
    await once(this.#process, 'exit');
  }
}
