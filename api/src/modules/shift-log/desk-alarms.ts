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
import { asReader, wholeActs } from '../violations/reach.ts';
import {
  type AcknowledgeAnswer,
  type acknowledgeRequest,
  type DeskAlarm,
  type deskAlarmList,
  type deskAlarmQuery,
  MOST_ALARMS,
  type screenAlarms,
} from './schema.ts';

type Severity = DeskAlarm['incident']['severity'];

/** What began earlier is work of the review queue, not an alarm. */
const ALARM_HOURS = 24;
const rankOf = (column: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`array_position(ARRAY['low', 'medium', 'high'], ${column}::text)`;

/**
 * The incidents of `candidate`, each with those that became part of it, however many mergers ago: as
 * `part (root, id)`. To be used after `WITH RECURSIVE candidate AS (…)`.
 */
const parts = Prisma.sql`part AS (
  SELECT candidate.id AS root, candidate.id FROM candidate
  UNION SELECT part.root, m.id FROM part JOIN incident m ON m.merged_into = part.id)`;

const anAlarm = Prisma.sql`${ALARM_HOURS}::int * interval '1 hour'`;
const isWaiting = Prisma.sql`i.merged_into IS NULL AND i.undecided > 0`;

/** `incident i` began within the last day and waits for a verdict. */
const isRecent = Prisma.sql`${isWaiting} AND i.started_at > now() - ${anAlarm}`;
/** `incident i` waits for a verdict, and its alarm ended by its age after an instant. */
const hasEnded = (since: Date): Prisma.Sql =>
  Prisma.sql`${isWaiting} AND i.started_at > ${since}::timestamptz - ${anAlarm} AND i.started_at <= now() - ${anAlarm}`;

/** Open alarms: how many there are, the newest of them, and the cameras of all. */
export interface OpenAlarms {
  ids: string[];
  total: number;
  cameras: string[];
  /** When the newest one began; null for none. */
  newestAt: Date | null;
}

/**
 * The alarms without an acknowledgement that the account sees whole, newest first.
 *
 * @param options.endedSince those that are over by their age since then, instead of the open ones.
 */
export async function findOpen(
  tx: Transaction,
  account: Account,
  from: Severity,
  options: { site?: string; cameras?: readonly string[]; limit?: number; endedSince?: Date } = {},
): Promise<OpenAlarms> {
  const { site, cameras, limit = MOST_ALARMS, endedSince } = options;
  const where = allOf([
    endedSince ? hasEnded(endedSince) : isRecent,
    Prisma.sql`${rankOf(Prisma.sql`i.severity`)} >= ${rankOf(Prisma.sql`${from}`)}`,
    wholeActs(asReader(account)),
    ...(site === undefined ? [] : [Prisma.sql`i.site = ${site}`]),
    ...(cameras ? [Prisma.sql`i.cameras && ${[...cameras]}::text[]`] : []),
  ]);
  const rows = await sqlIn(tx)<{ id: string; cameras: string[]; at: Date }>(Prisma.sql`
    WITH RECURSIVE candidate AS MATERIALIZED (
      SELECT i.id, i.severity, i.cameras, i.started_at FROM incident i WHERE ${where}
    ), ${parts}
    SELECT candidate.id, candidate.cameras, candidate.started_at AS at FROM candidate WHERE NOT EXISTS (
      SELECT 1 FROM part JOIN alarm_acknowledgement a ON a.incident_id = part.id
      WHERE part.root = candidate.id AND ${rankOf(Prisma.sql`a.severity`)} >= ${rankOf(Prisma.sql`candidate.severity`)})
    ORDER BY candidate.started_at DESC, candidate.id DESC`);
  return {
    ids: rows.slice(0, limit).map(({ id }) => id),
    total: rows.length,
    cameras: [...new Set(rows.flatMap((row) => row.cameras))].sort(),
    newestAt: rows[0]?.at ?? null,
  };
}

/** The ids of alarms of a site that were acknowledged after an instant, the last one first. */
export async function findAcknowledged(
  tx: Transaction,
  account: Account,
  site: string,
  since: Date,
): Promise<{ ids: string[]; total: number }> {
  const rows = await sqlIn(tx)<{ id: string; total: number }>(Prisma.sql`
    WITH RECURSIVE way AS (
      SELECT a.at, i.id, i.merged_into FROM alarm_acknowledgement a
      JOIN incident i ON i.tenant_id = a.tenant_id AND i.id = a.incident_id WHERE a.at > ${since}
      UNION SELECT way.at, i.id, i.merged_into FROM way JOIN incident i ON i.id = way.merged_into
    ), last AS (
      SELECT id, max(at) AS at FROM way WHERE merged_into IS NULL GROUP BY id
    )
    SELECT i.id, count(*) OVER ()::int AS total FROM last JOIN incident i ON i.id = last.id
    WHERE i.site = ${site} AND ${wholeActs(asReader(account))}
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
  const incidents = await readIncidentsFor(tx, asReader(account), ids);
  // The first who acknowledged it as severe as it is now.
  const rows = await sqlIn(tx)<{ id: string; byUser: string; at: Date }>(Prisma.sql`
    WITH RECURSIVE candidate AS (
      SELECT i.id, i.severity FROM incident i WHERE i.id = ANY (${[...ids]}::text[])
    ), ${parts}
    SELECT DISTINCT ON (candidate.id) candidate.id, a.by_user AS "byUser", a.at FROM candidate
    JOIN part ON part.root = candidate.id JOIN alarm_acknowledgement a ON a.incident_id = part.id
    WHERE ${rankOf(Prisma.sql`a.severity`)} >= ${rankOf(Prisma.sql`candidate.severity`)}
    ORDER BY candidate.id, a.at`);
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
export function createDeskAlarms(options: {
  database: Database;
  units: Units;
  /** Called after the commit. */
  onAcknowledged: () => void;
}) {
  const { database, units, onAcknowledged } = options;
  return {
    open: (
      account: Account,
      { from, limit }: z.infer<typeof deskAlarmQuery>,
    ): Promise<z.infer<typeof deskAlarmList>> =>
      database.transaction(actorOf(account), async (tx) => {
        const { ids, total, cameras } = await findOpen(tx, account, from, { limit });
        return { items: await showAlarms(tx, account, ids), total, cameras };
      }),

    /** Where the alarms of a screen's cameras are, and since when: nothing of the people in them. */
    ofScreen: ({ screen, ...account }: Account): Promise<z.infer<typeof screenAlarms>> => {
      // People have a list of their own, with the incidents that they may see.
      if (!screen) return Promise.resolve({ total: 0, cameras: [], newestAt: null });
      const { cameras: shown } = screen;
      return database.transaction(actorOf(account), async (tx) => {
        const permissions = new Map([['violation:read', 'all'] as const]);
        const reader = { ...account, permissions };
        const { total, cameras, newestAt } = await findOpen(tx, reader, 'high', { cameras: shown });
        return {
          total,
          cameras: cameras.filter((camera) => shown.includes(camera)),
          newestAt: newestAt?.toISOString() ?? null,
        };
      });
    },

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
            id !== null && (await isWithinReach(tx, id, asReader(user.account), 'whole'))
              ? await findAlarm(tx, id)
              : null;
          if (!row) states.push({ asked, now: null, state: 'unknown' });
          else if (!row.isRecent) states.push({ asked, now: row.id, state: 'over' });
          else if (rank(row.severity) > rank(severity)) {
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
    unit.afterCommit(onAcknowledged);
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

interface AlarmRow {
  id: string;
  severity: string;
  isRecent: boolean;
}

const findAlarm = async (tx: Transaction, id: string): Promise<AlarmRow | null> =>
  (
    await sqlIn(tx)<AlarmRow>(Prisma.sql`
      SELECT i.id, i.severity, (${isRecent}) AS "isRecent" FROM incident i WHERE i.id = ${id}`)
  )[0] ?? null;

const byIncident = (a: { incident: string }, b: { incident: string }): number =>
  a.incident < b.incident ? -1 : a.incident > b.incident ? 1 : 0;
const rank = (severity: string): number => ['low', 'medium', 'high'].indexOf(severity);
