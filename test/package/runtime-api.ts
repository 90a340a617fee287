import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listenOnLoopback } from '../support/loopback.ts';

/** What a runtime has posted for one invocation. */
interface Posted {
  /** `response`, or `error`. */
  readonly kind: string;
  readonly body: unknown;
}

/** A running Runtime API, as one Lambda environment sees it. */
export interface RuntimeApi {
  /** Host and port, for AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  invoke(event: unknown): Promise<Posted>;
}

interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly settle: (posted: Posted) => void;
}

/** Lambda's Runtime API (AWS docs, "runtimes-api"): hands out invocations, and takes what the runtime posts for them. */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  const waiting: Invocation[] = [];
  const underWay = new Map<string, Invocation>();
  let asking: ServerResponse | undefined;
  let invocations = 0;

  const handOut = () => {
    if (!asking) return;
    const invocation = waiting.shift();
    if (!invocation) return;
    underWay.set(invocation.id, invocation);
    asking.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': invocation.id,
      'lambda-runtime-deadline-ms': Date.now() + 20_000,
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:eu-west-1:123456789012:function:example',
    });
    asking.end(JSON.stringify(invocation.event));
    asking = undefined;
  };

  const server = createServer((request, response) => {
    const [, , , , id = '', kind = ''] = (request.url ?? '').split('/');
    if (request.method === 'GET') {
      asking = response;
      handOut();
      return;
    }
    void read(request).then((body) => {
      underWay.get(id)?.settle({ kind, body: JSON.parse(body) });
      underWay.delete(id);
      response.writeHead(202).end('{"status":"OK"}');
    });
  });
  return {
    address: await listenOnLoopback(server),
    invoke: (event) =>
      new Promise((settle) => {
        invocations += 1;
        waiting.push({ id: `00000000-0000-4000-8000-${`${invocations}`.padStart(12, '0')}`, event, settle });
        handOut();
      }),
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = await request.toArray();
  return Buffer.concat(chunks).toString('utf8');
}
