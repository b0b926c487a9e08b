import { ulid } from 'ulid';
import { Prisma } from '../../generated/prisma/client.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Platform } from '../../platform/module.ts';
import type { Concerned } from '../match/watchers.ts';
import { recordLateRuns } from './late-runs.ts';
import { lookAt, type Matching, matchAt } from './matching.ts';
import { outcomeOf, SIGN_ON_MS } from './outcome.ts';
import { overrideInForce } from './override-in-force.ts';
import { addRan, countedTo, countRan } from './ran.ts';
import { woreCardOf } from './signed-on.ts';
import { supersededSql, voidSessions } from './superseded.ts';
import type { GateTell } from './tell.ts';

/** A run that began longer ago by a decision of a gateway is not taken for one that still runs, ms. */
const EDGE_OLDEST_MS = 12 * 3_600_000;
/** A machine that said nothing for so long is not heard of: its session ends with its last report, ms. */
const NOT_HEARD_MS = 12 * 3_600_000;
/** Sessions that a pass looks at; the next one follows at once. */
const MOST_CHECKED = 100;
/** One that could not be looked at is put off for so long, so that it keeps none of the others waiting, ms. */
const PUT_OFF_MS = 60_000;

/** One pass at a time, also of several processes: each finds the sessions that the one before recorded. */
export const holdSessions = (tx: Transaction, tenant: string) =>
  tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtextextended(${tenant}, 7000101))::text`;

interface Changed {
  id: string;
  machine: string;
  person: string;
}
type SessionRow = Prisma.GateSessionModel;

/**
 * Who operates a machine: a session begins with a start that was allowed once the machine runs, and ends with it. `idle`
 * is a pause, and an allowed start of another person ends it, too: it was passed on. A machine that falls silent keeps its
 * session for twelve hours; then it ends as of the last report, and the time since is no time of work. Hours are those in
 * which the machine said that it runs.
 */
export function createSessions(
  platform: Pick<Platform, 'units' | 'database' | 'settings' | 'commands' | 'log'> & {
    matching: Matching;
    tell: GateTell;
  },
) {
  const { units, database, settings, commands, log, matching, tell } = platform;
  const { tenant } = settings;
  const caller = systemCaller(tenant);

  /** Ends and begins sessions by the states of the machines; nothing changes where it did so already. */
  async function follow(unit: Unit, now: Date): Promise<void> {
    const { tx } = unit;
    const since = new Date(now.getTime() - SIGN_ON_MS);
    const oldest = ulid(now.getTime() - EDGE_OLDEST_MS).slice(0, 10);
    await holdSessions(tx, tenant);
    await voidSessions(unit, Prisma.sql`s.until_at IS NULL AND ${supersededSql(Prisma.sql`d`)}`);
    // What was decided after this pass began is for the next one: a session is never before its sign-on.
    const decided = (row: Prisma.Sql) =>
      Prisma.sql`(${row}.decided_at <= ${now} AND NOT ${supersededSql(row)})`;
    const isSilent = Prisma.sql`m.at - s.heard_at > ${NOT_HEARD_MS}::int * interval '1 millisecond'`;
    const ended = await sqlIn(tx)<Changed>(Prisma.sql`
      UPDATE gate_session s SET
        until_at = least(greatest(CASE WHEN ${isSilent} THEN s.heard_at ELSE m.at END, s.from_at), ${now}),
        ended_by = CASE WHEN ${isSilent} THEN 'not-heard' END, ${addRan(countedTo(Prisma.sql`m.at`, now))}
      FROM machine_state m WHERE m.machine = s.machine AND m.state IN ('stopped', 'fault') AND s.until_at IS NULL
      RETURNING s.id, s.machine, s.person_id AS person`);
    const unheard = await sqlIn(tx)<Changed>(Prisma.sql`
      UPDATE gate_session s SET until_at = least(greatest(m.at, s.from_at), ${now}), ended_by = 'not-heard'
      FROM machine_state m WHERE m.machine = s.machine AND s.until_at IS NULL
        AND greatest(m.at, s.from_at) < ${new Date(now.getTime() - NOT_HEARD_MS)}
      RETURNING s.id, s.machine, s.person_id AS person`);
    await countRan(tx, now);
    const passedOn = await sqlIn(tx)<Changed>(Prisma.sql`
      UPDATE gate_session s SET until_at = least(greatest(n.at, s.from_at), ${now}), ${addRan(countedTo(Prisma.sql`n.at`, now))}
      FROM (SELECT o.id, min(d.decided_at) AS at FROM gate_session o
        JOIN gate_decision d ON d.target = o.machine AND d.id > o.decision_id AND d.kind = 'start'
          AND d.decision = 'allow' AND d.person_id <> o.person_id AND ${decided(Prisma.sql`d`)}
        -- A correction may have said later whose card it was; a card that was lent on since is that of another person.
        WHERE o.until_at IS NULL AND (d.card IS NULL OR NOT ${woreCardOf(Prisma.sql`o.person_id`)})
        GROUP BY o.id) n
      WHERE n.id = s.id AND s.until_at IS NULL
      RETURNING s.id, s.machine, s.person_id AS person`);
    // Before sessions begin: a start whose run is over has its session, and gets none for the run of another start.
    const late = await recordLateRuns(unit, { now, oldest });
    // The right is looked at again at the begin: it may have ended since the sign-on.
    const begun = await sqlIn(tx)<Changed>(Prisma.sql`
      INSERT INTO gate_session (tenant_id, id, decision_id, point_id, machine, person_id, from_at, check_at,
        ran_ms, ran_to, heard_at, heard_state)
      SELECT DISTINCT ON (d.target, d.person_id) d.tenant_id, new_row_id(), d.id, d.point_id, d.target, d.person_id,
        b.at, ${now}, 0, b.at, b.at, m.state
      FROM gate_decision d JOIN machine_state m ON m.machine = d.target AND m.state = 'running'
      CROSS JOIN LATERAL (SELECT least(greatest(m.at, d.decided_at), ${now}::timestamptz) AS at) b
      WHERE d.kind = 'start' AND d.decision = 'allow' AND d.person_id IS NOT NULL AND ${decided(Prisma.sql`d`)}
        AND d.id > ${oldest}
        AND (d.valid_until > ${now} AND d.decided_at > ${since}
          -- A start that a gateway allowed counts for the machine that still runs when it is delivered.
          OR d.source = 'edge' AND d.delivered_at > ${since})
        -- One session for each sign-on: the next start asks again.
        AND NOT EXISTS (SELECT 1 FROM gate_session x WHERE x.machine = d.target AND x.person_id = d.person_id
          AND (x.until_at IS NULL OR x.from_at >= d.decided_at))
        -- Who signed on last operates it.
        AND NOT EXISTS (SELECT 1 FROM gate_decision n WHERE n.target = d.target AND n.id > d.id AND n.kind = 'start'
          AND n.decision = 'allow' AND n.person_id <> d.person_id AND NOT ${supersededSql(Prisma.sql`n`)})
      ORDER BY d.target, d.person_id, d.id DESC
      ON CONFLICT DO NOTHING RETURNING id, machine, person_id AS person`);
    for (const [what, rows] of [
      ['ended', [...ended, ...unheard, ...passedOn, ...late]],
      ['begun', begun],
    ] as const) {
      for (const { id, machine, person } of rows) {
        const data = { session: id, machine, person };
        await unit.emit({ entity: 'gate-session', what, subject: id, data });
      }
    }
  }

  /**
   * Asks the matcher again for a running session, and keeps its decision only where the right ended. What runs is never
   * cut off by this.
   */
  async function check(unit: Unit, row: SessionRow, now: Date): Promise<void> {
    const { tx } = unit;
    const { personId: person, machine } = row;
    const asked = { person, kind: 'start', target: machine, machine } as const;
    const override = await overrideInForce(tx, { person, kind: 'start', target: machine }, now);
    let outcome = outcomeOf(await lookAt(matching, tx, asked, now), override, now);
    if (outcome.decision !== 'allow') {
      outcome = outcomeOf(await matchAt(matching, tx, asked, now), override, now);
    }
    if (outcome.decision === 'allow') {
      await tx.gateSession.updateMany({
        where: { id: row.id },
        data: { checkAt: outcome.validUntil },
      });
      return;
    }
    const commandId = await requestStop(unit, row);
    await tx.gateSession.updateMany({ where: { id: row.id }, data: { lostAt: now, commandId } });
    const data = { session: row.id, machine, person, stop: commandId };
    await unit.emit({ entity: 'gate-session', what: 'right-ended', subject: row.id, data });
    await tell.rightEnded(unit, row, outcome.codes, commandId !== null);
  }

  /** Only where the machine is set so. @returns the command; null where none is given. */
  async function requestStop(unit: Unit, row: SessionRow): Promise<string | null> {
    const { tx } = unit;
    const point = await tx.gatePoint.findFirst({ where: { machineId: row.machine, active: true } });
    if (!point?.stopDevice) return null;
    const device = await tx.siteDevice.findFirst({ where: { device: point.stopDevice } });
    if (!device) return null;
    const { row: command } = await commands.request(unit, {
      device: device.device,
      kind: device.kind,
      name: device.name as { zh: string; en: string },
      action: 'controlled-stop',
      parameters: {},
      secondPerson: false,
      cause: 'rule',
      rule: 'gate-right-ended',
      reason: null,
      key: `gate-stop-${row.id}`,
    });
    return command.id;
  }

  const checkOne = (id: string, now: Date): Promise<boolean> =>
    units.run(caller, async (unit) => {
      const held = await sqlIn(unit.tx)(
        Prisma.sql`SELECT 1 FROM gate_session WHERE id = ${id} FOR UPDATE SKIP LOCKED`,
      );
      if (held.length === 0) return false;
      const row = await unit.tx.gateSession.findFirst({ where: { id, ...dueAt(now) } });
      if (row) await check(unit, row, now);
      return row !== null;
    });

  return {
    /**
     * One pass: sessions by the states of machines, then the rights that may have ended.
     *
     * @returns whether more are due.
     */
    async pass(now = new Date()): Promise<boolean> {
      await units.run(caller, (unit) => follow(unit, now));
      const rows = await database.transaction({ tenant, user: null }, (tx) =>
        tx.gateSession.findMany({
          where: dueAt(now),
          select: { id: true },
          orderBy: [{ checkAt: 'asc' }, { id: 'asc' }],
          take: MOST_CHECKED,
        }),
      );
      let checked = 0;
      for (const { id } of rows) {
        try {
          if (await checkOne(id, now)) checked++;
        } catch (error) {
          log.error({ err: error, session: id }, 'the right of an operator could not be checked');
          const checkAt = new Date(now.getTime() + PUT_OFF_MS);
          await database.transaction({ tenant, user: null }, (tx) =>
            tx.gateSession.updateMany({ where: { id }, data: { checkAt } }),
          );
          checked++;
        }
      }
      // Where another process holds all of them, there is nothing to do at once.
      return rows.length === MOST_CHECKED && checked > 0;
    },

    /** A fact changed: the running sessions that it concerns are looked at again. */
    recheck: async (tx: Transaction, { person, machine }: Concerned): Promise<void> => {
      await tx.gateSession.updateMany({
        where: {
          until: null,
          lostAt: null,
          ...(person === undefined ? {} : { personId: person }),
          ...(machine === undefined ? {} : { machine }),
        },
        data: { checkAt: new Date() },
      });
    },
  };
}

const dueAt = (now: Date) => ({ until: null, lostAt: null, checkAt: { lte: now } });
