import type { z } from 'zod';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import { answerFrom } from '../../platform/kit/rows.ts';
import { givenOnly, saveAtVersion } from '../../platform/kit/save.ts';
import { contains } from '../../platform/kit/sql.ts';
import type { Platform } from '../../platform/module.ts';
import type { createReadings } from './readings.ts';
import type * as schema from './schema.ts';
import { type ReaderView, readerRefusals, readerSchema } from './schema.ts';

const byName = listOrder('readers', 'asc', { name: 'text', id: 'id' });
/** Without a position for so long a reader is quiet, ms. */
const QUIET_MS = 60_000;
type Row = Awaited<ReturnType<Transaction['positionReader']['findFirstOrThrow']>>;

export type Readers = ReturnType<typeof createReaders>;

/**
 * The register of readers.
 *
 * @param changed called after a commit that changed it.
 */
export function createReaders(
  { units }: Pick<Platform, 'units'>,
  readings: Pick<ReturnType<typeof createReadings>, 'of'>,
  changed: () => void,
) {
  async function find(tx: Transaction, id: string): Promise<Row> {
    const row = await tx.positionReader.findFirst({ where: { id } });
    if (!row) throw new Problem('reader.unknown');
    return row;
  }
  function show(row: Row): ReaderView {
    const heard = readings.of(row.name);
    const last = Math.max(heard?.lastAt ?? 0, row.lastReadAt?.getTime() ?? 0);
    const isReading = Date.now() - last < QUIET_MS;
    const { refused: count, refusedAt, refusedReason, refusedCode } = row;
    const code = readerRefusals.find((one) => one === refusedCode) ?? 'other';
    return answerFrom(readerSchema, row, {
      kind: row.kind as ReaderView['kind'],
      state: last === 0 ? 'never' : isReading ? 'reading' : 'quiet',
      lastReadAt: last === 0 ? null : new Date(last).toISOString(),
      readsPerMinute: heard?.perMinute ?? 0,
      refused:
        refusedAt === null
          ? null
          : { count, at: refusedAt.toISOString(), code, reason: refusedReason ?? '' },
    });
  }
  const fieldsOf = ({ name, kind, note }: Row) => ({ name, kind, note });

  return {
    list: (user: User, { q, kind, cursor, limit }: z.output<typeof schema.readerQuery>) =>
      units.run(user, async ({ tx }) => {
        const text = q ? contains(q) : null;
        const found = await tx.positionReader.findMany({
          where: {
            AND: [
              kind ? { kind } : {},
              text ? { OR: [{ name: text }, { note: text }] } : {},
              byName.beyond(byName.after(cursor)),
            ],
          },
          orderBy: byName.by(),
          take: limit + 1,
        });
        const { rows, next } = byName.page(found, limit);
        return { items: rows.map(show), next };
      }),

    create: async (user: User, input: z.output<typeof schema.readerInput>): Promise<ReaderView> => {
      const made = await units.run(user, async (unit) => {
        const id = newId();
        const { count } = await unit.tx.positionReader.createMany({
          data: [{ tenantId: user.tenant, id, ...input }],
          skipDuplicates: true,
        });
        if (count === 0) throw new Problem('reader.name-taken');
        await unit.audit({ action: 'create', entity: 'reader', id, after: input });
        return show(await find(unit.tx, id));
      });
      changed();
      return made;
    },

    change: async (
      user: User,
      id: string,
      { version, ...given }: z.output<typeof schema.readerPatch>,
    ): Promise<ReaderView> => {
      const saved = await units.run(user, (unit) =>
        saveAtVersion(unit, {
          entity: 'reader',
          id,
          version,
          conflict: 'reader.version-conflict',
          find: () => find(unit.tx, id),
          write: (next) =>
            unit.tx.positionReader.updateMany({
              where: { id, version },
              data: { ...givenOnly(given), version: next },
            }),
          show,
          log: fieldsOf,
        }),
      );
      changed();
      return saved;
    },

    remove: async (user: User, id: string): Promise<void> => {
      await units.run(user, async (unit) => {
        const before = fieldsOf(await find(unit.tx, id));
        await unit.tx.positionReader.deleteMany({ where: { id } });
        await unit.audit({ action: 'delete', entity: 'reader', id, before });
      });
      changed();
    },
  };
}
