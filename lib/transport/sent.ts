import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** undici publishes to it right before it writes a request (undici docs, "Diagnostics Channel Support"). */
const SENDING = 'undici:client:sendHeaders';

/**
 * Resolves once undici has written the next request of this process, whichever it is: its head and, where that is text or
 * bytes, its body, which are written in the same turn. Until then undici has someone to tell.
 */
export function nextSent(): Promise<void> {
  return new Promise((resolve) => {
    const sent = () => {
      unsubscribe(SENDING, sent);
      resolve();
    };
    subscribe(SENDING, sent);
  });
}
