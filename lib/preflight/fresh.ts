import type { Clock } from '../clock.ts';

/**
 * A maker that makes anew what is older than so many milliseconds, and hands out the last one until then. A preflight that
 * went by what a warm function has in memory would not notice a secret that was deleted since; one that always began from
 * nothing could be repeated until Atlas has no token left to give.
 */
export function madeAnew<T>(milliseconds: number, clock: Clock, make: () => T): () => T {
  let last: { readonly made: T; readonly at: number } | undefined;
  return () => {
    if (!last || clock.now() - last.at >= milliseconds) last = { made: make(), at: clock.now() };
    return last.made;
  };
}
