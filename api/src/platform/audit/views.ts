import { LRUCache } from 'lru-cache';
import type { Caller } from '../access/caller.ts';
import type { Units } from '../db/unit-of-work.ts';
import type { AuditEntry } from './entry.ts';

/** Within this time, the same user's looks at the same thing are one. */
const SAME_WITHIN_MS = 5 * 60_000;
const MOST_KEPT = 20_000;

export interface Views {
  /**
   * Leaves a line that somebody looks at something, before it is shown. A player that asks for a
   * clip in fifty ranges, or a page that is drawn again, leaves one line.
   */
  note(caller: Caller, entry: Omit<AuditEntry, 'action'> & { what?: string }): Promise<void>;
}

/** One for a process: with several, the same look may leave a line in each. */
export function createViews(units: Units): Views {
  const seen = new LRUCache<string, Promise<void>>({ max: MOST_KEPT, ttl: SAME_WITHIN_MS });
  return {
    note(caller, { what, ...entry }) {
      const { tenant, account, address } = caller;
      const key = JSON.stringify([tenant, account?.id, address, entry.entity, entry.id, what]);
      const before = seen.get(key);
      if (before) return before;
      const after = what === undefined ? entry.after : { ...entry.after, what };
      const written = units.run(caller, (unit) =>
        unit.audit({ ...entry, action: 'view', ...(after ? { after } : {}) }),
      );
      seen.set(key, written);
      // What left no line was not looked at: the next try writes it.
      written.catch(() => seen.delete(key));
      return written;
    },
  };
}
