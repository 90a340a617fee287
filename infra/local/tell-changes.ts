import type { Stage } from './stage.ts';

/** From now on, prints a line for everything that happens to a person in the organization. */
export function tellChanges({ atlas, organization }: Stage, print: (line: string) => void): void {
  let told = organization.history.length;
  atlas.settings.after = () => {
    for (const { type, username, status, via, at } of organization.history.slice(told)) {
      const time = new Date(at).toTimeString().slice(0, 8);
      print(`${time}  ${username} ${type} through the ${via} endpoint, was ${status}`);
    }
    told = organization.history.length;
  };
}
