/**
 * Whether the URL is that of the queue with this ARN, by account and name, with which each URL of a queue ends whatever its
 * host (AWS docs, "sqs-queue-message-identifiers"; private endpoints and emulators have others). The region does not count:
 * a client of SQS signs for its own, so a queue by this name elsewhere could not be reached through it.
 */
export function isUrlOf(queueUrl: string, queueArn: string): boolean {
  const [, , , , account, name] = queueArn.split(':');
  const [queue, owner] = (URL.parse(queueUrl)?.pathname ?? '').split('/').filter(Boolean).toReversed();
  return name !== undefined && queue === name && owner === account;
}

/** Whether both are ARNs of queues, and of two queues of the same partition, region and account. */
export function areNeighbours(queueArn: string, otherArn: string): boolean {
  const [parts, others] = [queueArn.split(':'), otherArn.split(':')];
  if (parts.length !== 6 || parts[0] !== 'arn' || parts[2] !== 'sqs' || parts[5] === '') return false;
  return others.length === 6 && parts[5] !== others[5] && parts.every((part, at) => at === 5 || part === others[at]);
}
