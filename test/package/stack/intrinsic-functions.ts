import * as v from 'valibot';

/** What the functions of a template speak of by name. */
interface Named {
  /** A parameter, a resource or, as `Resource.Attribute`, an attribute of a resource. */
  reference(name: string): unknown;
  condition(name: string): boolean;
}

const Text = v.string();
const Strings = v.array(v.string());
/** A tuple alone would take a missing item for one that is undefined. */
const Choice = v.pipe(v.array(v.unknown()), v.length(3), v.tuple([Text, v.unknown(), v.unknown()]));

/**
 * Resolves a part of a template as CloudFormation would: what is `AWS::NoValue` is left out.
 *
 * @throws {Error} for a function that it doesn't know
 * @see CloudFormation template reference, intrinsic-function-reference
 */
export function resolve(value: unknown, named: Named): unknown {
  if (Array.isArray(value)) return value.map((item) => resolve(item, named)).filter((item) => item !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name !== undefined && /^(Ref$|Fn::)/.test(name)) return call(name, argument, named);
  const resolved = entries.map(([key, item]) => [key, resolve(item, named)] as const);
  return Object.fromEntries(resolved.filter(([, item]) => item !== undefined));
}

function call(name: string, argument: unknown, named: Named): unknown {
  const resolved = <Schema extends v.GenericSchema>(schema: Schema) => v.parse(schema, resolve(argument, named));
  switch (name) {
    case 'Ref':
      return named.reference(v.parse(Text, argument));
    case 'Fn::GetAtt':
      return named.reference(v.parse(v.tuple([Text, Text]), argument).join('.'));
    case 'Fn::If': {
      const [condition, yes, no] = v.parse(Choice, argument);
      return resolve(named.condition(condition) ? yes : no, named);
    }
    case 'Fn::Not':
      return !resolved(v.tuple([v.boolean()]))[0];
    case 'Fn::Equals': {
      const [left, right] = resolved(v.tuple([Text, Text]));
      return left === right;
    }
    case 'Fn::Select': {
      const [index, list] = resolved(v.tuple([v.number(), Strings]));
      return list[index];
    }
    case 'Fn::Split': {
      const [delimiter, text] = resolved(v.tuple([Text, Text]));
      return text.split(delimiter);
    }
    case 'Fn::Join': {
      const [delimiter, list] = resolved(v.tuple([Text, Strings]));
      return list.join(delimiter);
    }
    case 'Fn::Sub':
      return substitute(argument, named);
    default:
      throw new Error(`The tests don't know ${name}.`);
  }
}

function substitute(argument: unknown, named: Named): string {
  const [text, variables] =
    typeof argument === 'string' ? [argument, {}] : v.parse(v.tuple([Text, v.unknown()]), argument);
  const values = v.parse(v.record(Text, Text), resolve(variables, named));
  return text.replace(/\$\{([^}]+)\}/g, (_, key: string) => `${values[key] ?? named.reference(key)}`);
}
