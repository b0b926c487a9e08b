import { copyPrefix, session } from '$lib/session/session.svelte.ts';
import { ApiError } from './problem.ts';

/** An answer of the API, or the copy of an earlier one. */
export interface Copied<Value> {
  value: Value;
  /** When the API gave it, milliseconds since 1970. */
  at: number;
  /** The API could not be reached: this is the copy. */
  offline: boolean;
}

/**
 * Asks the API, and keeps a copy in the browser for as long as the session lasts, so that the page opens offline.
 * Another user of the browser never gets it.
 *
 * @param name of the copy, such as `my-areas`.
 * @param reduce what the copy holds: without details that do not belong on a shared phone.
 * @returns throws the error of the API; of a network failure only where there is no copy.
 */
export const withCopy =
  <Value>(name: string, ask: () => Promise<Value>, reduce: (value: Value) => Value) =>
  async (): Promise<Copied<Value>> => {
    const user = session.user?.id;
    const key = `${copyPrefix}${user}.${name}`;
    try {
      const value = await ask();
      const at = Date.now();
      // The session may have ended, or be of another user, since it asked.
      if (user !== undefined && session.user?.id === user) write(key, { value: reduce(value), at });
      return { value, at, offline: false };
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 0)) {
        write(key, null);
        throw error;
      }
      const kept = session.user?.id === user ? read<Value>(key) : null;
      if (kept === null) throw error;
      return { ...kept, offline: true };
    }
  };

function write(key: string, kept: { value: unknown; at: number } | null): void {
  try {
    if (kept === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // Without browser storage it works online.
  }
}

function read<Value>(key: string): { value: Value; at: number } | null {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null') as { value: Value; at: number } | null;
  } catch {
    return null;
  }
}
