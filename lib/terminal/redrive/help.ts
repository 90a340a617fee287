export const HELP = `Moves dead letters back to the queue that they came from.

  npm run redrive -- --dry-run      look first: what there is, and why
  npm run redrive                   all of them
  npm run redrive -- --failure InvitationAccepted

  --from URL        the dead-letter queue; without it DEAD_LETTER_QUEUE_URL from the environment
  --to URL          where to; without it the queue that each dead letter was on: SQS says so, or else its Failure, which
                    is believed of other queues in the account and region of the dead-letter queue
  --failure NAME    only those that failed by this name; "none" for those that SQS moved by itself
  --dry-run         list them and change nothing
  -h, --help        this text

Each is sent first and deleted after, so nothing is lost when this is stopped: Ctrl+C finishes the one request under way.
What stays can be received again at once. Dead letters that are hidden at the moment, since somebody else has just received
them or an answer of SQS was lost, are not seen: it says how many there are by SQS's count, which is about right. What is
sent there while this runs is left: it may be what was moved, and has failed again.

On a FIFO queue the order of each group is kept: behind a dead letter that stays, the rest of its group stays. SQS shows no
more of a group while any of it is held: --dry-run sees ten of a group at the most, and --failure moves none behind one that
it leaves. It says how many more there are, by SQS's count, and exits with 1.

AWS credentials and region are taken from where the AWS SDK takes them. What is needed: sqs:ReceiveMessage,
sqs:DeleteMessage, sqs:ChangeMessageVisibility and sqs:GetQueueAttributes on the dead-letter queue, sqs:SendMessage and
sqs:GetQueueUrl on the other. For queues that are encrypted with a key of yours (queueKmsKeyArn) also kms:Decrypt and
kms:GenerateDataKey on that key.

Exit codes
  0    done
  1    at least one could not be moved, or was not seen, and stays
  2    called in a way that is not understood
  130  stopped by Ctrl+C
`;
