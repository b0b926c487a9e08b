import { DateTime } from 'luxon';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import { Problem } from '../../platform/http/errors.ts';
import { answerFrom } from '../../platform/kit/rows.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Obligations } from '../../platform/obligations/types.ts';
import type { Workflows } from '../../platform/workflow/engine-types.ts';
import { flowsOf } from '../../platform/workflow/record-columns.ts';
import { showCase, showTransition, userNames } from '../../platform/workflow/record-view.ts';
import { linkHealths } from '../device-health/links.ts';
import { DEVICE_FINDING } from './flow.ts';
import { healthKindOf, linkProblem } from './link.ts';
import { MAINTENANCE } from './obligations.ts';
import { ipText } from './protection.ts';
import { type DeviceFileRow, type DeviceFileView, deviceFileRow } from './schema.ts';

/** A maintenance is near within this many days. */
export const SOON_DAYS = 30;

export type FileRow = Prisma.DeviceFileModel;
export type FindingRow = Prisma.DeviceFindingModel;

export type DeviceRecords = ReturnType<typeof createDeviceRecords>;

/** Today at the plant, and the last day on which a maintenance is near. */
export function daysAt(timeZone: string, now = new Date()): { today: string; soon: string } {
  const today = DateTime.fromJSDate(now, { zone: timeZone });
  return {
    today: today.toISODate() as string,
    soon: today.plus({ days: SOON_DAYS }).toISODate() as string,
  };
}

/** The day of the next maintenance; null where none is planned, or its period has no beginning. */
export function maintenanceDue(
  row: Pick<FileRow, 'maintenanceDays' | 'maintainedOn' | 'installedOn'>,
): string | null {
  const from = dayText(row.maintainedOn ?? row.installedOn);
  if (from === null || row.maintenanceDays === null) return null;
  return DateTime.fromISO(from, { zone: 'utc' }).plus({ days: row.maintenanceDays }).toISODate();
}

/** Reads and shows files of devices. */
export function createDeviceRecords({
  workflows,
  obligations,
  timeZone,
}: {
  workflows: Pick<Workflows, 'definition' | 'available'>;
  obligations: Pick<Obligations, 'postponed'>;
  timeZone: string;
}) {
  async function showRows(tx: Transaction, rows: readonly FileRow[]): Promise<DeviceFileRow[]> {
    const ids = rows.map(({ id }) => id);
    const areaIds = [...new Set(rows.flatMap(({ areaId }) => areaId ?? []))];
    const linked = rows.flatMap(({ kind, ref }) =>
      ref === null ? [] : [{ kind: healthKindOf(kind), subject: ref }],
    );
    const [words, areas, findings, links] = await Promise.all([
      wordsIn(tx, 'acquisition-kind'),
      tx.area.findMany({
        where: { id: { in: areaIds } },
        select: { id: true, name: true, dust: true },
      }),
      tx.deviceFinding.findMany({ where: { deviceId: { in: ids }, closedAt: null } }),
      linkHealths(tx, linked),
    ]);
    const names = await userNames(
      tx,
      findings.flatMap(({ assignees }) => assignees),
    );
    const flows = await flowsOf(workflows, tx, DEVICE_FINDING, findings);
    const { today, soon } = daysAt(timeZone);
    const postponed = await obligations.postponed(tx, MAINTENANCE, ids);
    return rows.map((row): DeviceFileRow => {
      const area = areas.find(({ id }) => id === row.areaId);
      const found = findings.find(({ deviceId }) => deviceId === row.id);
      const due = row.status === 'in-use' ? (postponed.get(row.id) ?? maintenanceDue(row)) : null;
      return answerFrom(deviceFileRow, row as never, {
        kindName: words.find(({ id }) => id === row.kind)?.name ?? { zh: row.kind, en: row.kind },
        area: area
          ? { id: area.id, name: area.name as Bilingual, dust: area.dust as 'none' | 'dusty' }
          : null,
        ip: ipText(row),
        linkHealth: row.ref ? (links.get(`${healthKindOf(row.kind)} ${row.ref}`) ?? null) : null,
        linkProblem: linkProblem(row),
        maintenanceDue: due,
        maintenance: due === null ? 'none' : stateOf(due, today, soon),
        finding: found
          ? {
              id: found.id,
              fault: found.fault as 'low' | 'unknown',
              openedAt: found.openedAt.toISOString(),
              ...showCase(found, flows.get(found.flowVersion), names),
            }
          : null,
      });
    });
  }

  const find = async (tx: Transaction, id: string): Promise<FileRow> => {
    const row = await tx.deviceFile.findFirst({ where: { id } });
    if (!row) throw new Problem('device-file.unknown');
    return row;
  };

  return {
    find,
    showRows,

    /** The file with what the account may do about its finding. */
    async show(unit: Unit, account: Account, row: FileRow): Promise<DeviceFileView> {
      const [shown] = await showRows(unit.tx, [row]);
      const open = await unit.tx.deviceFinding.findFirst({
        where: { deviceId: row.id, closedAt: null },
      });
      const transitions = open ? await workflows.available(unit, account, { id: open.caseId }) : [];
      const last = await unit.tx.deviceFinding.findFirst({
        where: { deviceId: row.id, state: 'accepted' },
        orderBy: { openedAt: 'desc' },
      });
      const isAccepted = last?.closedAt && last.facts === (await factsOf(unit.tx, row));
      return {
        ...(shown as DeviceFileRow),
        transitions: transitions.map(showTransition),
        accepted: isAccepted ? { at: last.closedAt!.toISOString(), reason: last.reason } : null,
      };
    },
  };
}

const stateOf = (due: string, today: string, soon: string) =>
  due < today ? 'overdue' : due <= soon ? 'soon' : 'planned';

/** Place and protection in short: a finding that was accepted counts for these only. */
export async function factsOf(tx: Transaction, row: FileRow): Promise<string> {
  const area = row.areaId
    ? await tx.area.findFirst({ where: { id: row.areaId }, select: { dust: true } })
    : null;
  return `${row.areaId ?? '-'} ${area?.dust ?? '-'} ${ipText(row) ?? '-'}`;
}
