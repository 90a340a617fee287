import { describe, expect, it } from 'vitest';
import { longestBackoff } from '../../../lib/queue/backoff.ts';
import { readStack } from './cloudformation.ts';

const TWO_WEEKS = 14 * 24 * 3600;
const RECEIPTS = 750;
/** Six timeouts of the function, and the second in which a batch is gathered (Lambda guide, services-sqs-configure). */
const HIDDEN = 6 * 60 + 1;

it('has a queue that keeps messages for two weeks, hides none before it is received, and hands over to its dead letters', () => {
  expect(readStack().propertiesOf('Queue')).toEqual({
    QueueName: 'atlas-uninvite-dev',
    VisibilityTimeout: HIDDEN,
    MessageRetentionPeriod: TWO_WEEKS,
    RedrivePolicy: { deadLetterTargetArn: '<DeadLetterQueue>.Arn', maxReceiveCount: RECEIPTS },
    SqsManagedSseEnabled: true,
  });
});

it('has a dead-letter queue that keeps dead letters for two weeks, and is that of no other queue', () => {
  expect(readStack().propertiesOf('DeadLetterQueue')).toEqual({
    QueueName: 'atlas-uninvite-dev-dead-letters',
    MessageRetentionPeriod: TWO_WEEKS,
    RedriveAllowPolicy: {
      redrivePermission: 'byQueue',
      sourceQueueArns: ['arn:aws:sqs:eu-central-1:111122223333:atlas-uninvite-dev'],
    },
    SqsManagedSseEnabled: true,
  });
});

it.each(['Queue', 'DeadLetterQueue'])("%s is encrypted by the customer's own key, where one is given", (id) => {
  const QueueKmsKeyArn = 'arn:aws:kms:eu-central-1:111122223333:key/1234';
  const queue = readStack({ QueueKmsKeyArn }).propertiesOf(id);
  expect(queue).toMatchObject({ KmsMasterKeyId: QueueKmsKeyArn });
  // SQS takes one or the other.
  expect(queue).not.toHaveProperty('SqsManagedSseEnabled');
});

describe('a message that always fails', () => {
  const receipts = Array.from({ length: RECEIPTS }, (_, index) => index + 1);
  const longest = receipts.reduce((seconds, receipt) => seconds + longestBackoff(receipt), 0);

  it('is kept for a weekend of 72 hours, and half a day of pacing', () => {
    // The shortest back-off is half of the longest.
    expect(longest / 2 / 3600).toBeGreaterThan(72 + 12);
  });

  it('leaves six of its 14 days to redrive what it handed over, since a message that SQS moves keeps its age', () => {
    expect((TWO_WEEKS - longest) / 24 / 3600).toBeGreaterThan(6);
  });
});

describe('the mapping of the queue to its function', () => {
  const mappingOf = (values?: Record<string, string>) => readStack(values).propertiesOf('QueueMapping');

  it('hands on every message, ten at the most that came within a second, and deletes what is not reported as failed', () => {
    expect(mappingOf()).toEqual({
      EventSourceArn: '<Queue>.Arn',
      FunctionName: '<QueueLambdaFunction>',
      Enabled: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      // Messages that were parked wake one by one, and those of a batch share a list of invitations (lib/queue/PACING.md).
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 1,
      // The least that AWS takes: one container alone has more patience for Atlas's buckets than they have room.
      ScalingConfig: { MaximumConcurrency: '2' },
    });
  });

  it('runs as many containers as a deployment says', () => {
    expect(mappingOf({ QueueMaximumConcurrency: '5' })).toMatchObject({ ScalingConfig: { MaximumConcurrency: '5' } });
  });

  it('can be stopped', () => {
    expect(mappingOf({ QueueEnabled: 'false' })).toMatchObject({ Enabled: false });
  });
});
