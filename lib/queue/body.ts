import * as v from 'valibot';
import { refusal } from '../request.ts';

/** An SNS notification without raw delivery (AWS docs, "sns-message-and-json-formats"). */
const Notification = v.object({ Type: v.literal('Notification'), TopicArn: v.string(), Message: v.string() });
/** An EventBridge event (AWS docs, "eb-events-structure"). */
const BusEvent = v.object({ 'detail-type': v.string(), source: v.string(), detail: v.unknown() });

/**
 * The input of the request in a message's body: the body itself, what SNS or EventBridge put into it, or what EventBridge
 * sent through SNS. A plain value, which the parser of requests alone decides about.
 * @throws {Failure} `InvalidRequest` where it is no JSON
 */
export function readInput(body: string): unknown {
  const outer = parseJson(body);
  const inner = v.is(Notification, outer) ? parseJson(outer.Message) : outer;
  return v.is(BusEvent, inner) ? inner.detail : inner;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message would quote the body, which holds an address.
    throw refusal([{ field: 'body', description: 'must be JSON' }]);
  }
}
