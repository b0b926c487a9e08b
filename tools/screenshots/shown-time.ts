import { findFaketime } from '../setup/faketime.mjs';

/** The time at which the processes of a run of screenshots start: a Wednesday morning. */
const STARTED = new Date('2026-10-14T10:20:00+08:00');

/** The time that all pages show. It is later than all records of the demonstration that are seeded at the start. */
export const SHOWN_NOW = new Date('2026-10-14T10:24:00+08:00');

/**
 * Environment of processes that are to run at {@link STARTED}, so that neither the day nor the hour of a run changes a page.
 *
 * @param now the time of this machine.
 * @returns null where libfaketime is not installed.
 */
export function shownTimeEnvironment(now: Date): Record<string, string> | null {
  const library = findFaketime();
  if (library === undefined) return null;
  // An offset: with an absolute time, a process that starts later would be behind the others.
  const seconds = Math.round((STARTED.getTime() - now.getTime()) / 1000);
  return {
    LD_PRELOAD: library,
    FAKETIME: `${seconds < 0 ? '' : '+'}${seconds}`,
  };
}
