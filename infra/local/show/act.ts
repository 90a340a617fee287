import type { Organization } from '../../emulators/atlas/organization.ts';
import type { Stage } from '../stage.ts';

/** How a person stands to the organization, in one word. */
export type Standing = 'pending' | 'member' | 'expired' | 'rejected' | 'absent';

const STANDINGS = {
  PENDING: 'pending',
  ACTIVE: 'member',
  INVITATION_EXPIRED: 'expired',
  INVITATION_REJECTED: 'rejected',
} as const;

/** One request through one door, and how it should end. */
export interface Act {
  readonly door: string;
  /** E-mail address of whom it is about; absent where it names nobody. */
  readonly person?: string;
  /** What the request says of the person, and what else is special about it. */
  readonly asked: string;
  readonly expected: {
    readonly answer: string;
    readonly before?: Standing;
    readonly after?: Standing;
    /** Requests to Atlas's API; absent where it depends on time. */
    readonly requests?: number;
  };
  /** Sends it and waits for its end: the answer in a few words. */
  run(): Promise<string>;
}

/** A way into the product: what is shown of it, and how to try it. */
export interface Door {
  readonly acts: readonly Act[];
  /** A command to copy into a shell, with what it is about. */
  readonly commands: readonly { readonly title: string; readonly command: string }[];
}

/** What a door is opened with. */
export interface Premises {
  readonly stage: Stage;
  /** Base URL of the HTTP API. */
  readonly apiUrl: string;
}

/** Opens a door: brings the people of its acts into the organization. */
export type OpenDoor = (premises: Premises) => Promise<Door>;

/** What became of an act. */
export interface Ending {
  readonly act: Act;
  readonly answer: string;
  readonly before: Standing | undefined;
  readonly after: Standing | undefined;
  readonly requests: number;
  /** Everyone else whose standing changed meanwhile: nobody's should. */
  readonly bystanders: readonly string[];
  /** Whether all of it is as expected. */
  readonly asExpected: boolean;
}

/** How Atlas sees a person, by address. */
export function standing(organization: Organization, person: string): Standing {
  const entry = organization.person(person);
  return entry ? STANDINGS[entry.status] : 'absent';
}
