import type { Organization } from '../../emulators/atlas/organization.ts';
import type { ServicePackage } from '../service-package.ts';
import type { Stage } from '../stage.ts';

/** How a person stands to the organization, in one word. */
export type Standing = 'pending' | 'member' | 'expired' | 'rejected' | 'absent';

/** One request through one door, and how it should end. */
export interface Act {
  /** E-mail address of whom it is about; absent where it names nobody. */
  readonly person?: string;
  /** What the request says of the person, and what else is special about it. */
  readonly asked: string;
  readonly expected: {
    readonly answer: string;
    readonly before?: Standing;
    readonly after?: Standing;
    /** Requests to Atlas's API. */
    readonly requests: number;
  };
  /** Sends the request and waits for its end: the answer in a few words. */
  run(): Promise<string>;
}

/** A way into the product: what is shown of it, and how to try it. */
export interface Door {
  readonly name: string;
  /** The organization that its acts are about, and no other door's. */
  readonly organization: Organization;
  /** To be run one after the other. */
  readonly acts: readonly Act[];
  /** Commands to copy into a shell, each with what it shows. */
  readonly commands: readonly { readonly title: string; readonly command: string }[];
  close(): Promise<void>;
}

/** What a door is opened with. */
export interface Premises {
  readonly stage: Stage;
  readonly servicePackage: ServicePackage;
  /** Base URL of the HTTP API. */
  readonly apiUrl: string;
  /** Base URL of Lambda's Invoke. */
  readonly lambdaUrl: string;
  /** Settles when both accept requests. */
  readonly apiReady: Promise<unknown>;
  /** Gets the lines that functions log. */
  readonly log: (line: string) => void;
}

/** Opens a door. */
export type OpenDoor = (premises: Premises) => Promise<Door>;
