import type { Outputs } from '@anshi/contracts';
import type { z } from 'zod';
import type { Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import { answerFrom } from '../../platform/kit/rows.ts';
import type { Platform } from '../../platform/module.ts';
import { type AlarmQuery, type AlarmView, type alarmPage, alarmSchema } from './schema.ts';

export type AlarmRow = Awaited<ReturnType<Transaction['alarm']['findFirstOrThrow']>>;
type Name = { zh: string; en: string };

const newestFirst = listOrder('alarms', 'desc', { id: 'id' });

export type AlarmList = ReturnType<typeof createAlarmList>;

/** The alarms that were given. */
export function createAlarmList({ units }: Pick<Platform, 'units'>) {
  async function showAll(tx: Transaction, rows: readonly AlarmRow[]): Promise<AlarmView[]> {
    const devices = await tx.siteDevice.findMany({
      where: { device: { in: rows.flatMap(({ device }) => device ?? []) } },
      select: { id: true, device: true, name: true },
    });
    const areas = await tx.area.findMany({
      where: { id: { in: rows.flatMap(({ area }) => area ?? []) } },
      select: { id: true, name: true },
    });
    const mutes = await tx.alarmMute.findMany({
      where: { id: { in: rows.flatMap(({ muteId }) => muteId ?? []) } },
      select: { id: true, reason: true },
    });
    const snoozes = await tx.snooze.findMany({
      where: { id: { in: rows.flatMap(({ muteId }) => muteId ?? []) } },
      select: { id: true, reason: true },
    });
    const ofDevice = new Map(devices.map((one) => [one.device, one]));
    const areaNames = new Map(areas.map(({ id, name }) => [id, name as Name]));
    const reasons = new Map([...mutes, ...snoozes].map(({ id, reason }) => [id, reason]));
    return rows.map((row) => {
      const device = row.device === null ? undefined : ofDevice.get(row.device);
      return answerFrom(alarmSchema, row, {
        deviceName: (device?.name as Name | undefined) ?? null,
        siteDevice: device?.id ?? null,
        areaName: row.area === null ? null : (areaNames.get(row.area) ?? null),
        rule: row.rule as AlarmView['rule'],
        severity: row.severity as AlarmView['severity'],
        light: row.light as AlarmView['light'],
        state: row.state as AlarmView['state'],
        fault: row.fault as AlarmView['fault'],
        muted: row.muted as AlarmView['muted'],
        muteReason: row.muteId === null ? null : (reasons.get(row.muteId) ?? null),
        prolongs: row.runs === row.id ? null : row.runs,
        readBack: row.readBack as Outputs | null,
      });
    });
  }

  return {
    list: (user: User, query: AlarmQuery): Promise<z.infer<typeof alarmPage>> =>
      units.run(user, async ({ tx }) => {
        const { violation, device, state, cursor, limit } = query;
        const found = await tx.alarm.findMany({
          where: {
            AND: [
              violation === undefined ? {} : { violation: { in: violation } },
              device === undefined ? {} : { device },
              state === undefined ? {} : { state: { in: state } },
              newestFirst.beyond(newestFirst.after(cursor)),
            ],
          },
          orderBy: newestFirst.by(),
          take: limit + 1,
        });
        const { rows, next } = newestFirst.page(found, limit);
        return { items: await showAll(tx, rows), next };
      }),

    get: (user: User, id: string): Promise<AlarmView> =>
      units.run(user, async ({ tx }) => {
        const row = await tx.alarm.findFirst({ where: { id } });
        if (!row) throw new Problem('alarm.unknown');
        return (await showAll(tx, [row]))[0] as AlarmView;
      }),
  };
}
