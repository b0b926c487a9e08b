import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { type Account, actorOf } from '../../platform/access/account.ts';
import { type Database, sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { User } from '../../platform/kit/routes.ts';
import { allOf } from '../../platform/kit/sql.ts';
import { userNames } from '../../platform/workflow/record-view.ts';
import { findNow } from '../incidents/rows.ts';
import { isWithinReach, readIncidentsFor } from '../incidents/view.ts';
import { type Reader, wholeActs } from '../violations/reach.ts';
import {
  type AcknowledgeAnswer,
  type acknowledgeRequest,
  type DeskAlarm,
  type deskAlarmList,
  type deskAlarmQuery,
  MOST_ALARMS,
} from './schema.ts';

type Severity = DeskAlarm['incident']['severity'];

/** What was recorded earlier and not acknowledged is work of the review queue, not an alarm. */
const ALARM_HOURS = 24;
const rankOf = (column: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`array_position(ARRAY['low', 'medium', 'high'], ${column}::text)`;

/** Acknowledgements of `incident i`, also of those that became part of it. */
const ofIncident = Prisma.sql`(a.incident_id = i.id OR a.incident_id IN (
  SELECT m.id FROM incident m WHERE m.merged_into = i.id))`;

/** `incident i` waits for its acknowledgement. */
const isOpen = (from: Severity): Prisma.Sql => Prisma.sql`i.merged_into IS NULL AND i.undecided > 0
  AND i.opened_at > now() - ${ALARM_HOURS}::int * interval '1 hour'
  AND ${rankOf(Prisma.sql`i.severity`)} >= ${rankOf(Prisma.sql`${from}`)}
  AND NOT EXISTS (SELECT 1 FROM alarm_acknowledgement a
    WHERE ${ofIncident} AND ${rankOf(Prisma.sql`a.severity`)} >= ${rankOf(Prisma.sql`i.severity`)})`;

const readingOf = (account: Account): Reader => ({ account, right: 'violation:read' });

/** The ids of open alarms that the account sees whole, newest first, and how many there are. */
export async function findOpen(
  tx: Transaction,
  account: Account,
  from: Severity,
  { site, limit = MOST_ALARMS }: { site?: string; limit?: number } = {},
): Promise<{ ids: string[]; total: number }> {
  const where = allOf([
    isOpen(from),
    wholeActs(readingOf(account)),
    ...(site === undefined ? [] : [Prisma.sql`i.site = ${site}`]),
  ]);
  const rows = await sqlIn(tx)<{ id: string; total: number }>(Prisma.sql`
    SELECT i.id, count(*) OVER ()::int AS total FROM incident i
    WHERE ${where} ORDER BY i.opened_at DESC, i.id DESC LIMIT ${limit}`);
  return { ids: rows.map(({ id }) => id), total: rows[0]?.total ?? 0 };
}

/** The ids of alarms of a site that were acknowledged after an instant, newest first. */
export async function findAcknowledged(
  tx: Transaction,
  account: Account,
  site: string,
  since: Date,
): Promise<{ ids: string[]; total: number }> {
  const rows = await sqlIn(tx)<{ id: string; total: number }>(Prisma.sql`
    SELECT i.id, count(*) OVER ()::int AS total FROM incident i
    JOIN LATERAL (SELECT max(a.at) AS at FROM alarm_acknowledgement a
      WHERE ${ofIncident} AND a.at > ${since}) last ON last.at IS NOT NULL
    WHERE i.merged_into IS NULL AND i.site = ${site} AND ${wholeActs(readingOf(account))}
    ORDER BY last.at DESC, i.id DESC LIMIT ${MOST_ALARMS}`);
  return { ids: rows.map(({ id }) => id), total: rows[0]?.total ?? 0 };
}

/** Alarms with their acknowledgements, in the order of the ids; those out of reach are left out. */
export async function showAlarms(
  tx: Transaction,
  account: Account,
  ids: readonly string[],
): Promise<DeskAlarm[]> {
  if (ids.length === 0) return [];
  const incidents = await readIncidentsFor(tx, readingOf(account), ids);
  // The first of the highest severity: who silenced it as it is now.
  const rows = await sqlIn(tx)<{ id: string; byUser: string; at: Date }>(Prisma.sql`
    SELECT DISTINCT ON (i.id) i.id, a.by_user AS "byUser", a.at FROM incident i
    JOIN alarm_acknowledgement a ON ${ofIncident}
      AND ${rankOf(Prisma.sql`a.severity`)} >= ${rankOf(Prisma.sql`i.severity`)}
    WHERE i.id = ANY (${[...ids]}::text[]) ORDER BY i.id, a.at`);
  const names = await userNames(
    tx,
    rows.map(({ byUser }) => byUser),
  );
  const acknowledged = new Map(
    rows.map(({ id, byUser, at }) => [
      id,
      { by: { id: byUser, name: names.get(byUser) ?? null }, at: at.toISOString() },
    ]),
  );
  const byId = new Map(incidents.map((incident) => [incident.id, incident]));
  return ids.flatMap((id) => {
    const incident = byId.get(id);
    return incident ? [{ incident, acknowledged: acknowledged.get(id) ?? null }] : [];
  });
}

export type DeskAlarms = ReturnType<typeof createDeskAlarms>;

/** Alarms of the control room: incidents that ring until a person acknowledges them. */
export function createDeskAlarms({ database, units }: { database: Database; units: Units }) {
  return {
    open: (
      account: Account,
      { from, limit }: z.infer<typeof deskAlarmQuery>,
    ): Promise<z.infer<typeof deskAlarmList>> =>
      database.transaction(actorOf(account), async (tx) => {
        const { ids, total } = await findOpen(tx, account, from, { limit });
        return { items: await showAlarms(tx, account, ids), total };
      }),

    /**
     * Acknowledges alarms at the severity that was seen, each once: the first person stands in the
     * record. A verdict is another matter and is not given by it.
     */
    acknowledge: (
      user: User,
      { alarms }: z.infer<typeof acknowledgeRequest>,
    ): Promise<AcknowledgeAnswer> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const states: {
          asked: string;
          now: string | null;
          state: AcknowledgeAnswer['items'][0]['state'];
        }[] = [];
        // In one order, so that two people who acknowledge the same ones do not wait for each other.
        const once = new Map(alarms.map((alarm) => [alarm.incident, alarm]));
        for (const { incident: asked, severity } of [...once.values()].toSorted(byIncident)) {
          const id = await findNow(tx, asked);
          const row =
            id !== null && (await isWithinReach(tx, id, readingOf(user.account), 'whole'))
              ? await tx.incident.findFirst({ where: { id }, select: { id: true, severity: true } })
              : null;
          if (!row) states.push({ asked, now: null, state: 'unknown' });
          else if (row.severity !== severity && rank(row.severity) > rank(severity)) {
            states.push({ asked, now: row.id, state: 'risen' });
          } else {
            const isFirst = await write(unit, user, row.id, row.severity);
            states.push({ asked, now: row.id, state: isFirst ? 'acknowledged' : 'before' });
          }
        }
        const shown = await showAlarms(tx, user.account, [
          ...new Set(states.flatMap(({ now }) => now ?? [])),
        ]);
        const byId = new Map(shown.map((one) => [one.incident.id, one.acknowledged]));
        const byAsked = new Map(states.map((one) => [one.asked, one]));
        return {
          items: alarms.map(({ incident }) => {
            const { now = null, state = 'unknown' } = byAsked.get(incident) ?? {};
            return { incident, state, acknowledged: now === null ? null : (byId.get(now) ?? null) };
          }),
        };
      }),
  };

  /** @returns false where it was acknowledged before. */
  async function write(
    unit: Parameters<Parameters<Units['run']>[1]>[0],
    user: User,
    incident: string,
    severity: string,
  ): Promise<boolean> {
    const { count } = await unit.tx.alarmAcknowledgement.createMany({
      data: [
        {
          tenantId: user.tenant,
          id: newId(),
          incidentId: incident,
          severity,
          byUser: user.account.id,
        },
      ],
      // Two people at once: the first one stands.
      skipDuplicates: true,
    });
    if (count === 0) return false;
    const after = { severity };
    await unit.audit({ action: 'acknowledge', entity: 'incident', id: incident, after });
    await unit.emit({
      entity: 'desk-alarm',
      what: 'acknowledged',
      subject: incident,
      data: { incident, severity },
    });
    return true;
  }
}

const byIncident = (a: { incident: string }, b: { incident: string }): number =>
  a.incident < b.incident ? -1 : a.incident > b.incident ? 1 : 0;
const rank = (severity: string): number => ['low', 'medium', 'high'].indexOf(severity);
