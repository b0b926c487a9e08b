import { LRUCache } from 'lru-cache';
import type { Caller } from '../access/caller.ts';
import type { Units } from '../db/unit-of-work.ts';
import type { AuditEntry } from './entry.ts';

/** Within this time, repeated views of the same entity by the same user count once. */
const SAME_WITHIN_MS = 5 * 60_000;
const MOST_KEPT = 20_000;

export interface Views {
  /**
   * Writes a line before an entity is shown. A player that requests a clip in fifty ranges, or a
   * page that is rendered again, leaves one line.
   */
  note(caller: Caller, entry: Omit<AuditEntry, 'action'> & { what?: string }): Promise<void>;
}

/** One per process: with several, the same view may leave a line in each. */
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
      // Without a line there was no view: the next attempt writes it.
      written.catch(() => seen.delete(key));
      return written;
    },
  };
}
