import type { HttpClient } from './client.ts';

class CalledOff extends Error {
  override readonly name = 'CalledOff';
}

/**
 * Opens the connection of a client ahead of its first request. undici connects when there is a request to send, so it is
 * given one that is called off at the moment it would be written: nothing is sent. Never rejects: if there is no connection
 * afterwards, the first request tries again and says why.
 */
export function connect(client: HttpClient): Promise<void> {
  return new Promise((resolve) => {
    client.dispatch(
      { method: 'GET', path: '/' },
      {
        onRequestStart() {
          throw new CalledOff();
        },
        onResponseError() {
          resolve();
        },
        onResponseStart() {},
        onResponseData() {},
        onResponseEnd() {},
      },
    );
  });
}
