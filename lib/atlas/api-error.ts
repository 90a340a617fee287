import * as v from 'valibot';
import { redact } from '../mask.ts';
import type { Answer } from '../transport/exchange.ts';

/** The error of an answer, whichever of Atlas's shapes it came in. */
export interface AtlasError {
  /** `errorCode` of the Administration API, or `error` of the OAuth endpoints. */
  readonly code: string;
  readonly detail: string;
  readonly parameters?: readonly unknown[];
  readonly fields?: readonly { field: string; description: string }[];
}

const LONGEST_DETAIL = 1_000;

/** Atlas Administration API, schema ApiError. `error` is the status, as a number or, seen from proxies, as text. */
const ApiError = v.object({
  errorCode: v.pipe(v.string(), v.regex(/^[A-Z0-9_]{1,100}$/)),
  detail: v.nullish(v.string()),
  reason: v.nullish(v.string()),
  parameters: v.nullish(v.array(v.unknown())),
  badRequestDetail: v.nullish(
    v.object({ fields: v.nullish(v.array(v.object({ field: v.string(), description: v.string() }))) }),
  ),
});

/** RFC 6749 section 5.2, as Atlas's token endpoint answers. */
const OAuthError = v.object({
  error: v.pipe(v.string(), v.regex(/^[a-z_]{1,100}$/)),
  error_description: v.nullish(v.string()),
});

/** An error is a few hundred characters; a longer body is none, and nothing of it is passed on. */
const LONGEST_ERROR = 64 * 1024;

/** The JSON value of a body; undefined where it is none or broke off. Prototype keys in it are plain data. */
export function readJson(answer: Answer): unknown {
  if (!answer.complete) return undefined;
  try {
    return JSON.parse(answer.body);
  } catch {
    return undefined; // HTML, nothing at all, or half a document: no answer of Atlas, and the callers treat it as such.
  }
}

/** The error that Atlas states in an answer; undefined where the body is no error of Atlas. */
export function readAtlasError(answer: Answer): AtlasError | undefined {
  if (answer.body.length > LONGEST_ERROR) return undefined;
  const body = readJson(answer);
  const api = v.safeParse(ApiError, body);
  if (api.success) {
    const { errorCode, detail, reason, parameters, badRequestDetail } = api.output;
    return {
      code: errorCode,
      detail: shortened(detail || reason || errorCode),
      ...(parameters ? { parameters } : {}),
      ...(badRequestDetail?.fields ? { fields: badRequestDetail.fields } : {}),
    };
  }
  const oauth = v.safeParse(OAuthError, body);
  if (oauth.success) {
    const { error, error_description } = oauth.output;
    return { code: error, detail: shortened(error_description || error) };
  }
  return undefined;
}

/** Hidden before it is cut: half an address is not known for one. */
function shortened(detail: string): string {
  return redact(detail).slice(0, LONGEST_DETAIL);
}
