import * as v from 'valibot';
import type { Answer } from '../loopback/answer.ts';
import { awsError } from './aws-error.ts';
import type { Secret, SecretVersion } from './secret.ts';

/** The fields of a GetSecretValue request. */
export const GetSecretValueRequest = v.object({
  SecretId: v.pipe(v.string(), v.minLength(1), v.maxLength(2048)),
  VersionId: v.optional(v.string()),
  VersionStage: v.optional(v.string()),
});
export type GetSecretValueRequest = v.InferOutput<typeof GetSecretValueRequest>;

/** GetSecretValue with the answers and the words of AWS (API reference: GetSecretValue). */
export function getSecretValue(secrets: ReadonlyMap<string, Secret>, request: GetSecretValueRequest): Answer {
  const { SecretId, VersionId, VersionStage } = request;
  const secret = findSecret(secrets, SecretId);
  if (!secret) return awsError(400, 'ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  if (secret.deleted) {
    const text = "You can't perform this operation on the secret because it was marked for deletion.";
    return awsError(400, 'InvalidRequestException', text);
  }
  const stage = VersionStage ?? 'AWSCURRENT';
  const version = VersionId === undefined ? secret.staged(stage) : secret.versions.get(VersionId);
  if (!version) {
    const which = VersionId === undefined ? `staging label: ${stage}` : `VersionId: ${VersionId}`;
    const text = `Secrets Manager can't find the specified secret value for ${which}`;
    return awsError(400, 'ResourceNotFoundException', text);
  }
  if (VersionId !== undefined && VersionStage !== undefined && !version.stages.has(VersionStage)) {
    const text = `You provided a VersionStage that is not associated to the provided VersionId.`;
    return awsError(400, 'InvalidRequestException', text);
  }
  return {
    status: 200,
    headers: { 'Content-Type': 'application/x-amz-json-1.1' },
    body: JSON.stringify(view(secret, version)),
  };
}

/** By name, by whole ARN, or by ARN without its random end. */
function findSecret(secrets: ReadonlyMap<string, Secret>, id: string): Secret | undefined {
  if (!id.startsWith('arn:')) return secrets.get(id);
  return [...secrets.values()].find(({ arn }) => arn === id || arn.slice(0, -7) === id);
}

function view(secret: Secret, version: SecretVersion) {
  const { value } = version;
  return {
    ARN: secret.arn,
    CreatedDate: version.createdAt / 1000,
    Name: secret.name,
    ...(typeof value === 'string' ? { SecretString: value } : { SecretBinary: Buffer.from(value).toString('base64') }),
    VersionId: version.id,
    VersionStages: [...version.stages],
  };
}
