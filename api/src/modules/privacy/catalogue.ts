import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import { reachOf } from '../../platform/access/scope.ts';
import { linesAbout } from '../../platform/audit/lines.ts';
import { auditEntityOf } from '../../platform/audit/words.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { eventsAbout } from '../../platform/outbox/about.ts';
import { OUTGOING_EVENTS } from '../../platform/outbox/facts.ts';
import { manifests } from '../manifests.ts';
import type { catalogueSchema, lineageSchema } from './schema.ts';

type User = Caller & { account: Account };
type Catalogue = z.infer<typeof catalogueSchema>;
type Lineage = z.infer<typeof lineageSchema>;

/** The records of all modules, their tables, and their sources. */
const entities = manifests.flatMap((one) => one.data?.catalogue ?? []);

const MOST_SOURCES = 20;
/** Limit of a record's changes and events: the newest are shown. */
const MOST_LINES = 1000;

/** The shown rows, oldest first. @param rows newest first, one more than the limit. */
const shown = <Row>(rows: readonly Row[]): Row[] => rows.slice(0, MOST_LINES).reverse();
/** The time of the newest hidden row. */
const leftOutUpTo = (rows: readonly { at: Date }[]): Date | null => rows[MOST_LINES]?.at ?? null;
const later = (a: Date | null, b: Date | null): Date | null => (a && b && a > b ? a : (b ?? a));

/**
 * Events are purged at the end of their term without a trace of their own; the purge proofs stay,
 * and show up to when events are missing.
 */
async function newestPurgedEvent(tx: Transaction): Promise<Date | null> {
  const { _max } = await tx.purgeProof.aggregate({
    where: { policyId: OUTGOING_EVENTS },
    _max: { newest: true },
  });
  return _max.newest;
}

/** The canonical entities of the hub, with record counts by source. */
export function createCatalogue({ units }: { units: Units }) {
  return {
    list: (user: User): Promise<Catalogue> =>
      units.run(user, async ({ tx }) => {
        const items: Catalogue['items'] = [];
        for (const { table, source, changed, ...entity } of entities) {
          // Names of tables and columns come from the list above, never from a request.
          const rows = await tx.$queryRaw<{ system: string; records: number; at: Date | null }[]>`
            SELECT ${Prisma.raw(source)}::text AS system, count(*)::int AS records,
                   ${Prisma.raw(changed ? `max(${changed})::timestamptz` : 'NULL::timestamptz')} AS at
            FROM ${Prisma.raw(table)} GROUP BY 1 ORDER BY 2 DESC`;
          const newest = Math.max(...rows.map(({ at }) => at?.getTime() ?? 0), 0);
          items.push({
            ...entity,
            references: [...entity.references],
            records: rows.reduce((sum, row) => sum + row.records, 0),
            sources: rows
              .slice(0, MOST_SOURCES)
              .map(({ system, records }) => ({ system, records })),
            changedAt: newest > 0 ? new Date(newest).toISOString() : null,
          });
        }
        return { items };
      }),

    /** The source of a record, its changes, and its published events. */
    lineage(user: User, entity: string, id: string): Promise<Lineage> {
      // It may be any record of the tenant.
      if (reachOf(user.account, 'audit:read').scope !== 'all') {
        throw new Problem('auth.forbidden', 'It needs the permission audit:read for all.');
      }
      return units.run(user, async ({ tx, audit }) => {
        const found = entities.find((one) => one.entity === entity && !one.key.includes(','));
        if (!found) throw new Problem('privacy.unknown', `There is no entity ${entity}.`);
        const { table, key, source, changed } = found;
        const [row] = await tx.$queryRaw<{ system: string; at: Date | null }[]>`
          SELECT ${Prisma.raw(source)}::text AS system,
                 ${Prisma.raw(changed ? `${changed}::timestamptz` : 'NULL::timestamptz')} AS at
          FROM ${Prisma.raw(table)} WHERE ${Prisma.raw(key)}::text = ${id}`;
        if (!row) throw new Problem('privacy.unknown', `There is no ${entity} ${id}.`);
        const lines = await linesAbout(tx, { entity, id }, { take: MOST_LINES + 1 });
        const told = await eventsAbout(tx, { entity, id }, MOST_LINES + 1);
        const purgedUpTo = await newestPurgedEvent(tx);
        await audit({
          action: 'view',
          entity: auditEntityOf(entity),
          id,
          after: { what: 'lineage' },
        });
        return {
          entity,
          id,
          source: row.system,
          changedAt: row.at?.toISOString() ?? null,
          changes: shown(lines).map(({ at, userName, action, after }) => ({
            at: at.toISOString(),
            by: userName,
            action,
            fields: Object.keys((after ?? {}) as object),
          })),
          changesSince: leftOutUpTo(lines)?.toISOString() ?? null,
          told: shown(told).map(({ at, type, id: event }) => ({
            at: at.toISOString(),
            type,
            event,
          })),
          toldSince: later(leftOutUpTo(told), purgedUpTo)?.toISOString() ?? null,
        };
      });
    },
  };
}
