import { Client as ClientOfIndex, buildConnector as connectorOfIndex } from 'undici';
import { expect, it } from 'vitest';
import { buildConnector, Client } from '../../lib/transport/undici.ts';

it('takes from undici by file what its index exports under the same names', () => {
  expect(Client).toBe(ClientOfIndex);
  expect(buildConnector).toBe(connectorOfIndex);
});
