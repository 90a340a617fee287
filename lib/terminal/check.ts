import type { PreflightRequest } from '../preflight/request.ts';
import { Service } from '../service.ts';
import { askedBy, describeFailure, list, patience } from './one.ts';
import { logTo, type Terminal } from './terminal.ts';

/** Tries whether an invitation to the organization could be cancelled, and prints what is in the way. Gives back the exit code. */
export async function checkOrganization(
  request: PreflightRequest,
  verbose: boolean,
  terminal: Terminal,
): Promise<number> {
  const { out, err, environment, clock } = terminal;
  const service = new Service({ environment, clock, write: logTo(terminal, verbose) });
  try {
    const checked = await service.check(askedBy(terminal), patience(terminal), () => request);
    if (!checked.result) {
      err.write(describeFailure(checked));
      return 1;
    }
    const { orgId, credentials, endpoint } = checked.result;
    out.write(`ok\n${list(Object.entries({ organization: orgId, credentials, endpoint }))}`);
    return 0;
  } finally {
    await service.close();
  }
}
