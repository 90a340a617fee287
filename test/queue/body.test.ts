import { describe, expect, it } from 'vitest';
import { readInput } from '../../lib/queue/body.ts';

const request = { orgId: 'a'.repeat(24), invitationId: 'b'.repeat(24) };

function notification(Message: string) {
  return {
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: 'arn:aws:sns:eu-west-1:123456789012:cancellations',
    Subject: null,
    Message,
    Timestamp: '2026-11-23T08:00:00.000Z',
    SignatureVersion: '1',
    Signature: 'x',
    MessageAttributes: {},
  };
}

function busEvent(detail: unknown) {
  return {
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': 'Employee left',
    source: 'people.example.com',
    account: '123456789012',
    time: '2026-11-23T08:00:00Z',
    region: 'eu-west-1',
    resources: [],
    detail,
  };
}

describe('the body of a message', () => {
  it.each<[string, unknown]>([
    ['is the request itself', request],
    ['is the request in an SNS notification', notification(JSON.stringify(request))],
    ['is the request in an EventBridge event', busEvent(request)],
    ['is the request in an EventBridge event that SNS carried', notification(JSON.stringify(busEvent(request)))],
  ])('%s', (_, body) => {
    expect(readInput(JSON.stringify(body))).toEqual(request);
  });

  it.each<[string, string]>([
    ['nothing', ''],
    ['text', 'cancel ann@example.com'],
    ['half an object', '{"orgId":'],
    ['200 kB of brackets', '['.repeat(200_000)],
    ['SNS with a message that is no JSON', JSON.stringify(notification('ann@example.com'))],
  ])('that is %s is refused without being quoted', (_, body) => {
    expect(() => readInput(body)).toThrow(
      expect.objectContaining({ name: 'InvalidRequest', message: 'body must be JSON.' }),
    );
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['an array', [request]],
    ['a number', 7],
    ['an object that only looks like SNS', { Type: 'Notification', Message: JSON.stringify(request) }],
    ['an object that only looks like EventBridge', { source: 'people', detail: request }],
    ['SNS within SNS', notification(JSON.stringify(notification(JSON.stringify(request))))],
  ])('that is %s goes on as it is, for the parser of requests to refuse', (_, body) => {
    expect(readInput(JSON.stringify(body))).not.toEqual(request);
  });
});
