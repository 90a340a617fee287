import type { Sqs, Visibility } from '../../lib/queue/sqs.ts';

/** SQS as the door sees it, which takes everything. */
export function willingSqs() {
  const hidden: Visibility[] = [];
  const letters: string[] = [];
  const sqs: Sqs = {
    sendDeadLetters: async (_, sent) => {
      letters.push(...sent.map(({ MessageBody = '' }) => MessageBody));
      return sent.map(() => true);
    },
    hide: async (_, messages) => {
      hidden.push(...messages);
      return messages.map(() => true);
    },
  };
  return { sqs, hidden, letters };
}
