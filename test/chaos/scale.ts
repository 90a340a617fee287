/** How much there is of everything. */
export interface Scale {
  readonly messages: number;
  readonly http: number;
  readonly workflows: number;
  readonly organizations: number;
  /** Functions that are killed while they are at work. */
  readonly kills: number;
  /** Seconds over which messages come, people answer, and functions are killed. */
  readonly seconds: number;
}

/** What belongs to so many messages: beside ten of them, a call over HTTP and a workflow. */
export function scaleOf(messages: number): Scale {
  return {
    messages,
    http: Math.ceil(messages / 10),
    workflows: Math.ceil(messages / 10),
    organizations: Math.ceil(messages / 500),
    kills: Math.ceil(messages / 100),
    seconds: messages < 1_000 ? 120 : 600,
  };
}
