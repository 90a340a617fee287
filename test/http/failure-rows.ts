import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { failures as atlasFailures } from '../../infra/emulators/atlas/fault-catalogue.ts';
import type { failures as awsFailures } from '../../infra/emulators/secrets-manager/aws-error.ts';
import type { FailureName } from '../../lib/failures.ts';
import type { HttpRequest } from '../support/http-events.ts';
import { SECRET_ID } from '../support/stage.ts';
import { ANN, errorOf, type OpenDoor, openDoor } from './support.ts';

/** One way to a failure, and the answer to it. */
export interface Row {
  readonly when: string;
  readonly environment?: Record<string, string>;
  /** Brings it about. */
  readonly arrange?: (stage: OpenDoor) => void | Promise<void>;
  /** Default: deletion of the invitation by its id. */
  readonly ask?: (stage: OpenDoor) => HttpRequest;
  readonly status: number;
  readonly code: string;
  readonly retryAfter?: string;
  readonly detail?: string;
}

export const member = ({ organization }: OpenDoor) => organization.accept(ANN);
export const everyCall = (fault: () => ReturnType<typeof atlasFailures.badGateway>) => (stage: OpenDoor) =>
  stage.atlas.faults.always(({ path }) => (path.startsWith('/api/atlas/') ? fault() : undefined));
export const everyRead = (fault: () => ReturnType<typeof awsFailures.throttled>) => (stage: OpenDoor) =>
  stage.secretsManager.faults.always(fault);
export const secret = (value: string | object | Uint8Array) => (stage: OpenDoor) => {
  stage.secretsManager.put(SECRET_ID, value);
};

/** Holds the door to these rows: status, code, Retry-After, body, log line and metric. */
export function specifyFailures(failures: Readonly<Partial<Record<FailureName, readonly Row[]>>>): void {
  describe.each(Object.entries(failures))('%s', (name, rows) => {
    it.each(rows)(
      'when $when: $status $code',
      async ({ environment = {}, arrange, ask, status, code, retryAfter, detail }) => {
        // The SDK waits between its tries for a random part of the time that it may wait.
        vi.spyOn(Math, 'random').mockReturnValue(0);
        onTestFinished(() => void vi.restoreAllMocks());
        const stage = await openDoor({ environment });
        await arrange?.(stage);
        const answer = await stage.door.request(ask?.(stage) ?? stage.deletion());
        const error = errorOf(answer);

        expect(answer.statusCode).toBe(status);
        expect(error.errorCode).toBe(code);
        expect(answer.headers['retry-after']).toBe(retryAfter);
        if (detail !== undefined) expect(error.detail).toContain(detail);
        expect('detail' in error).toBe(name !== 'InternalError');
        expect('badRequestDetail' in error).toBe(code === 'INVALID_REQUEST');
        expect(stage.log.line).toMatchObject({ message: name, failure: name, status, errorCode: code });
        expect(stage.log.metrics.at(-1)).toMatchObject({ Failed: 1, failure: name });
        if (name.startsWith('Credentials')) {
          expect(stage.log.line['about']).toMatchObject({ secretId: environment['ATLAS_SECRET_ID'] ?? SECRET_ID });
          expect(answer.body).not.toContain(SECRET_ID);
        }
        if (name !== 'Forbidden') expect(stage.organization.members().length + stage.open().length).toBe(1);
      },
    );
  });
}
