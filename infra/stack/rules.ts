interface Template {
  Metadata?: { Rules?: object };
  Rules?: object;
}

/** What this plugin uses of osls. */
interface Serverless {
  readonly service: { readonly provider: { readonly compiledCloudFormationTemplate: Template } };
}

/**
 * A plugin of osls, which takes no section `Rules` in `resources` (its provider.js lists those that it takes): what the
 * parts of the stack have of it under `Metadata` goes to its place in the finished template.
 */
export default class Rules {
  readonly hooks: Readonly<Record<string, () => void>>;

  constructor({ service }: Serverless) {
    this.hooks = {
      'before:aws:package:finalize:saveServiceState': () => {
        const template = service.provider.compiledCloudFormationTemplate;
        const { Rules: rules, ...metadata } = template.Metadata ?? {};
        if (rules === undefined) throw new Error('The stack has no rules for its parameters.');
        template.Rules = rules;
        if (Object.keys(metadata).length > 0) template.Metadata = metadata;
        else delete template.Metadata;
      },
    };
  }
}
