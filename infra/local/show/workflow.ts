import * as v from 'valibot';
import { failures } from '../../emulators/atlas/fault-catalogue.ts';
import { startLambdaFunction } from '../lambda-function.ts';
import { packagedFunction } from '../service-package.ts';
import { type Execution, runStateMachine, type StateMachineName } from '../workflow.ts';
import type { Door, Premises } from './act.ts';
import { GUS, invitePeople } from './people.ts';

/** The function itself sits out a shorter wait than this. */
const RETRY_AFTER_SECONDS = 3;

const Reports = v.object({ reports: v.tuple([v.object({ outcome: v.string() })]) });
const Preflights = v.tuple([
  v.object({ endpoint: v.optional(v.string()), error: v.optional(v.string()), ok: v.boolean() }),
]);

/** The workflow door: the state machines of the stack, with the function that they invoke. */
export async function openWorkflowDoor({ stage, servicePackage, lambdaUrl, log }: Premises): Promise<Door> {
  const organization = stage.addOrganization();
  const { ann, bob, cat, dan } = invitePeople(organization);
  const packaged = packagedFunction(servicePackage, 'workflow');
  const { invoke, stop } = await startLambdaFunction(packaged, { environment: stage.environment, log });
  const execute = (name: StateMachineName, input: object) =>
    runStateMachine(name, { ...input, orgIds: [organization.id] }, { invoke });
  const cancel = async (username: string) => summary(await execute('cancellation', { username }));
  const check = async () => preflightSummary(await execute('preflight', {}));

  const acts: Door['acts'] = [
    {
      person: ann.username,
      asked: 'e-mail address',
      expected: { answer: 'cancelled', before: 'pending', after: 'absent', requests: 2 },
      run: () => cancel(ann.username),
    },
    {
      person: dan.username,
      asked: 'e-mail address',
      expected: { answer: 'InvitationAccepted', before: 'member', after: 'member', requests: 2 },
      run: () => cancel(dan.username),
    },
    {
      person: GUS,
      asked: 'e-mail address',
      expected: { answer: 'already_gone', before: 'absent', after: 'absent', requests: 2 },
      run: () => cancel(GUS),
    },
    {
      person: bob.username,
      asked: 'e-mail, rate limited',
      // The 429 is a request too.
      expected: { answer: 'cancelled after a wait', before: 'pending', after: 'absent', requests: 3 },
      run: () => {
        const limited = failures.rateLimited(RETRY_AFTER_SECONDS);
        stage.atlas.faults.next(limited, ({ path }) => path.includes(organization.id));
        return cancel(bob.username);
      },
    },
    {
      asked: 'preflight',
      expected: { answer: 'ok, invites endpoint', requests: 1 },
      run: check,
    },
    {
      asked: 'preflight, not let in',
      expected: { answer: 'AtlasAccessListBlocked', requests: 1 },
      run: async () => {
        organization.accessList = ['198.51.100.0/24'];
        return check().finally(() => {
          organization.accessList = undefined;
        });
      },
    },
  ];
  const input = JSON.stringify({ orgId: organization.id, username: cat.username });
  return {
    name: 'workflow',
    organization,
    acts,
    commands: [
      {
        title: "Workflow, by Lambda's Invoke",
        command: `curl ${lambdaUrl}/2015-03-31/functions/${packaged.name}/invocations \\\n  -d '${input}'`,
      },
    ],
    close: stop,
  };
}

/** The outcome of the only organization there is, and whether there was a wait for it. */
function summary({ output, error, events }: Execution): string {
  if (error !== undefined) return error;
  const [{ outcome }] = v.parse(Reports, output).reports;
  const waited = events.some((event) => event.type === 'StateEntered' && event.state.type === 'Wait');
  return waited ? `${outcome} after a wait` : outcome;
}

function preflightSummary({ output, cause }: Execution): string {
  const [{ ok, endpoint, error = 'no error' }] = v.parse(Preflights, output ?? JSON.parse(cause ?? 'null'));
  return ok ? `ok, ${endpoint} endpoint` : error;
}
