import type { Call } from '../../lib/call.ts';
import { deadlineIn } from '../../lib/deadline.ts';
import { newTrace } from '../../lib/trace.ts';
import type { Stage } from './stage.ts';

/** A call for the organization of a stage, with the patience of the HTTP door. */
export function callOn({ organization, clock }: Stage): Call {
  return {
    orgId: organization.id,
    deadline: deadlineIn(29_500, clock),
    retry: { tries: 4, longestWait: 3_000 },
    trace: newTrace(),
  };
}
