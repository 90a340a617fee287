import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { projectRoot } from '../../infra/local/service-package.ts';

const Resource = v.looseObject({
  Type: v.string(),
  Condition: v.optional(v.string()),
  Properties: v.optional(v.record(v.string(), v.unknown()), {}),
});
const Parameter = v.looseObject({
  Type: v.string(),
  Default: v.string(),
  Description: v.string(),
  AllowedPattern: v.optional(v.string()),
});

const Rule = v.strictObject({
  RuleCondition: v.unknown(),
  Assertions: v.array(v.strictObject({ Assert: v.unknown(), AssertDescription: v.string() })),
});

const Template = v.object({
  Metadata: v.optional(v.never()),
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
  /** Resources of one type, by logical id, with all functions of the template resolved. */
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

const Pair = v.tuple([v.string(), v.unknown()]);
const Strings = v.array(v.string());

/**
 * Reads the compiled template and resolves it as CloudFormation would, with these values for parameters.
 *
 * @throws {Error} for a reference to nothing, and for a function of the template that it doesn't know
 */
export function readStack(values: Readonly<Record<string, string>> = {}): Stack {
  const file = new URL('.serverless/cloudformation-template-update-stack.json', projectRoot);
  const template = v.parse(Template, JSON.parse(readFileSync(file, 'utf8')));
  const defaults = Object.entries(template.Parameters).map(([name, { Default }]) => [name, Default]);
  const parameters: Record<string, unknown> = { ...PSEUDO, ...Object.fromEntries(defaults), ...values };

  const isThere = (id: string): boolean => {
    const resource = template.Resources[id];
    return resource !== undefined && (resource.Condition === undefined || resolveCondition(resource.Condition));
  };

  const resolveCondition = (name: string): boolean => v.parse(v.boolean(), resolve(template.Conditions[name]));

  const reference = (name: string): unknown => {
    if (name in parameters) return parameters[name];
    if (isThere(name)) return `<${name}>`;
    const [resource = '', ...attribute] = name.split('.');
    if (attribute.length > 0 && isThere(resource)) return `<${resource}>.${attribute.join('.')}`;
    throw new Error(`The template refers to ${name}, which it doesn't have with these parameters.`);
  };

  const call = (name: string, argument: unknown): unknown => {
    switch (name) {
      case 'Ref':
        return reference(v.parse(v.string(), argument));
      case 'Fn::GetAtt':
        return reference(v.parse(v.tuple([v.string(), v.string()]), argument).join('.'));
      case 'Fn::If': {
        const [condition, yes, no] = v.parse(v.tuple([v.string(), v.unknown(), v.unknown()]), argument);
        return resolve(resolveCondition(condition) ? yes : no);
      }
      case 'Fn::Not':
        return !v.parse(v.tuple([v.boolean()]), resolve(argument))[0];
      case 'Fn::Equals': {
        const [left, right] = v.parse(v.tuple([v.string(), v.string()]), resolve(argument));
        return left === right;
      }
      case 'Fn::Select': {
        const [index, list] = v.parse(v.tuple([v.number(), Strings]), resolve(argument));
        return list[index];
      }
      case 'Fn::Split': {
        const [delimiter, text] = v.parse(v.tuple([v.string(), v.string()]), resolve(argument));
        return text.split(delimiter);
      }
      case 'Fn::Join': {
        const [delimiter, list] = v.parse(v.tuple([v.string(), Strings]), resolve(argument));
        return list.join(delimiter);
      }
      case 'Fn::Sub': {
        const [text, variables] = typeof argument === 'string' ? [argument, {}] : v.parse(Pair, argument);
        const named = v.parse(v.record(v.string(), v.string()), resolve(variables));
        return text.replace(/\$\{([^}]+)\}/g, (_, key: string) => `${named[key] ?? reference(key)}`);
      }
      default:
        throw new Error(`The tests don't know ${name}.`);
    }
  };

  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve).filter((item) => item !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [name, argument] = entries[0] ?? [];
    if (entries.length === 1 && name !== undefined && /^(Ref$|Fn::)/.test(name)) return call(name, argument);
    const resolved = entries.map(([key, item]) => [key, resolve(item)] as const);
    return Object.fromEntries(resolved.filter(([, item]) => item !== undefined));
  };

  const resources = Object.entries(template.Resources).filter(([id]) => isThere(id));
  return {
    parameters: template.Parameters,
    outputs: Object.fromEntries(Object.entries(template.Outputs).map(([id, { Value }]) => [id, resolve(Value)])),
    refusals: Object.values(template.Rules)
      .filter(({ RuleCondition }) => resolve(RuleCondition))
      .flatMap(({ Assertions }) => Assertions.filter(({ Assert }) => !resolve(Assert)))
      .map(({ AssertDescription }) => AssertDescription),
    types: Object.fromEntries(resources.map(([id, { Type }]) => [id, Type])),
    resourcesOf: (type, properties) =>
      Object.fromEntries(
        resources
          .filter(([, resource]) => resource.Type === type)
          .map(([id, resource]) => [id, v.parse(properties, resolve(resource.Properties))]),
      ),
  };
}
