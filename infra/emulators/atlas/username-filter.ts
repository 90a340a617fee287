import type { Settings } from './settings.ts';

/** Whether a filter finds what is stored, which is the same but for its letter case. */
export function finds(filter: Settings['usernameFilter'], asked: string, stored: string): boolean {
  if (filter === 'exact') return asked === stored;
  return filter !== 'lower-case' || asked.toLowerCase() === stored;
}
