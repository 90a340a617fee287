import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bundles, makeBundles } from './bundles.ts';
import { type Organization, Simulators } from './simulators.ts';

/** Where everything is measured: the bundles, the simulators, and processes as Lambda starts them. */
export class Stage {
  readonly bundles: Bundles;
  readonly simulators: Simulators;
  readonly #directory: string;

  /** @param packaged whether to measure the package that is there, instead of making one */
  static async set(packaged: boolean): Promise<Stage> {
    const directory = await mkdtemp(join(tmpdir(), 'bench-'));
    const bundles = await makeBundles(directory, packaged);
    return new Stage(directory, bundles, await Simulators.start(bundles.script('simulators')));
  }

  private constructor(directory: string, bundles: Bundles, simulators: Simulators) {
    this.#directory = directory;
    this.bundles = bundles;
    this.simulators = simulators;
  }

  /** The environment of a deployed function that serves this organization; nothing of this process's own is in it. */
  environment({ orgId, token }: Organization): Record<string, string> {
    return {
      AWS_LAMBDA_FUNCTION_NAME: 'atlas-uninvite-bench-http',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'bench',
      AWS_SECRET_ACCESS_KEY: 'bench',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: this.simulators.secretsManager,
      ATLAS_SECRET_ID: orgId,
      ATLAS_BASE_URL: this.simulators.atlas,
      BENCH_TOKEN: token,
    };
  }

  /** Runs a script of `inside/` in a process of its own; resolves with what it sends back and the lines it printed. */
  async run<Output>(
    script: string,
    input: object,
    env: Readonly<Record<string, string>>,
  ): Promise<{ output: Output; lines: number }> {
    const printed = join(this.#directory, 'stdout');
    // A file takes what is written at once, as the pipe to Lambda's log does, and nobody has to read it meanwhile.
    const file = await open(printed, 'w');
    const child = fork(this.bundles.script(script), {
      env,
      execArgv: ['--expose-gc'],
      stdio: ['ignore', file.fd, 'inherit', 'ipc'],
    });
    const exited = once(child, 'exit');
    child.send(input);
    const output = once(child, 'message').then(([message]) => message as Output); // What the script of that name sends.
    const ended = exited.then(([code]) => {
      throw new Error(`${script} ended with ${code} before it was done`);
    });
    try {
      const result = await Promise.race([output, ended]);
      await exited;
      return { output: result, lines: (await readFile(printed, 'utf8')).split('\n').length - 1 };
    } finally {
      await file.close();
    }
  }

  /** Milliseconds from the start of a process to the first answer of this handler. */
  async untilFirstAnswer(file: string, event: object, env: Readonly<Record<string, string>>): Promise<number> {
    const startedAt = performance.now();
    const child = spawn(process.execPath, [this.bundles.script('first-answer'), file, JSON.stringify(event)], {
      env: { ...env },
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    });
    const exited = once(child, 'exit');
    const answered = child.stdio[3];
    if (!answered) throw new Error('the pipe is missing');
    let milliseconds: number | undefined;
    answered.once('data', () => {
      milliseconds = performance.now() - startedAt;
    });
    await exited;
    if (milliseconds === undefined) throw new Error(`${file} did not answer`);
    return milliseconds;
  }

  async strike(): Promise<void> {
    await this.simulators.stop();
    await rm(this.#directory, { recursive: true });
  }
}
