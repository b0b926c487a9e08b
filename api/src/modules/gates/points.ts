import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { historyOf } from '../../platform/kit/history.ts';
import { refusedField } from '../../platform/kit/refused-field.ts';
import type { User } from '../../platform/kit/routes.ts';
import { answerFrom } from '../../platform/kit/rows.ts';
import { givenOnly, noteCreated, saveAtVersion } from '../../platform/kit/save.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Platform } from '../../platform/module.ts';
import { credentialsInForce } from '../devices/revoked.ts';
import { edgeListsOf } from './edge-view.ts';
import { gateReach, targetJoins } from './places.ts';
import type * as schema from './schema.ts';
import { type GatePoint, pointSchema } from './schema.ts';

type Row = Prisma.GatePointModel;
type Fields = Partial<Pick<Row, 'machineId' | 'areaId' | 'stopDevice' | 'direction'>>;

export type GatePoints = ReturnType<typeof createPoints>;

/** The register of the points at machines and doors. */
export function createPoints({ units }: Pick<Platform, 'units'>) {
  async function find(tx: Transaction, id: string): Promise<Row> {
    const row = await tx.gatePoint.findFirst({ where: { id } });
    if (!row) throw new Problem('gate.no-point');
    return row;
  }

  /** Operators beyond the reach of the reader are left out. */
  async function showAll(
    tx: Transaction,
    account: Account,
    rows: readonly Row[],
  ): Promise<GatePoint[]> {
    const { inForce, revoked } = await credentialsInForce(tx, 'gate');
    const names = async (table: 'equipment' | 'area', ids: (string | null)[]) => {
      const where = { id: { in: ids.flatMap((id) => id ?? []) } };
      const found =
        table === 'area'
          ? await tx.area.findMany({ where, select: { id: true, name: true } })
          : await tx.equipment.findMany({ where, select: { id: true, name: true } });
      return new Map(found.map(({ id, name }) => [id, name as Bilingual]));
    };
    const machines = await names(
      'equipment',
      rows.map(({ machineId }) => machineId),
    );
    const areas = await names(
      'area',
      rows.map(({ areaId }) => areaId),
    );
    const asked = await sqlIn(tx)<{ id: string; at: Date | null }>(Prisma.sql`
      SELECT p.id, (SELECT d.decided_at FROM gate_decision d WHERE d.point_id = p.id AND d.tenant_id = p.tenant_id
        ORDER BY d.decided_at DESC LIMIT 1) AS at FROM gate_point p`);
    const askedAt = new Map(asked.map(({ id, at }) => [id, at]));
    const sees = account.permissions.has('gate:read')
      ? gateReach(account, 'gate:read')
      : Prisma.sql`FALSE`;
    const operating = await sqlIn(tx)<{
      machine: string;
      id: string;
      name: string;
      employeeNo: string;
    }>(Prisma.sql`
      SELECT DISTINCT ON (d.target) d.target AS machine, s.id, s.name, s.employee_no AS "employeeNo"
      FROM (SELECT 'start' AS kind, machine AS target, person_id, from_at FROM gate_session
        WHERE until_at IS NULL) d
      JOIN person s ON s.id = d.person_id LEFT JOIN department sd ON sd.id = s.department_id ${targetJoins}
      WHERE ${sees} ORDER BY d.target, d.from_at DESC`);
    const edgeLists = await edgeListsOf(
      tx,
      rows.filter(({ edge }) => edge).map(({ id }) => id),
    );
    const operators = new Map(operating.map(({ machine, ...person }) => [machine, person]));
    return rows.map((row) =>
      answerFrom(pointSchema, row, {
        name: row.name as Bilingual,
        machineName: row.machineId === null ? null : (machines.get(row.machineId) ?? null),
        areaName: row.areaId === null ? null : (areas.get(row.areaId) ?? null),
        credential: inForce.has(row.device)
          ? 'in-force'
          : revoked.has(row.device)
            ? 'revoked'
            : 'none',
        lastAskedAt: askedAt.get(row.id)?.toISOString() ?? null,
        operator: row.machineId === null ? null : (operators.get(row.machineId) ?? null),
        edgeList: edgeLists.get(row.id) ?? null,
      }),
    );
  }
  const show = async (tx: Transaction, { account }: User, row: Row) =>
    (await showAll(tx, account, [row]))[0] as GatePoint;

  /** @throws Problem with the field that is wrong. */
  async function requireTargets(tx: Transaction, given: Fields, id: string | null): Promise<void> {
    const refuse = (field: keyof Fields, zh: string, en: string) =>
      refusedField('gate.point-fields', field, { zh, en });
    const { machineId, areaId, stopDevice, direction } = given;
    if (machineId == null && areaId == null) {
      throw refuse(
        'machineId',
        '控制点须指定设备、区域或两者。',
        'A point is for a machine, an area, or both.',
      );
    }
    if (machineId != null) {
      const machine = await tx.equipment.findFirst({ where: { id: machineId } });
      if (!machine) throw refuse('machineId', '没有这台设备。', 'There is no such machine.');
      const other = await tx.gatePoint.findFirst({
        where: { machineId, active: true, ...(id === null ? {} : { NOT: { id } }) },
      });
      if (other) {
        throw refuse(
          'machineId',
          `该设备已有控制点“${other.device}”。`,
          `The machine has the point "${other.device}" already.`,
        );
      }
    }
    if (areaId != null && !(await tx.area.findFirst({ where: { id: areaId, active: true } }))) {
      throw refuse('areaId', '没有这个在用区域。', 'There is no such area in use.');
    }
    if (direction === 'exit' && areaId == null) {
      throw refuse('direction', '出口点须指定区域。', 'A way out is that of an area.');
    }
    if (stopDevice != null) {
      const kind = 'machine-control';
      if (machineId == null) {
        throw refuse('stopDevice', '只有设备可以停机。', 'Only a machine can be stopped.');
      }
      const device = await tx.siteDevice.findFirst({
        where: { device: stopDevice, kind, active: true },
      });
      if (!device) {
        throw refuse(
          'stopDevice',
          `没有类型为 ${kind} 的这个在用装置。`,
          `There is no such device in use of the kind ${kind}.`,
        );
      }
    }
  }

  return {
    list: (user: User): Promise<z.infer<typeof schema.pointList>> =>
      units.run(user, async ({ tx }) => {
        const rows = await tx.gatePoint.findMany({ orderBy: { device: 'asc' }, take: 2000 });
        return { items: await showAll(tx, user.account, rows) };
      }),

    get: (user: User, id: string): Promise<GatePoint> =>
      units.run(user, async ({ tx }) => show(tx, user, await find(tx, id))),

    create: (user: User, input: z.infer<typeof schema.pointInput>): Promise<GatePoint> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        await requireTargets(tx, input, null);
        const id = newId();
        const { count } = await tx.gatePoint.createMany({
          data: [{ tenantId: user.tenant, id, ...input }],
          skipDuplicates: true,
        });
        if (count === 0) throw new Problem('gate.point-taken');
        const event = ['created', { point: id }] as const;
        await noteCreated(unit, { entity: 'gate-point', id, after: input, event });
        return show(tx, user, await find(tx, id));
      }),

    change: (
      user: User,
      id: string,
      { version, ...given }: z.infer<typeof schema.pointPatch>,
    ): Promise<GatePoint> =>
      units.run(user, async (unit: Unit) => {
        const { tx } = unit;
        const row = await find(tx, id);
        const next = { ...row, ...givenOnly(given) };
        if (next.active) await requireTargets(tx, next, id);
        return saveAtVersion(unit, {
          entity: 'gate-point',
          id,
          version,
          conflict: 'gate.version-conflict',
          event: 'changed',
          find: () => find(tx, id),
          write: (to) =>
            tx.gatePoint.updateMany({
              where: { id, version },
              data: { ...givenOnly(given), version: to },
            }),
          show: (one) => show(tx, user, one),
          log: ({ name, machineId, areaId, stopDevice, direction, active, edge, edgeMinutes }) => ({
            direction,
            edge,
            edgeMinutes,
            name,
            machineId,
            areaId,
            stopDevice,
            active,
          }),
        });
      }),

    history: (user: User, id: string) =>
      units.run(user, async ({ tx }) => {
        await find(tx, id);
        return historyOf(tx, { 'gate-point': [[id, null]] });
      }),
  };
}
