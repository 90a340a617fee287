import { EVENTS, ready } from '../lib/rehearsal.ts';
import { createWorkflowDoor } from '../lib/workflow/door.ts';

/** The workflow door: a task of Step Functions, or a direct invocation, with the request or a preflight as input. */
export const handler = await ready(createWorkflowDoor, EVENTS.workflow);
