import { Prisma } from '../../generated/prisma/client.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Platform } from '../../platform/module.ts';
import { type Matching, matchAt } from './matching.ts';
import { outcomeOf } from './outcome.ts';
import type { GateTell } from './tell.ts';

/** Who was let start signs on for so long: a machine that starts later is the start of another person, ms. */
export const SIGN_ON_MS = 10 * 60_000;

interface Changed {
  id: string;
  machine: string;
  person: string;
}
type SessionRow = Prisma.GateSessionModel;

/**
 * Who operates a machine: a session begins with a start that was allowed once the machine runs, and ends with it. `idle`
 * is a pause. A machine that falls silent keeps its session until it says something.
 */
export function createSessions(
  platform: Pick<Platform, 'units' | 'database' | 'settings' | 'commands'> & {
    matching: Matching;
    tell: GateTell;
  },
) {
  const { units, database, settings, commands, matching, tell } = platform;
  const { tenant } = settings;
  const caller = systemCaller(tenant);

  /** Ends and begins sessions by the states of the machines; nothing changes where it did so already. */
  async function follow(unit: Unit, now: Date): Promise<void> {
    const { tx } = unit;
    const ended = await sqlIn(tx)<Changed>(Prisma.sql`
      UPDATE gate_session s SET until_at = least(greatest(m.at, s.from_at), ${now})
      FROM machine_state m WHERE m.machine = s.machine AND m.state IN ('stopped', 'fault') AND s.until_at IS NULL
      RETURNING s.id, s.machine, s.person_id AS person`);
    const begun = await sqlIn(tx)<Changed>(Prisma.sql`
      INSERT INTO gate_session (tenant_id, id, decision_id, point_id, machine, person_id, from_at, check_at)
      SELECT DISTINCT ON (d.target, d.person_id) d.tenant_id, new_row_id(), d.id, d.point_id, d.target, d.person_id,
        least(greatest(m.at, d.decided_at), ${now}), d.valid_until
      FROM gate_decision d JOIN machine_state m ON m.machine = d.target AND m.state = 'running'
      WHERE d.kind = 'start' AND d.decision = 'allow' AND d.valid_until > ${now}
        AND d.decided_at > ${new Date(now.getTime() - SIGN_ON_MS)}
        -- One session for each sign-on: the next start asks again.
        AND NOT EXISTS (SELECT 1 FROM gate_session x WHERE x.machine = d.target AND x.person_id = d.person_id
          AND (x.until_at IS NULL OR x.from_at >= d.decided_at))
      ORDER BY d.target, d.person_id, d.id DESC
      ON CONFLICT DO NOTHING RETURNING id, machine, person_id AS person`);
    for (const [what, rows] of [
      ['ended', ended],
      ['begun', begun],
    ] as const) {
      for (const { id, machine, person } of rows) {
        const data = { session: id, machine, person };
        await unit.emit({ entity: 'gate-session', what, subject: id, data });
      }
    }
  }

  /** Asks the matcher again for a running session. What runs is never cut off by this. */
  async function check(unit: Unit, row: SessionRow, now: Date): Promise<void> {
    const { tx } = unit;
    const asked = { person: row.personId, kind: 'start', target: row.machine } as const;
    const match = await matchAt(matching, tx, asked, now);
    const override = await overrideOf(tx, row, now);
    const outcome = outcomeOf(match, override, now);
    if (outcome.decision === 'allow') {
      await tx.gateSession.updateMany({
        where: { id: row.id },
        data: { checkAt: outcome.validUntil },
      });
      return;
    }
    const commandId = await requestStop(unit, row);
    await tx.gateSession.updateMany({ where: { id: row.id }, data: { lostAt: now, commandId } });
    const data = { session: row.id, machine: row.machine, person: row.personId, stop: commandId };
    await unit.emit({ entity: 'gate-session', what: 'right-ended', subject: row.id, data });
    await tell.rightEnded(unit, row, outcome.codes, commandId !== null);
  }

  const overrideOf = async (tx: Transaction, { personId, machine }: SessionRow, now: Date) => {
    const found = await tx.gateOverride.findFirst({
      where: {
        personId,
        kind: 'start',
        target: machine,
        fromAt: { lte: now },
        untilAt: { gt: now },
        endedAt: null,
      },
      orderBy: { untilAt: 'desc' },
    });
    return found && { id: found.id, until: found.untilAt };
  };

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

  return {
    /** One pass: sessions by the states of machines, then the rights that may have ended. */
    async pass(now = new Date()): Promise<void> {
      await units.run(caller, (unit) => follow(unit, now));
      const due = { until: null, lostAt: null, checkAt: { lte: now } };
      const rows = await database.transaction({ tenant, user: null }, (tx) =>
        tx.gateSession.findMany({ where: due, select: { id: true }, orderBy: { id: 'asc' } }),
      );
      for (const { id } of rows) {
        await units.run(caller, async (unit) => {
          const held = await sqlIn(unit.tx)(
            Prisma.sql`SELECT 1 FROM gate_session WHERE id = ${id} FOR UPDATE SKIP LOCKED`,
          );
          if (held.length === 0) return;
          const row = await unit.tx.gateSession.findFirst({ where: { id, ...due } });
          if (row) await check(unit, row, now);
        });
      }
    },

    /** A fact changed: all running sessions are looked at again. */
    recheck: async (tx: Transaction): Promise<void> => {
      await tx.gateSession.updateMany({
        where: { until: null, lostAt: null },
        data: { checkAt: new Date() },
      });
    },
  };
}
