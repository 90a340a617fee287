import type { Answer } from '../loopback/answer.ts';
import type { Fault } from '../loopback/faults.ts';

/** An error in the AWS JSON 1.1 protocol: the type in the body names it. */
export function awsError(status: number, type: string, message: string): Answer {
  return {
    status,
    headers: { 'Content-Type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ __type: type, Message: message }),
  };
}

/** Failures of Secrets Manager and of the network before it. */
export const failures = {
  throttled: (): Fault => awsError(400, 'ThrottlingException', 'Rate exceeded'),
  internalError: (): Fault => awsError(500, 'InternalServiceError', 'An error occurred on the server side.'),
  accessDenied: (): Fault =>
    awsError(
      400,
      'AccessDeniedException',
      'User is not authorized to perform: secretsmanager:GetSecretValue because no identity-based policy allows the secretsmanager:GetSecretValue action',
    ),
  decryptionFailure: (): Fault =>
    awsError(
      400,
      'DecryptionFailure',
      "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
    ),
  reset: (): Fault => ({ act: false, delivery: 'reset' }),
  neverAnswers: (): Fault => ({ act: true, delivery: 'hold' }),
  garbage: (): Fault => ({ status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html>garbage</html>' }),
  emptyAnswer: (): Fault => ({ status: 200, headers: { 'Content-Type': 'application/x-amz-json-1.1' }, body: '{}' }),
} as const;
