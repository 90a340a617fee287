import { type Counts, sum } from './report.ts';

/** Requests to Atlas for each that is asked for, on average, repetitions after failures and kills included. */
const MEAN_REQUESTS = 4;
/**
 * Requests to the Administration API in one go at one ask: the most trips of any way (three rounds of a list and of a search
 * there and back through several pages), half of them tried again.
 */
const MOST_TRIES = 60;
/** Receives of a message: far from where SQS gives up. */
const MOST_RECEIVES = 50;

/** What was spent beyond its bound, in words. */
export function excesses(counts: Counts): string[] {
  const { asks, requests, secretReads, tokenRequests, tokensMinted, organizations, functions, atOnce } = counts;
  const brokenAt = (place: string) =>
    sum(Object.fromEntries(Object.entries(counts.broken).filter(([name]) => name.startsWith(`${place}: `))));
  const deaths = counts.revocations + counts.rotations;
  // One for each function and organization, one more each time that it dies or is lost on its way.
  const mostTokens = organizations * functions + deaths * atOnce + brokenAt('token');
  // A secret that has been rotated is refused once before it is read anew.
  const mostExchanges = mostTokens + counts.rotations * atOnce;
  const bounds: readonly (readonly [what: string, is: number, most: number])[] = [
    ['tokens', tokensMinted, mostTokens],
    ['token requests', tokenRequests, mostExchanges],
    // One for each exchange, one more each time that the answer is broken.
    ['reads of the secret', secretReads, mostExchanges + brokenAt('Secrets Manager')],
    ['requests to Atlas', requests - secretReads, MEAN_REQUESTS * asks],
    ['requests in one go', counts.mostTries, MOST_TRIES],
    ['receives of a message', counts.highestReceiveCount, MOST_RECEIVES],
  ];
  return bounds.flatMap(([what, is, most]) => (is <= most ? [] : [`${is} ${what}, which is more than ${most}`]));
}
