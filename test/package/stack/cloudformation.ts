import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { projectRoot } from '../../../infra/local/service-package.ts';
import { resolve } from './intrinsic-functions.ts';

/** Strict, so that no resource outlives the stack (DeletionPolicy) unseen. */
const Resource = v.strictObject({
  Type: v.string(),
  Condition: v.optional(v.string()),
  DependsOn: v.optional(v.union([v.string(), v.array(v.string())]), []),
  Properties: v.optional(v.record(v.string(), v.unknown()), {}),
});
const Parameter = v.looseObject({ Type: v.string(), Default: v.string(), Description: v.string() });
const Rule = v.strictObject({
  RuleCondition: v.unknown(),
  Assertions: v.array(v.strictObject({ Assert: v.unknown(), AssertDescription: v.string() })),
});
const Template = v.strictObject({
  AWSTemplateFormatVersion: v.literal('2010-09-09'),
  Description: v.string(),
  Rules: v.record(v.string(), Rule),
  Parameters: v.record(v.string(), Parameter),
  Conditions: v.record(v.string(), v.unknown()),
  Resources: v.record(v.string(), Resource),
  Outputs: v.record(v.string(), v.object({ Value: v.unknown() })),
});

/** The template as packaged, and what CloudFormation would make of it. */
interface Stack {
  readonly parameters: v.InferOutput<typeof Template>['Parameters'];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Why CloudFormation would refuse these values together, by the rules. */
  readonly refusals: readonly string[];
  /** The types of all resources that would be there, by logical id. */
  readonly types: Readonly<Record<string, string>>;
  /** Logical ids of what is made before this resource, beside what its properties refer to. */
  dependenciesOf(id: string): readonly string[];
  /** All properties of one resource, with all functions of the template resolved; undefined if it would not be there. */
  propertiesOf(id: string): unknown;
  /** Resources of one type, by logical id, likewise. */
  resourcesOf<Schema extends v.GenericSchema>(type: string, properties: Schema): Record<string, v.InferOutput<Schema>>;
}

const PSEUDO = {
  'AWS::AccountId': '111122223333',
  'AWS::Partition': 'aws',
  'AWS::Region': 'eu-central-1',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'atlas-uninvite-dev',
  'AWS::NoValue': undefined,
};

/**
 * Reads the compiled template and resolves it with these values for parameters. A reference to a resource becomes
 * `<LogicalId>`, to an attribute `<LogicalId>.Attribute`.
 *
 * @throws {Error} for a reference to nothing, and for a function of the template that the tests don't know
 */
export function readStack(values: Readonly<Record<string, string>> = {}): Stack {
  const file = new URL('.serverless/cloudformation-template-update-stack.json', projectRoot);
  const template = v.parse(Template, JSON.parse(readFileSync(file, 'utf8')));
  const defaults = Object.entries(template.Parameters).map(([name, { Default }]) => [name, Default]);
  const parameters: Record<string, unknown> = { ...PSEUDO, ...Object.fromEntries(defaults), ...values };

  const isThere = (id: string): boolean => {
    const resource = template.Resources[id];
    return resource !== undefined && (resource.Condition === undefined || named.condition(resource.Condition));
  };
  const named = {
    condition: (name: string): boolean => v.parse(v.boolean(), resolve(template.Conditions[name], named)),
    reference: (name: string): unknown => {
      if (name in parameters) return parameters[name];
      if (isThere(name)) return `<${name}>`;
      const [resource = '', ...attribute] = name.split('.');
      if (attribute.length > 0 && isThere(resource)) return `<${resource}>.${attribute.join('.')}`;
      throw new Error(`The template refers to ${name}, which it doesn't have with these parameters.`);
    },
  };
  const resources = Object.fromEntries(Object.entries(template.Resources).filter(([id]) => isThere(id)));
  const propertiesOf = (id: string): unknown => resolve(resources[id]?.Properties, named);

  return {
    parameters: template.Parameters,
    outputs: Object.fromEntries(Object.entries(template.Outputs).map(([id, { Value }]) => [id, resolve(Value, named)])),
    refusals: Object.values(template.Rules)
      .filter(({ RuleCondition }) => resolve(RuleCondition, named))
      .flatMap(({ Assertions }) => Assertions.filter(({ Assert }) => !resolve(Assert, named)))
      .map(({ AssertDescription }) => AssertDescription),
    types: Object.fromEntries(Object.entries(resources).map(([id, { Type }]) => [id, Type])),
    dependenciesOf: (id) => [resources[id]?.DependsOn ?? []].flat(),
    propertiesOf,
    resourcesOf: (type, properties) =>
      Object.fromEntries(
        Object.entries(resources)
          .filter(([, resource]) => resource.Type === type)
          .map(([id]) => [id, v.parse(properties, propertiesOf(id))]),
      ),
  };
}
