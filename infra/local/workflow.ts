import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ExecutionError, type RunOptions, StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';
import * as v from 'valibot';
import type { Invoke } from './lambda-runtime.ts';
import { projectRoot } from './service-package.ts';

/** The state machines of the stack, by the names of their files in `infra/stack`. */
export type StateMachineName = 'cancellation' | 'preflight';

type Json = Parameters<StateMachine['run']>[0];
type States = Pick<StateMachineDefinition, 'States'>;
/** Something that happened in an execution: a state was entered, retried, caught ... */
type ExecutionEvent = ReturnType<StateMachine['run']>['eventLogs'] extends AsyncGenerator<infer Event> ? Event : never;

interface ExecutionOptions {
  /** Runs the function that the tasks invoke. */
  readonly invoke: Invoke;
  /** Lets no time pass in states that wait, nor before retries. @default false */
  readonly skipWaits?: boolean;
}

/** How an execution ended: with `output`, or with `error` and `cause`. */
export interface Execution {
  /** ARN of the execution. */
  readonly id: string;
  readonly output?: unknown;
  readonly error?: string;
  readonly cause?: string;
  readonly events: readonly ExecutionEvent[];
}

const REGION = 'us-east-1';
const ACCOUNT = '123456789012';

/**
 * The definition of a state machine, as the stack deploys it.
 *
 * @param partition where it would be: `aws`, `aws-us-gov`, `aws-cn`
 * @throws {Error} for a name in the definition that the stack does not fill in
 */
export async function readStateMachine(name: StateMachineName, partition = 'aws'): Promise<StateMachineDefinition> {
  const text = await readFile(new URL(`infra/stack/${name}.asl`, projectRoot), 'utf8');
  const values = new Map([
    ['Partition', partition],
    ['WorkflowFunctionArn', `arn:${partition}:lambda:${REGION}:${ACCOUNT}:function:workflow`],
  ]);
  const definition = text.replace(/\$\{(\w+)\}/g, (_, wanted: string) => {
    const value = values.get(wanted);
    if (value === undefined) throw new Error(`${name}.asl wants ${wanted}, which nothing fills in.`);
    return value;
  });
  return JSON.parse(definition) as StateMachineDefinition; // A file of ours, which the tests validate.
}

/**
 * Runs a state machine on this machine, to its end.
 *
 * aws-local-stepfunctions knows the language (JSONPath only), but not Lambda's integration: what a task gives to Invoke and
 * gets back from it, and how a function's error becomes `Error` and `Cause`, is said here as AWS documents it.
 */
export async function runStateMachine(
  name: StateMachineName,
  input: unknown,
  { invoke, skipWaits = false }: ExecutionOptions,
): Promise<Execution> {
  const definition = await readStateMachine(name);
  const id = `arn:aws:states:${REGION}:${ACCOUNT}:execution:${name}:${randomUUID()}`;
  const options: RunOptions = {
    context: { Execution: { Id: id } },
    overrides: {
      taskResourceLocalHandlers: forEachState(definition, 'Task', (parameters: unknown) =>
        invokeTask(invoke, parameters),
      ),
      ...(skipWaits
        ? {
            waitTimeOverrides: forEachState(definition, 'Wait', 0),
            retryIntervalOverrides: forEachState(definition, 'Task', 0),
          }
        : {}),
    },
  };
  // Its validator is an old one, and takes longer than an execution. The tests have a newer one.
  const machine = new StateMachine(definition, { validationOptions: { noValidate: true } });
  // JSON is what an execution's input is; the library's type for it just can't be had from unknown.
  const { result, eventLogs } = machine.run(input as Json, options);
  const [ended, events] = await Promise.all([result.then((output) => ({ output }), failed), collected(eventLogs)]);
  return { id, ...ended, events };
}

async function collected(events: AsyncIterable<ExecutionEvent>): Promise<ExecutionEvent[]> {
  const all = [];
  for await (const event of events) all.push(event);
  return all;
}

function failed(thrown: unknown): { error: string; cause: string } {
  if (!(thrown instanceof ExecutionError) || !(thrown.cause instanceof Error)) throw thrown;
  return { error: thrown.cause.name, cause: thrown.cause.message };
}

/** Parameters of the resource states:::lambda:invoke. */
const InvokeParameters = v.strictObject({
  FunctionName: v.string(),
  Payload: v.unknown(),
  ClientContext: v.optional(v.string()),
});

/** AWS docs, "Invoke an AWS Lambda function with Step Functions": the answer is Invoke's, with the payload parsed. */
async function invokeTask(invoke: Invoke, parameters: unknown): Promise<Json> {
  const { Payload, ClientContext } = v.parse(InvokeParameters, parameters);
  const invocation = await invoke(Payload, ClientContext);
  if ('error' in invocation) {
    const error = new Error(JSON.stringify(invocation.error));
    error.name = invocation.error.errorType;
    throw error;
  }
  return { ExecutedVersion: '$LATEST', StatusCode: 200, Payload: invocation.payload as Json }; // Parsed from JSON before.
}

/** The same value for every state of a type, by the state's name; those within a Map too. */
function forEachState<Value>(machine: States, type: string, value: Value): Record<string, Value> {
  const found = Object.entries(machine.States).map(([name, state]) => ({
    ...(state.Type === type ? { [name]: value } : {}),
    ...(state.Type === 'Map' && state.ItemProcessor ? forEachState(state.ItemProcessor, type, value) : {}),
  }));
  return Object.assign({}, ...found);
}
