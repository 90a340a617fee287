import { Ajv2020 } from 'ajv/dist/2020.js';
import { documents } from '../../infra/api/openapi.ts';
import type { HttpRequest } from '../support/http-events.ts';

const published = documents('0');
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
const openApi = JSON.parse(JSON.stringify(published['openapi.json']));
ajv.addSchema(openApi, 'openapi');

/** What is wrong with a value by one of the published schemas; empty where nothing is. */
export function faults(file: 'request' | 'result' | 'dead-letter', value: unknown): string[] {
  return faultsBy({ $ref: `${file}.schema.json` }, value);
}
for (const [name, schema] of Object.entries(published)) if (name !== 'openapi.json') ajv.addSchema(schema, name);

/** The operation of the OpenAPI document that a request goes to. */
export function operationOf({ method, resource }: Pick<HttpRequest, 'method' | 'resource'>) {
  return openApi.paths[resource][method.toLowerCase()];
}

/** What is wrong with an answer by the OpenAPI document: an unknown status, header or body. */
export function undocumented(
  request: HttpRequest,
  { statusCode, headers, json }: { statusCode: number; headers: Readonly<Record<string, string>>; json: unknown },
): string[] {
  const reference: string | undefined = operationOf(request).responses[statusCode]?.$ref;
  if (reference === undefined) return [`status ${statusCode}`];
  const name = reference.slice(reference.lastIndexOf('/') + 1);
  const response = openApi.components.responses[name];
  const known = ['content-type', ...Object.keys(response.headers ?? {}).map((header) => header.toLowerCase())];
  const strangers = Object.keys(headers).filter((header) => !known.includes(header));
  if (response.content === undefined) return [...strangers, ...(json === undefined ? [] : ['a body'])];
  const $ref = `openapi#/components/responses/${name}/content/application~1json/schema`;
  return [...strangers, ...faultsBy({ $ref }, json)];
}

function faultsBy(schema: { $ref: string }, value: unknown): string[] {
  const validate = ajv.getSchema(schema.$ref) ?? ajv.compile(schema);
  return validate(value)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
