import type { Atlas } from '../emulators/atlas/atlas.ts';
import type { Organization } from '../emulators/atlas/organization.ts';

/** From now on, prints a line for every person whom Atlas has removed from one of the organizations. */
export function tellChanges(atlas: Atlas, organizations: readonly Organization[], print: (line: string) => void): void {
  const told = new Map(organizations.map((organization) => [organization, organization.history.length]));
  atlas.settings.after = () => {
    for (const [organization, count] of told) {
      for (const { type, username, status, via, at } of organization.history.slice(count)) {
        const time = new Date(at).toTimeString().slice(0, 8);
        print(`${time}  ${username} ${type} through the ${via} endpoint, was ${status}`);
      }
      told.set(organization, organization.history.length);
    }
  };
}
