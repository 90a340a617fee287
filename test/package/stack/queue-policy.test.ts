import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { readStack } from './cloudformation.ts';

const TOPIC = 'arn:aws:sns:eu-central-1:111122223333:leavers';
const queues = [
  { id: 'QueuePolicy', queue: 'Queue' },
  { id: 'DeadLetterQueuePolicy', queue: 'DeadLetterQueue' },
] as const;

const denyPlainHttp = (queue: string) => ({
  Sid: 'DenyPlainHttp',
  Effect: 'Deny',
  Principal: '*',
  Action: 'sqs:*',
  Resource: `<${queue}>.Arn`,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});
const fromRule = (Sid: string, queue: string) => ({
  Sid,
  Effect: 'Allow',
  Principal: { Service: 'events.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Resource: `<${queue}>.Arn`,
  Condition: { ArnEquals: { 'aws:SourceArn': '<EventRule>.Arn' } },
});

/** The whole policy of a queue. */
function policy(queue: string, ...statements: readonly object[]) {
  return {
    Queues: [`<${queue}>`],
    PolicyDocument: { Version: '2012-10-17', Statement: [denyPlainHttp(queue), ...statements] },
  };
}

describe('whoever may send to a queue', () => {
  it.each(queues)('sends over TLS, says the $id of the $queue, which lets in nobody by itself', ({ id, queue }) => {
    expect(readStack().propertiesOf(id)).toEqual(policy(queue));
  });

  it('is an account that is named', () => {
    const accounts = readStack({ ProducerAccountIds: '111122223333,444455556666' });
    expect(accounts.propertiesOf('QueuePolicy')).toEqual(
      policy('Queue', {
        Sid: 'AllowAccounts',
        Effect: 'Allow',
        Principal: { AWS: ['111122223333', '444455556666'] },
        Action: 'sqs:SendMessage',
        Resource: '<Queue>.Arn',
      }),
    );
    expect(accounts.propertiesOf('DeadLetterQueuePolicy')).toEqual(policy('DeadLetterQueue'));
  });

  it('is a topic that is named', () => {
    const topics = readStack({ ProducerTopicArns: `${TOPIC},${TOPIC}-2` });
    expect(topics.propertiesOf('QueuePolicy')).toEqual(
      policy('Queue', {
        Sid: 'AllowTopics',
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: '<Queue>.Arn',
        Condition: { ArnEquals: { 'aws:SourceArn': [TOPIC, `${TOPIC}-2`] } },
      }),
    );
    expect(topics.propertiesOf('DeadLetterQueuePolicy')).toEqual(policy('DeadLetterQueue'));
  });

  it('is the rule for events, where sources are given, and no other rule', () => {
    const events = readStack({ EventSources: 'com.example.hr' });
    expect(events.propertiesOf('QueuePolicy')).toEqual(policy('Queue', fromRule('AllowRule', 'Queue')));
    expect(events.propertiesOf('DeadLetterQueuePolicy')).toEqual(
      policy('DeadLetterQueue', fromRule('AllowUndeliveredEvents', 'DeadLetterQueue')),
    );
  });
});

describe('the rule for events', () => {
  const ruleOf = (values?: Record<string, string>) => readStack(values).propertiesOf('EventRule');

  it('is not there unless sources are given', () => {
    expect(readStack().resourcesOf('AWS::Events::Rule', v.unknown())).toEqual({});
  });

  it('takes all events of these sources into the queue whole, and what it could not deliver into the dead-letter queue', () => {
    expect(ruleOf({ EventSources: 'com.example.hr,com.example.it' })).toEqual({
      Description: expect.any(String),
      // Without a state it is enabled (CloudFormation, AWS::Events::Rule).
      EventBusName: 'default',
      EventPattern: { source: ['com.example.hr', 'com.example.it'] },
      Targets: [{ Id: 'queue', Arn: '<Queue>.Arn', DeadLetterConfig: { Arn: '<DeadLetterQueue>.Arn' } }],
    });
  });

  it('takes those of these detail types only, where some are given', () => {
    expect(ruleOf({ EventSources: 'com.example.hr', EventDetailTypes: 'Person Left,Contract Ended' })).toMatchObject({
      EventPattern: { source: ['com.example.hr'], 'detail-type': ['Person Left', 'Contract Ended'] },
    });
  });

  it('reads the event bus that is given', () => {
    expect(ruleOf({ EventSources: 'com.example.hr', EventBusName: 'staff' })).toMatchObject({ EventBusName: 'staff' });
  });
});
