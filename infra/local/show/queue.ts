import { setTimeout as wait } from 'node:timers/promises';
import type { SQSEvent } from 'aws-lambda';
import * as v from 'valibot';
import { failures } from '../../emulators/atlas/fault-catalogue.ts';
import { startLambdaFunction } from '../lambda-function.ts';
import { type LocalQueue, startQueue } from '../queue.ts';
import { packagedFunction } from '../service-package.ts';
import type { Door, Premises } from './act.ts';
import { invitePeople } from './people.ts';

const PATIENCE_MS = 30_000;

const DeadLetter = v.pipe(v.string(), v.parseJson(), v.object({ name: v.string(), messageId: v.string() }));

/** The queue door: messages on their way through SQS and a mapping that does as Lambda's does. */
export async function openQueueDoor({ stage, servicePackage, log }: Premises): Promise<Door> {
  const organization = stage.addOrganization();
  const { ann, bob, cat } = invitePeople(organization);
  const queue = await startQueue();
  const environment = { ...stage.environment, ...queue.environment };
  const queueFunction = await startLambdaFunction(packagedFunction(servicePackage, 'queue'), { environment, log });
  const receipts = new Map<string, number>();
  queue.connect((event: SQSEvent) => {
    for (const { messageId } of event.Records) receipts.set(messageId, (receipts.get(messageId) ?? 0) + 1);
    return queueFunction.invoke(event);
  }, log);
  const send = async (body: unknown) => {
    const id = await queue.send(body);
    return ending(queue, id, () => receipts.get(id) ?? 0);
  };
  const cancel = (username: string) => send({ orgId: organization.id, username });

  const acts: Door['acts'] = [
    {
      person: ann.username,
      asked: 'e-mail address',
      expected: { answer: 'acknowledged', before: 'pending', after: 'absent', requests: 2 },
      run: () => cancel(ann.username),
    },
    {
      asked: 'a body that is no JSON',
      expected: { answer: 'dead, InvalidRequest', requests: 0 },
      run: () => send('Please cancel ann.'),
    },
    {
      person: bob.username,
      asked: 'e-mail, rate limited',
      // The 429 is a request too.
      expected: { answer: 'acknowledged, receipt 2', before: 'pending', after: 'absent', requests: 3 },
      run: () => {
        // A bucket that fills up every second instead of every minute.
        stage.atlas.faults.next(failures.rateLimited(1, 1), ({ path }) => path.includes(organization.id));
        return cancel(bob.username);
      },
    },
  ];
  return {
    name: 'queue',
    organization,
    acts,
    commands: [{ title: 'Queue', command: sendCommand(queue, { orgId: organization.id, username: cat.username }) }],
    close: async () => {
      await queue.close();
      await queueFunction.stop();
    },
  };
}

/** How a message left the queue, or that it did not. */
async function ending({ server, queue, deadLetters }: LocalQueue, id: string, receipts: () => number): Promise<string> {
  const inQueue = () => {
    const { ready, delayed, inflight } = server.inspectQueue(queue.arn.split(':').at(-1) ?? '')?.messages ?? {};
    const all = [...(ready ?? []), ...(delayed ?? []), ...(inflight ?? []).map(({ message }) => message)];
    return all.some(({ messageId }) => messageId === id);
  };
  const end = Date.now() + PATIENCE_MS;
  while (inQueue()) {
    if (Date.now() > end) return 'still in the queue';
    await wait(10);
  }
  for (const { MessageAttributes } of await deadLetters()) {
    const { name, messageId } = v.parse(DeadLetter, MessageAttributes?.['Failure']?.StringValue);
    if (messageId === id) return `dead, ${name}`;
  }
  return receipts() === 1 ? 'acknowledged' : `acknowledged, receipt ${receipts()}`;
}

/** SendMessage by hand: the emulator asks for no signature. */
function sendCommand({ url, queue }: LocalQueue, request: object): string {
  return [
    `curl ${url} -H 'X-Amz-Target: AmazonSQS.SendMessage' \\`,
    `  -H 'Content-Type: application/x-amz-json-1.0' \\`,
    `  -d '{"QueueUrl":"${queue.url}",`,
    `       "MessageBody":${JSON.stringify(JSON.stringify(request))}}'`,
  ].join('\n');
}
