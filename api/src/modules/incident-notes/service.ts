import type { z } from 'zod';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { actorOf } from '../../platform/access/account.ts';
import type { Database, Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { noteCreated, saveAtVersion } from '../../platform/kit/save.ts';
import { userNames } from '../../platform/workflow/record-view.ts';
import { withMerged } from '../incidents/rows.ts';
import type { IncidentsService } from '../incidents/service.ts';
import { asReader } from '../violations/reach.ts';
import {
  type IncidentNote,
  MOST_NOTES,
  type NoteChange,
  type NoteRequest,
  type noteList,
} from './schema.ts';

type Row = Prisma.IncidentNoteModel;

/** Notes of people on an incident: for those who see all of it. */
export function createIncidentNotes({
  units,
  database,
  incidents,
}: {
  units: Units;
  database: Database;
  incidents: Pick<IncidentsService, 'findWhole'>;
}) {
  async function show(
    tx: Transaction,
    account: Account,
    rows: readonly Row[],
  ): Promise<IncidentNote[]> {
    const names = await userNames(
      tx,
      rows.map(({ byUser }) => byUser),
    );
    const mayWrite = account.permissions.has('incident-note:write');
    return rows.map(({ id, text, byUser, at, correctedAt, version }) => ({
      id,
      text,
      by: { id: byUser, name: names.get(byUser) ?? null },
      at: at.toISOString(),
      correctedAt: correctedAt?.toISOString() ?? null,
      mayCorrect: mayWrite && byUser === account.id,
      version,
    }));
  }
  const showOne = async (tx: Transaction, account: Account, row: Row): Promise<IncidentNote> =>
    (await show(tx, account, [row]))[0] as IncidentNote;

  /** @throws Problem `incident-note.unknown`, also for one of an incident out of reach. */
  async function find(tx: Transaction, account: Account, id: string): Promise<Row> {
    const row = await tx.incidentNote.findFirst({ where: { id } });
    if (!row) throw new Problem('incident-note.unknown');
    await incidents.findWhole(tx, row.incidentId, asReader(account)).catch((error: unknown) => {
      throw error instanceof Problem ? new Problem('incident-note.unknown') : error;
    });
    return row;
  }

  return {
    /** The notes of an incident, and of those that became part of it. */
    list: (account: Account, id: string): Promise<z.infer<typeof noteList>> =>
      database.transaction(actorOf(account), async (tx) => {
        const incident = await incidents.findWhole(tx, id, asReader(account));
        const rows = await tx.incidentNote.findMany({
          where: { incidentId: { in: await withMerged(tx, incident.id) } },
          orderBy: { id: 'asc' },
        });
        return { items: await show(tx, account, rows), most: MOST_NOTES };
      }),

    /** Sent again with its key, it is the same note. @throws Problem `incident-note.too-many`. */
    write: (user: User, id: string, { key, text }: NoteRequest): Promise<IncidentNote> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { account, tenant } = user;
        const incident = await incidents.findWhole(tx, id, asReader(account));
        // One after the other: the limit holds.
        await tx.$queryRaw`SELECT 1 FROM incident WHERE id = ${incident.id} FOR NO KEY UPDATE`;
        const before = await tx.incidentNote.findFirst({ where: { byUser: account.id, key } });
        if (before) return showOne(tx, account, before);
        const count = await tx.incidentNote.count({ where: { incidentId: incident.id } });
        if (count >= MOST_NOTES) throw new Problem('incident-note.too-many');
        const row = await tx.incidentNote.create({
          data: {
            tenantId: tenant,
            id: newId(),
            incidentId: incident.id,
            key,
            text,
            byUser: account.id,
          },
        });
        await noteCreated(unit, {
          entity: 'incident-note',
          id: row.id,
          after: { incident: incident.id, text },
          event: ['written', { note: row.id, incident: incident.id }],
        });
        return showOne(tx, account, row);
      }),

    /** The audit log keeps what stood there before. @throws Problem `incident-note.not-own`. */
    correct: (user: User, id: string, { version, text }: NoteChange): Promise<IncidentNote> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { account } = user;
        const row = await find(tx, account, id);
        if (row.byUser !== account.id) throw new Problem('incident-note.not-own');
        const shown = await saveAtVersion(unit, {
          entity: 'incident-note',
          id,
          version,
          conflict: 'incident-note.version-conflict',
          find: () => find(tx, account, id),
          write: (next) =>
            tx.incidentNote.updateMany({
              where: { id, version },
              data: { text, correctedAt: new Date(), version: next },
            }),
          show: (found) => showOne(tx, account, found),
          log: (found) => ({ text: found.text }),
        });
        const data = { note: id, incident: row.incidentId };
        await unit.emit({ entity: 'incident-note', what: 'corrected', subject: id, data });
        return shown;
      }),
  };
}
