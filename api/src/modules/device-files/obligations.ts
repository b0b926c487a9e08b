import type { Transaction } from '../../platform/db/database.ts';
import { pick, saveAtVersion } from '../../platform/kit/save.ts';
import { dayDate, dayText } from '../../platform/kit/schemas.ts';
import type { NotOwed, ObligationProvider, Owed } from '../../platform/obligations/types.ts';
import type { DeviceRecords, FileRow } from './records.ts';

export const MAINTENANCE = 'device-maintenance' as const;

type Area = { id: string; site: string; departmentId: string | null };

function owedBy(row: FileRow, areas: readonly Area[]): Owed | NotOwed {
  const source = row.id;
  if (row.status === 'retired') return { source, closed: 'retired' };
  if (row.status !== 'in-use') return { source, closed: 'out-of-use' };
  const from = dayText(row.installedOn ?? row.maintainedOn);
  if (row.maintenanceDays === null || from === null) return { source, closed: 'not-needed' };
  const area = areas.find(({ id }) => id === row.areaId);
  return {
    source,
    subject: row.id,
    name: { zh: row.name, en: row.name },
    department: area?.departmentId ?? null,
    site: area?.site ?? null,
    due: {
      by: 'done',
      from,
      every: { n: row.maintenanceDays, unit: 'days' },
      done: row.maintainedOn && { on: dayText(row.maintainedOn) },
    },
  };
}

async function read(
  tx: Transaction,
  sources: readonly string[] | null,
): Promise<(Owed | NotOwed)[]> {
  const rows = await tx.deviceFile.findMany({
    where: sources === null ? {} : { id: { in: [...sources] } },
  });
  const areas = await tx.area.findMany({
    where: { id: { in: [...new Set(rows.flatMap(({ areaId }) => areaId ?? []))] } },
    select: { id: true, site: true, departmentId: true },
  });
  return rows.map((row) => owedBy(row, areas));
}

/** The maintenance of devices, counted from the last time. */
export const maintenance = ({ find }: Pick<DeviceRecords, 'find'>): ObligationProvider => ({
  read,
  /** Enters the maintenance in the file of the device. */
  async complete(unit, id, { on }) {
    const { tx } = unit;
    const { version } = await find(tx, id);
    await saveAtVersion(unit, {
      entity: 'device-file',
      id,
      version,
      conflict: 'device-file.version-conflict',
      find: () => find(tx, id),
      write: (next) =>
        tx.deviceFile.updateMany({
          where: { id, version },
          data: { maintainedOn: dayDate(on), version: next },
        }),
      show: (row) => ({ maintainedOn: dayText(row.maintainedOn) }),
      log: (row) => pick(row, ['maintainedOn']),
      event: 'changed',
    });
  },
});
