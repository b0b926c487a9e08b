import { systemCaller } from '../../platform/access/caller.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { Workflows } from '../../platform/workflow/engine-types.ts';
import { fireAction, recordService, textOf } from '../../platform/workflow/record.ts';
import { caseColumns } from '../../platform/workflow/record-columns.ts';
import type { ActionBody } from '../../platform/workflow/record-schema.ts';
import { ACCEPT, CURE, DEVICE_FINDING } from './flow.ts';
import { ipText, type ProtectionFault, protectionFault } from './protection.ts';
import { type DeviceRecords, type FileRow, type FindingRow, factsOf } from './records.ts';
import type { DeviceFileView } from './schema.ts';

export type DeviceFindings = ReturnType<typeof createDeviceFindings>;

/** Opens and settles the findings about the protection of devices. */
export function createDeviceFindings(options: {
  units: Units;
  workflows: Workflows;
  records: DeviceRecords;
}) {
  const { units, workflows, records } = options;

  workflows.follow(DEVICE_FINDING, async (unit, found, change) => {
    // The row is written after the case was started.
    if (change === 'started') return;
    await unit.tx.deviceFinding.updateMany({
      where: { id: found.subject.id },
      data: caseColumns(found),
    });
  });

  async function open(unit: Unit, row: FileRow, fault: ProtectionFault): Promise<void> {
    const id = newId();
    const code = ipText(row);
    const found = await workflows.start(unit, {
      definition: DEVICE_FINDING,
      subject: { entity: DEVICE_FINDING, id },
      belonging: {},
      parts: {},
      title: {
        zh: `${row.name}：粉尘场所须 IP67 及以上，${code ? `现为 ${code}` : '防护等级未知'}`,
        en: `${row.name}: a dusty place needs IP67 or better, ${code ? `it has ${code}` : 'its protection is not known'}`,
      },
      link: `/device-files/${row.id}`,
    });
    await unit.tx.deviceFinding.createMany({
      data: [
        {
          tenantId: unit.caller.tenant,
          id,
          deviceId: row.id,
          fault,
          facts: await factsOf(unit.tx, row),
          openedAt: new Date(),
          ...caseColumns(found),
        },
      ],
    });
    await unit.audit({
      action: 'create',
      entity: DEVICE_FINDING,
      id,
      after: { device: row.id, fault, ip: code },
    });
  }

  const faultOf = async ({ tx }: Unit, row: FileRow): Promise<ProtectionFault | null> => {
    if (row.status !== 'in-use' || row.areaId === null) return null;
    const area = await tx.area.findFirst({ where: { id: row.areaId }, select: { dust: true } });
    return protectionFault(row, area?.dust ?? null);
  };

  const openOf = ({ tx }: Unit, deviceId: string) =>
    tx.deviceFinding.findFirst({ where: { deviceId, closedAt: null } });

  /**
   * Compares a device with its place: opens a finding, or settles the open one. One that was
   * accepted for the same place and protection is not opened again.
   */
  async function check(unit: Unit, id: string): Promise<void> {
    const { tx } = unit;
    // One comparison of a device at a time: a file and its area may change at once.
    await tx.$queryRaw`SELECT id FROM device_file WHERE id = ${id} FOR UPDATE`;
    const row = await records.find(tx, id);
    const fault = await faultOf(unit, row);
    const found = await openOf(unit, id);
    if (fault === null) {
      if (found) await settle(unit, found);
      return;
    }
    if (found) {
      const facts = await factsOf(tx, row);
      if (found.fault !== fault || found.facts !== facts) {
        await tx.deviceFinding.updateMany({ where: { id: found.id }, data: { fault, facts } });
      }
      return;
    }
    const accepted = await tx.deviceFinding.findFirst({
      where: { deviceId: id, state: 'accepted', facts: await factsOf(tx, row) },
      select: { id: true },
    });
    if (!accepted) await open(unit, row, fault);
  }

  const settle = (unit: Unit, found: FindingRow) =>
    workflows.fire(unit, {
      case: found.caseId,
      transition: CURE,
      version: found.version,
      fields: {},
      files: [],
      note: null,
    });

  /** All devices in use that have an open finding, or lie in a dusty area. */
  const concerned = ({ tx }: Unit, areaId?: string) =>
    tx.$queryRaw<{ id: string }[]>`
      SELECT d.id FROM device_file d
      LEFT JOIN area a ON a.tenant_id = d.tenant_id AND a.id = d.area_id
      WHERE (${areaId ?? null}::text IS NULL OR d.area_id = ${areaId ?? null})
        AND ((d.status = 'in-use' AND a.dust = 'dusty') OR EXISTS (
          SELECT 1 FROM device_finding f
          WHERE f.tenant_id = d.tenant_id AND f.device_id = d.id AND f.closed_at IS NULL))
      ORDER BY d.id`;

  const record = recordService<FindingRow, ActionBody, DeviceFileView>({
    definition: DEVICE_FINDING,
    units,
    workflows,
    read: async ({ tx }, _account, id) => {
      const row = await tx.deviceFinding.findFirst({ where: { id } });
      if (!row) throw new Problem('device-file.finding-unknown');
      return row;
    },
    show: async (unit, account, { deviceId }) =>
      records.show(unit, account, await records.find(unit.tx, deviceId)),
    act: async (unit, _account, row, action) => {
      const { tx } = unit;
      if (action.transition === CURE) {
        const device = await records.find(tx, row.deviceId);
        if ((await faultOf(unit, device)) !== null) throw new Problem('device-file.unsuited');
      }
      const found = await fireAction(workflows, unit, row, action);
      const reason = action.transition === ACCEPT ? textOf(action, 'reason') : null;
      const data = { ...caseColumns(found), reason };
      await tx.deviceFinding.updateMany({ where: { id: row.id }, data });
      return { ...row, ...data };
    },
    assignable: () => null,
  });

  return {
    record,
    check,

    /** Compares what may have changed: the devices of an area, or all. */
    checkAll: (unit: Unit, areaId?: string): Promise<void> =>
      concerned(unit, areaId).then(async (found) => {
        for (const { id } of found) await check(unit, id);
      }),

    /** For the regular job. */
    checkTenant: (tenant: string): Promise<void> =>
      units.run(systemCaller(tenant), async (unit) => {
        for (const { id } of await concerned(unit)) await check(unit, id);
      }),
  };
}
