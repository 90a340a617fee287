import { Failure, type FailureDetails, type FailureName } from '../failures.ts';
import type { Answer } from '../transport/exchange.ts';
import type { AtlasError } from './api-error.ts';

/** The failure that an answer of Atlas is, under its name, with what Atlas said. What is known beside that comes with `more`. */
export function atlasFailure(
  name: FailureName,
  answer: Answer,
  error?: AtlasError,
  more: Pick<FailureDetails, 'retryAfter' | 'status' | 'limited'> = {},
): Failure {
  const said = error ? error.detail : `Atlas answered ${answer.status} without saying why.`;
  return new Failure(name, name === 'AtlasAccessListBlocked' ? blocked(said, error) : said, {
    errorCode: error?.code,
    atlasStatus: answer.status,
    parameters: error?.parameters,
    fields: error?.fields,
    ...more,
  });
}

/** An answer with the right status whose content can't be what Atlas sends. */
export function notAtlas(answer: Answer, why: string): Failure {
  return new Failure('AtlasUnavailable', `Atlas answered ${answer.status}, but the answer ${why}.`, {
    atlasStatus: answer.status,
  });
}

/** Names the address to allow: Atlas gives it as the first parameter, or within its sentence. */
function blocked(said: string, error: AtlasError | undefined): string {
  const given = error?.parameters?.[0];
  const address = typeof given === 'string' ? given : /\b\d{1,3}(?:\.\d{1,3}){3}\b/.exec(said)?.[0];
  return address
    ? `${said} Add ${address} to the API access list of these credentials in Atlas.`
    : `${said} Add this function's egress address to the API access list of these credentials in Atlas.`;
}
