import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { longestBackoff } from '../../../lib/queue/backoff.ts';
import { readStack } from './cloudformation.ts';

const Queue = v.looseObject({
  VisibilityTimeout: v.optional(v.number()),
  MessageRetentionPeriod: v.number(),
  RedrivePolicy: v.optional(v.object({ deadLetterTargetArn: v.string(), maxReceiveCount: v.number() })),
});
const Policy = v.object({
  Queues: v.array(v.string()),
  PolicyDocument: v.object({ Version: v.string(), Statement: v.array(v.looseObject({ Sid: v.string() })) }),
});
const TWO_WEEKS = 14 * 24 * 3600;

function queuesOf(values?: Record<string, string>) {
  const { Queue: queue, DeadLetterQueue: deadLetters } = readStack(values).resourcesOf('AWS::SQS::Queue', Queue);
  return { queue: v.parse(Queue, queue), deadLetters: v.parse(Queue, deadLetters) };
}

function statementsOf(policy: 'QueuePolicy' | 'DeadLetterQueuePolicy', values?: Record<string, string>) {
  const found = readStack(values).resourcesOf('AWS::SQS::QueuePolicy', Policy)[policy];
  return Object.fromEntries((found?.PolicyDocument.Statement ?? []).map(({ Sid, ...statement }) => [Sid, statement]));
}

describe('the queue', () => {
  it('hides a message for six timeouts of its function, and the time in which a batch is gathered', () => {
    const { QueueLambdaFunction } = readStack().resourcesOf('AWS::Lambda::Function', v.object({ Timeout: v.number() }));
    const Mapping = v.object({ MaximumBatchingWindowInSeconds: v.number() });
    const { QueueMapping } = readStack().resourcesOf('AWS::Lambda::EventSourceMapping', Mapping);
    const window = QueueMapping?.MaximumBatchingWindowInSeconds ?? NaN;
    expect(queuesOf().queue.VisibilityTimeout).toBe(6 * (QueueLambdaFunction?.Timeout ?? NaN) + window);
  });

  it('keeps messages for the longest time that SQS has', () => {
    expect(queuesOf().queue.MessageRetentionPeriod).toBe(TWO_WEEKS);
  });

  it('hands a message that comes back too often to its dead-letter queue', () => {
    expect(queuesOf().queue.RedrivePolicy?.deadLetterTargetArn).toBe('<DeadLetterQueue>.Arn');
  });

  const receipts = Array.from(
    { length: queuesOf().queue.RedrivePolicy?.maxReceiveCount ?? 0 },
    (_, index) => index + 1,
  );
  const longest = receipts.reduce((seconds, receipt) => seconds + longestBackoff(receipt), 0);

  it('keeps a message that always fails for a weekend of 72 hours, and half a day of pacing', () => {
    expect(longest / 2 / 3600).toBeGreaterThan(72 + 12);
  });

  it('leaves six of its 14 days to redrive what it handed over, since a message that SQS moves keeps its age', () => {
    expect((TWO_WEEKS - longest) / 24 / 3600).toBeGreaterThan(6);
  });
});

describe('the dead-letter queue', () => {
  it('keeps dead letters for 14 days', () => {
    expect(queuesOf().deadLetters.MessageRetentionPeriod).toBe(TWO_WEEKS);
  });

  it('is that of no other queue', () => {
    expect(queuesOf().deadLetters['RedriveAllowPolicy']).toEqual({
      redrivePermission: 'byQueue',
      sourceQueueArns: ['arn:aws:sqs:eu-central-1:111122223333:atlas-uninvite-dev'],
    });
    expect(queuesOf().queue['QueueName']).toBe('atlas-uninvite-dev');
  });

  it('is where the function is told to send dead letters', () => {
    const { QueueLambdaFunction } = readStack({ UnverifiedGone: 'acknowledge' }).resourcesOf(
      'AWS::Lambda::Function',
      v.object({ Environment: v.object({ Variables: v.record(v.string(), v.string()) }) }),
    );
    expect(QueueLambdaFunction?.Environment.Variables).toMatchObject({
      DEAD_LETTER_QUEUE_URL: '<DeadLetterQueue>',
      UNVERIFIED_GONE: 'acknowledge',
    });
  });
});

describe.each(['queue', 'deadLetters'] as const)('the encryption of %s', (name) => {
  it('is by keys that SQS manages', () => {
    expect(queuesOf()[name]).toMatchObject({ SqsManagedSseEnabled: true });
    expect(queuesOf()[name]).not.toHaveProperty('KmsMasterKeyId');
  });

  it("is by the customer's own key, where one is given", () => {
    const QueueKmsKeyArn = 'arn:aws:kms:eu-central-1:111122223333:key/1234';
    expect(queuesOf({ QueueKmsKeyArn })[name]).toMatchObject({ KmsMasterKeyId: QueueKmsKeyArn });
    expect(queuesOf({ QueueKmsKeyArn })[name]).not.toHaveProperty('SqsManagedSseEnabled');
  });
});

describe('whoever may send', () => {
  it.each([
    ['QueuePolicy', '<Queue>.Arn'],
    ['DeadLetterQueuePolicy', '<DeadLetterQueue>.Arn'],
  ] as const)('sends over TLS, says the %s, which lets in nobody else by itself', (policy, arn) => {
    expect(statementsOf(policy)).toEqual({
      DenyPlainHttp: {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource: arn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    });
  });

  it('is an account that is named', () => {
    expect(statementsOf('QueuePolicy', { ProducerAccountIds: '111122223333,444455556666' })['AllowAccounts']).toEqual({
      Effect: 'Allow',
      Principal: { AWS: ['111122223333', '444455556666'] },
      Action: 'sqs:SendMessage',
      Resource: '<Queue>.Arn',
    });
  });

  it('is a topic that is named', () => {
    const ProducerTopicArns = 'arn:aws:sns:eu-central-1:111122223333:leavers';
    expect(statementsOf('QueuePolicy', { ProducerTopicArns })['AllowTopics']).toEqual({
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: '<Queue>.Arn',
      Condition: { ArnEquals: { 'aws:SourceArn': [ProducerTopicArns] } },
    });
  });
});

describe('the rule for events', () => {
  const Rule = v.looseObject({ EventPattern: v.record(v.string(), v.array(v.string())) });
  const rulesOf = (values?: Record<string, string>) => readStack(values).resourcesOf('AWS::Events::Rule', Rule);

  it('is not there unless sources are given', () => {
    expect(rulesOf()).toEqual({});
  });

  it('takes all events of these sources into the queue, and what it could not deliver into the dead-letter queue', () => {
    expect(rulesOf({ EventSources: 'com.example.hr,com.example.it' })['EventRule']).toMatchObject({
      EventBusName: 'default',
      EventPattern: { source: ['com.example.hr', 'com.example.it'] },
      Targets: [{ Arn: '<Queue>.Arn', DeadLetterConfig: { Arn: '<DeadLetterQueue>.Arn' } }],
    });
  });

  it('takes those of these detail types only, where some are given', () => {
    const { EventRule } = rulesOf({ EventSources: 'com.example.hr', EventDetailTypes: 'Person Left,Contract Ended' });
    expect(EventRule?.EventPattern['detail-type']).toEqual(['Person Left', 'Contract Ended']);
  });

  it.each([
    ['QueuePolicy', 'AllowRule', '<Queue>.Arn'],
    ['DeadLetterQueuePolicy', 'AllowUndeliveredEvents', '<DeadLetterQueue>.Arn'],
  ] as const)('may send, says the %s, and no other rule may', (policy, sid, arn) => {
    expect(statementsOf(policy, { EventSources: 'com.example.hr' })[sid]).toEqual({
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: arn,
      Condition: { ArnEquals: { 'aws:SourceArn': '<EventRule>.Arn' } },
    });
  });
});

describe('the mapping of the queue to its function', () => {
  const mappingOf = (values?: Record<string, string>) =>
    readStack(values).resourcesOf('AWS::Lambda::EventSourceMapping', v.looseObject({}))['QueueMapping'];

  it('deletes only what the function does not report as failed', () => {
    expect(mappingOf()).toMatchObject({
      EventSourceArn: '<Queue>.Arn',
      FunctionName: '<QueueLambdaFunction>',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  it('runs two containers at once, and as many more as a deployment says', () => {
    expect(mappingOf()).toMatchObject({ ScalingConfig: { MaximumConcurrency: '2' } });
    expect(mappingOf({ QueueMaximumConcurrency: '5' })).toMatchObject({ ScalingConfig: { MaximumConcurrency: '5' } });
  });

  it('can be stopped', () => {
    expect(mappingOf()).toMatchObject({ Enabled: true });
    expect(mappingOf({ QueueEnabled: 'false' })).toMatchObject({ Enabled: false });
  });
});
