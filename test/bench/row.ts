import type { Stage } from './stage.ts';

/** Something that was measured, under its name. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly unit: 'ms' | 'MB' | 'kB' | 'bytes' | 'per second' | 'requests' | 'seconds';
}

/** One row of the report: what was measured side by side, and the one figure that says how we stand. */
export interface Row {
  readonly what: string;
  /** How the figure comes from the measurements. */
  readonly how: string;
  /** Ours first. */
  readonly measurements: readonly Measurement[];
  readonly figure: { readonly value: number; readonly unit: string };
  /** What the figure should be; absent where it is only to be known. */
  readonly wanted?: { readonly bound: 'at most' | 'at least'; readonly value: number };
}

/** Measures some rows; `scale` shortens it where the numbers do not matter. */
export type Measure = (stage: Stage, scale: number) => Promise<readonly Row[]>;

/** So many, scaled, but never fewer than `least`. */
export function scaled(count: number, scale: number, least: number): number {
  return Math.max(Math.round(count * scale), least);
}

/** Whether the figure is what it should be. */
export function holds({ figure, wanted }: Row): boolean {
  if (!wanted) return true;
  return wanted.bound === 'at most' ? figure.value <= wanted.value : figure.value >= wanted.value;
}
