import type { AlarmOutput, AlarmReported, AlarmState } from '@anshi/contracts';
import { systemCaller } from '../../platform/access/caller.ts';
import { holdersOf } from '../../platform/access/holders.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Platform } from '../../platform/module.ts';
import { noticeLink } from '../../platform/notices/kinds.ts';
import { isWorkerRevoked } from '../devices/revoked.ts';
import type { AlarmRow } from './list.ts';

type Report = AlarmReported['data'];
type Name = { zh: string; en: string };

/** What is known later replaces what was known before, whatever order the reports come in. */
const rank: Readonly<Record<AlarmState, number>> = {
  raised: 0,
  silent: 1,
  'no-device': 2,
  refused: 2,
  failed: 2,
  done: 2,
};
/** Further alarms of a device that gives none are counted in one notice for so long, minutes. */
const ONE_NOTICE_MINUTES = 10;
/** Why a device gives no alarm although nothing is wrong. */
const QUIET: ReadonlySet<string | null> = new Set(['muted', 'out-of-use', 'snoozed']);
/** An alarm whose worker says nothing more within this has no answer, ms. */
const UNANSWERED_MS = 3_500;

export type AlarmRecords = ReturnType<typeof createAlarmRecords>;

/** Records alarms as workers report them, and says where a device gave none. */
export function createAlarmRecords({
  units,
  database,
  notices,
  settings: { tenant },
}: Pick<Platform, 'units' | 'database' | 'notices' | 'settings'>) {
  /** Something may wait for an answer; the table is asked only then. */
  let mayWait = true;

  async function take(unit: Unit, worker: string, report: Report): Promise<'taken' | 'revoked'> {
    const { tx } = unit;
    if (await isWorkerRevoked(tx, worker)) return 'revoked';
    const { count } = await tx.alarm.createMany({
      data: [
        {
          tenantId: tenant,
          id: report.alarm,
          worker,
          device: report.device,
          lineId: report.line,
          violation: report.violation,
          camera: report.camera,
          area: report.area,
          rule: report.rule,
          severity: report.severity,
          act: report.act,
          light: report.light,
          sound: report.sound,
          holdSeconds: report.holdSeconds,
          raisedAt: new Date(report.raisedAt),
          state: report.device === null ? 'no-device' : 'raised',
          fault: report.state === 'no-device' ? report.fault : null,
          muted: [],
        },
      ],
      skipDuplicates: true,
    });
    const row = await hold(tx, report.alarm);
    // Another worker has the id: it cannot be, and changes nothing.
    if (!row || row.worker !== worker) return 'taken';
    if (report.state !== 'raised' && rank[report.state] > rank[row.state as AlarmState]) {
      await move(unit, row, report);
    } else if (count > 0) await emit(unit, row, 'raised');
    return 'taken';
  }

  async function move(
    unit: Unit,
    row: AlarmRow,
    to: Pick<Report, 'state' | 'muted' | 'runs' | 'readBack' | 'until' | 'snooze'> & {
      fault: string | null;
      at: string;
    },
  ): Promise<void> {
    const mute = to.muted.length > 0 ? await muteOf(unit.tx, row, to.muted) : null;
    const muteId = to.snooze ?? mute;
    const [now] = await unit.tx.alarm.updateManyAndReturn({
      where: { id: row.id },
      data: {
        state: to.state,
        fault: to.fault,
        muted: to.muted,
        muteId,
        runs: to.runs,
        ...(to.readBack ? { readBack: to.readBack } : {}),
        untilAt: to.until === null ? null : new Date(to.until),
        endedAt: new Date(to.at),
        version: row.version + 1,
      },
    });
    if (!now) return;
    await emit(unit, now, to.state);
    const isWrong =
      to.state === 'silent' ||
      to.state === 'failed' ||
      (to.state === 'refused' && !QUIET.has(to.fault));
    // A device that was silent first and then refused has its notice.
    if (isWrong && row.state === 'raised') await tell(unit, now);
  }

  async function tell(unit: Unit, row: AlarmRow): Promise<void> {
    const device = await unit.tx.siteDevice.findFirst({ where: { device: row.device ?? '' } });
    const name = (device?.name as Name | undefined) ?? {
      zh: row.device ?? '',
      en: row.device ?? '',
    };
    const silent = row.state === 'silent';
    await notices.notify(unit, {
      to: await holdersOf(unit.tx, 'alarm:mute'),
      kind: 'alarm.silent',
      severity: 'critical',
      title: { zh: `报警器未报警：${name.zh}`, en: `No alarm was given: ${name.en}` },
      body: silent
        ? {
            zh: `“${name.zh}”未应答违章报警，请到现场确认。`,
            en: `${name.en} did not answer the alarm of a violation. Look at it on site.`,
          }
        : {
            zh: `“${name.zh}”未执行违章报警，请到现场确认。`,
            en: `${name.en} did not give the alarm of a violation. Look at it on site.`,
          },
      link: noticeLink('alarm.silent', row.id),
      subject: { entity: 'site-device', id: device?.id ?? row.device ?? row.id },
      sameWithinMinutes: ONE_NOTICE_MINUTES,
    });
  }

  return {
    /** Takes a report; one that comes again, or late, changes nothing. */
    take: async (worker: string, report: Report): Promise<'taken' | 'revoked'> => {
      const result = await units.run(systemCaller(tenant), (unit) => take(unit, worker, report));
      if (report.state === 'raised') mayWait = true;
      return result;
    },

    /** Ends alarms whose worker says nothing more: it, or its line, is gone. */
    async superviseOnce(now = Date.now()): Promise<void> {
      if (!mayWait) return;
      const rows = await database.transaction({ tenant, user: null }, (tx) =>
        tx.alarm.findMany({
          where: { state: 'raised' },
          select: { id: true, receivedAt: true },
          orderBy: { receivedAt: 'asc' },
          take: 200,
        }),
      );
      if (rows.length === 0) {
        mayWait = false;
        return;
      }
      for (const { id, receivedAt } of rows) {
        if (now - receivedAt.getTime() < UNANSWERED_MS) continue;
        await units.run(systemCaller(tenant), async (unit) => {
          const row = await hold(unit.tx, id);
          if (row?.state !== 'raised') return;
          const nothing = { muted: [], runs: null, readBack: null, until: null };
          const at = new Date(now).toISOString();
          await move(unit, row, { state: 'silent', fault: 'worker-lost', ...nothing, at });
        });
      }
    },
  };
}

/** Locks an alarm until the end of the unit, and reads it. */
async function hold(tx: Transaction, id: string): Promise<AlarmRow | null> {
  const rows = await tx.$queryRaw<object[]>`SELECT 1 FROM alarm WHERE id = ${id} FOR UPDATE`;
  return rows.length === 0 ? null : tx.alarm.findFirst({ where: { id } });
}

/** The mute that kept an output off when the alarm was given. */
async function muteOf(
  tx: Transaction,
  { device, raisedAt }: AlarmRow,
  muted: readonly AlarmOutput[],
): Promise<string | null> {
  const found = await tx.alarmMute.findFirst({
    where: {
      device: device ?? '',
      fromAt: { lte: new Date(raisedAt.getTime() + 5_000) },
      untilAt: { gt: raisedAt },
      OR: muted.map((output) => ({ [output]: true })),
    },
    orderBy: { id: 'desc' },
    select: { id: true },
  });
  return found?.id ?? null;
}

/** Tells others of an alarm: browsers, integrators, other modules. Ids only. */
async function emit(unit: Unit, row: AlarmRow, what: string): Promise<void> {
  const { id, device, violation, state, fault, version } = row;
  await unit.emit({
    entity: 'alarm',
    what,
    subject: id,
    data: { alarm: id, device, violation, state, fault, version },
  });
}
