import type { Context } from 'aws-lambda';

export const REQUEST_ID = '11111111-2222-4333-8444-555555555555';

/** What Lambda hands to a handler beside the event, with so many milliseconds left. */
export function lambdaContext(remaining = 30_000): Context {
  return {
    awsRequestId: REQUEST_ID,
    getRemainingTimeInMillis: () => remaining,
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'atlas-uninvite-http',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:atlas-uninvite-http',
    memoryLimitInMB: '256',
    logGroupName: '/aws/lambda/atlas-uninvite-http',
    logStreamName: '2026/11/23/[$LATEST]00000000000000000000000000000000',
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
