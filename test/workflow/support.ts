import { type Invoke, lambdaRuntime } from '../../infra/local/lambda-runtime.ts';
import { type Execution, runStateMachine, type StateMachineName } from '../../infra/local/workflow.ts';
import type { Service } from '../../lib/service.ts';
import { createWorkflowDoor } from '../../lib/workflow/door.ts';
import type { Stage } from '../support/stage.ts';

/** The workflow door behind Lambda's runtime, which makes JSON of what is thrown. */
export function workflowFunction(service: Service): Invoke {
  return lambdaRuntime(createWorkflowDoor(service), 30);
}

/** Client context as Lambda's Invoke takes it. */
export function clientContext(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64');
}

/** Lambda answering with an error instead of running the function. */
export function lambdaError(errorType: string, errorMessage = 'from Lambda itself') {
  return { error: { errorType, errorMessage, trace: [] } };
}

/** Runs a state machine without waiting. */
export function execute(name: StateMachineName, input: unknown, invoke: Invoke): Promise<Execution> {
  return runStateMachine(name, input, { invoke, skipWaits: true });
}

/** An invoker that counts, and that fails with each of these error types before it goes on to the function. */
export function failingFirst(errorTypes: readonly string[], invoke: Invoke): Invoke & { readonly invocations: number } {
  let invocations = 0;
  const counting: Invoke = async (payload, context) => {
    const errorType = errorTypes[invocations];
    invocations += 1;
    return errorType === undefined ? invoke(payload, context) : lambdaError(errorType);
  };
  return Object.defineProperty(counting, 'invocations', { get: () => invocations }) as never;
}

/** States of an execution of this type that were entered, by name, with their input. */
export function entered({ events }: Execution, type: string): { name: string; input: unknown }[] {
  return events.flatMap((event) =>
    event.type === 'StateEntered' && event.state.type === type
      ? [{ name: event.state.name, input: event.state.input }]
      : [],
  );
}

export const ANN = 'ann@example.com';

/** The function of a stage, counted, and the input for one person in the stage's organization. */
export function prepare({ service, organization }: Stage, errorTypes: readonly string[] = []) {
  const invoke = failingFirst(errorTypes, workflowFunction(service));
  return { invoke, input: { username: ANN, orgIds: [organization.id] } };
}

/** The reports in the output of the state machine. */
export function reports(output: unknown): unknown {
  return (output as { reports: unknown }).reports;
}
