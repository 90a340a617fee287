/**
 * What the bundle has in the place of the AWS SDK's own request handler: nothing, since each of our clients brings
 * `awsRequestHandler`, whose bodies are bytes, not streams. The SDK's would load Node.js's HTTP client beside undici.
 */
export const NodeHttpHandler = { create: (handler: unknown) => handler };

export function streamCollector(): never {
  throw new TypeError('The body of an answer is a stream.');
}
