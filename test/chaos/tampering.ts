import type { SQSBatchResponse } from 'aws-lambda';
import type { WriteLines } from '../../lib/observability/log.ts';
import type { Sqs } from '../../lib/queue/sqs.ts';

/** Ways to spoil the product from outside. */
export interface Tampering {
  /** What the queue's function answers. */
  readonly answer?: (answer: SQSBatchResponse) => SQSBatchResponse;
  readonly sqs?: (sqs: Sqs) => Sqs;
  readonly write?: (write: WriteLines) => WriteLines;
}
