import type { Clock } from '../clock.ts';
import type { Checked, Served } from '../served.ts';
import { type Level, logLine, preflightLine, requestLine, type WriteLines } from './log.ts';
import { metricLine, preflightMetrics, requestMetrics } from './metrics.ts';

/** Writes the log lines and the metrics of one deployment. */
export class Journal {
  readonly #clock: Clock;
  readonly #write: WriteLines;
  readonly #service: string;

  /** @param service the deployment's name in the metrics */
  constructor(clock: Clock, write: WriteLines, service: string) {
    this.#clock = clock;
    this.#write = write;
    this.#service = service;
  }

  /**
   * Writes how a request ended.
   * @param begun its line's `beginning`; undefined where that is still to be made
   */
  served(served: Served, begun: string | undefined): void {
    const at = this.#clock.now();
    const metrics = metricLine(this.#service, at, requestMetrics(served), served.failure?.name);
    this.#write(requestLine(served, at, begun) + metrics);
  }

  /** Writes how a preflight ended. */
  checked(checked: Checked): void {
    const at = this.#clock.now();
    const metrics = metricLine(this.#service, at, preflightMetrics(checked), checked.failure?.name, 'PreflightFailed');
    this.#write(preflightLine(checked, at) + metrics);
  }

  /** Writes a log line that belongs to no single request. */
  note(level: Level, fields: Readonly<Record<string, string | number | undefined>>): void {
    this.#write(logLine(level, this.#clock.now(), fields));
  }

  /** Counts what belongs to no single request. */
  count(metrics: Readonly<Record<string, number>>): void {
    this.#write(metricLine(this.#service, this.#clock.now(), metrics));
  }
}
