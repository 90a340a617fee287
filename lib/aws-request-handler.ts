/**
 * How the AWS SDK's clients send: what takes longer is given up. The SDK's default is to wait without an end, and
 * `requestTimeout` only warns unless `throwOnRequestTimeout` is set. Verification is stated, so that
 * NODE_TLS_REJECT_UNAUTHORIZED can't switch it off.
 * @param requestTimeout milliseconds for an answer
 */
export function awsRequestHandler(requestTimeout: number) {
  return {
    connectionTimeout: 2_000,
    requestTimeout,
    throwOnRequestTimeout: true,
    httpsAgent: { rejectUnauthorized: true },
  };
}
