import { Prisma } from '../../generated/prisma/client.ts';
import { type Database, sqlIn } from '../../platform/db/database.ts';

/** Allocates hazard numbers: YH-20261125-0007. */
export interface Numbers {
  next(tenant: string, at: Date): Promise<string>;
}

/**
 * Numbers are sequential per day of the plant's calendar. They are allocated in a separate
 * transaction before the report's, so that concurrent reports do not queue for a row lock; waiting
 * requests are served by one update. A report that fails afterwards leaves a gap, and no number is
 * used twice.
 */
export function createNumbers(database: Database, timeZone: string): Numbers {
  const dayOf = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  interface Waiting {
    take(number: string): void;
    fail(error: unknown): void;
  }
  /** Requests for the next round of a day, while one is running. */
  const waiting = new Map<string, Waiting[]>();

  async function serve(tenant: string, day: string): Promise<void> {
    const key = `${tenant} ${day}`;
    for (;;) {
      const served = waiting.get(key) ?? [];
      if (served.length === 0) break;
      // Later requests are served by the next round: two concurrent rounds would wait for one row.
      waiting.set(key, []);
      await take(tenant, day, served);
    }
    waiting.delete(key);
  }

  async function take(tenant: string, day: string, served: Waiting[]): Promise<void> {
    try {
      const last = await database.transaction({ tenant, user: null }, async (tx) => {
        const [row] = await sqlIn(tx)<{ last: number }>(Prisma.sql`
          INSERT INTO hazard_counter (tenant_id, day, last)
          VALUES (${tenant}, ${day}::date, ${served.length})
          ON CONFLICT (tenant_id, day) DO UPDATE SET last = hazard_counter.last + EXCLUDED.last
          RETURNING last`);
        return row?.last ?? 0;
      });
      const written = day.replaceAll('-', '');
      for (const [position, one] of served.entries()) {
        const number = last - served.length + position + 1;
        one.take(`YH-${written}-${String(number).padStart(4, '0')}`);
      }
    } catch (error) {
      for (const one of served) one.fail(error);
    }
  }

  return {
    next(tenant, at) {
      const day = dayOf.format(at);
      const key = `${tenant} ${day}`;
      return new Promise<string>((take, fail) => {
        const others = waiting.get(key);
        if (others) return void others.push({ take, fail });
        waiting.set(key, [{ take, fail }]);
        setImmediate(() => void serve(tenant, day));
      });
    },
  };
}
