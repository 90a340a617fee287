import { Service } from '../lib/service.ts';
import { createWorkflowDoor } from '../lib/workflow/door.ts';

/** The workflow door: a task of Step Functions, or a direct invocation, with the request or a preflight as input. */
export const handler = createWorkflowDoor(await new Service().ready());
