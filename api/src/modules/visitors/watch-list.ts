import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import { refusedField } from '../../platform/kit/refused-field.ts';
import type { User } from '../../platform/kit/routes.ts';
import { noteCreated } from '../../platform/kit/save.ts';
import { dayDate, dayText } from '../../platform/kit/schemas.ts';
import type { Platform } from '../../platform/module.ts';
import type { SealedTable } from '../../platform/sealed/rotation.ts';
import { normaliseNationalId, wrongNationalId } from '../people/identity.ts';
import { companyKey, personKey } from './name-key.ts';
import type { WatchInput, watchEntry, watchPage } from './schema.ts';
import { dayAt } from './times.ts';

const TABLE = 'watch_entry';
const CLASS = 'person';
const INDEX = 'national_id_index';

/** For key rotation. */
export const sealedWatchList: SealedTable = {
  dataClass: CLASS,
  table: TABLE,
  rowId: 'id',
  columns: [{ sealed: 'national_id', index: { column: INDEX, normalise: normaliseNationalId } }],
};

/** Where the index of identity numbers of the list is. */
export const watchIndex = (tenant: string) => ({
  tenant,
  dataClass: CLASS,
  table: TABLE,
  column: INDEX,
});

const byTime = listOrder('watch list', 'desc', { createdAt: 'time', id: 'id' });
const inTable = { createdAt: Prisma.sql`w.created_at`, id: Prisma.sql`w.id` };

/** An entry as those see it who manage the list. */
export const showEntry = (
  row: Prisma.WatchEntryModel,
  today: string,
): z.infer<typeof watchEntry> => ({
  id: row.id,
  kind: row.kind as 'person' | 'company',
  name: row.name,
  hasNationalId: row.nationalIdIndex !== null,
  reason: row.reason,
  validUntil: dayText(row.validUntil),
  createdAt: row.createdAt.toISOString(),
  endedAt: row.endedAt?.toISOString() ?? null,
  active: isActive(row, today),
});

const isActive = (row: Pick<Prisma.WatchEntryModel, 'endedAt' | 'validUntil'>, today: string) =>
  row.endedAt === null && (row.validUntil === null || (dayText(row.validUntil) as string) >= today);

/** People and companies that are refused. The reason is in no log. */
export function createWatchList({
  units,
  sealed,
  settings,
}: Pick<Platform, 'units' | 'sealed' | 'settings'>) {
  const today = () => dayAt(new Date(), settings.timeZone);

  async function entryOf(tx: Transaction, id: string) {
    const row = await tx.watchEntry.findFirst({ where: { id } });
    if (!row) throw new Problem('watch-entry.unknown');
    return row;
  }

  return {
    list: (
      user: User,
      query: { limit: number; cursor?: string | undefined },
    ): Promise<z.infer<typeof watchPage>> =>
      units.run(user, async ({ tx }) => {
        const ids = await sqlIn(tx)<{ id: string; createdAt: Date }>(Prisma.sql`
          SELECT w.id, w.created_at AS "createdAt" FROM watch_entry w
          WHERE ${byTime.beyondSql(byTime.after(query.cursor), inTable)}
          ORDER BY ${byTime.bySql(inTable)} LIMIT ${query.limit + 1}`);
        const { rows, next } = byTime.page(ids, query.limit);
        const found = await tx.watchEntry.findMany({
          where: { id: { in: rows.map(({ id }) => id) } },
        });
        const byId = new Map(found.map((row) => [row.id, row]));
        return {
          items: rows.flatMap(({ id }) => byId.get(id) ?? []).map((row) => showEntry(row, today())),
          next,
        };
      }),

    /** @throws Problem `request.invalid` for an identity number that cannot be. */
    add: (user: User, given: WatchInput) =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const id = newId();
        const { kind, name, nationalId, reason, validUntil } = given;
        const wrong = nationalId ? wrongNationalId(nationalId) : null;
        if (wrong) throw refusedField('request.invalid', 'body.nationalId', wrong);
        const plain = nationalId ? normaliseNationalId(nationalId) : null;
        const place = {
          tenant: user.tenant,
          dataClass: CLASS,
          table: TABLE,
          column: 'national_id',
        };
        const row = await tx.watchEntry.create({
          data: {
            tenantId: user.tenant,
            id,
            kind,
            name,
            nameKey: kind === 'company' ? companyKey(name) : personKey(name),
            nationalId: plain === null ? null : await sealed.seal(tx, { ...place, row: id }, plain),
            nationalIdIndex:
              plain === null ? null : await sealed.index(tx, watchIndex(user.tenant), plain),
            reason,
            validUntil: dayDate(validUntil),
            createdBy: user.account.id,
          },
        });
        await noteCreated(unit, { entity: 'watch-entry', id, after: { kind, name, validUntil } });
        return showEntry(row, today());
      }),

    /** Ends an entry now; its decisions stay. */
    end: (user: User, id: string) =>
      units.run(user, async (unit) => {
        const before = await entryOf(unit.tx, id);
        const endedAt = before.endedAt ?? new Date();
        if (before.endedAt === null) {
          await unit.tx.watchEntry.updateMany({ where: { id }, data: { endedAt } });
          const after = { endedAt: endedAt.toISOString() };
          await unit.audit({
            action: 'update',
            entity: 'watch-entry',
            id,
            before: { endedAt: null },
            after,
          });
        }
        return showEntry({ ...before, endedAt }, today());
      }),
  };
}

/** The entries that count on a day. */
export async function activeEntries(
  tx: Transaction,
  today: string,
): Promise<Prisma.WatchEntryModel[]> {
  const rows = await tx.watchEntry.findMany({ where: { endedAt: null }, orderBy: { id: 'asc' } });
  return rows.filter((row) => isActive(row, today));
}
