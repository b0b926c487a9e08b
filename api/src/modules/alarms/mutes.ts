import type { z } from 'zod';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { answerFrom } from '../../platform/kit/rows.ts';
import { noteCreated } from '../../platform/kit/save.ts';
import type { Platform } from '../../platform/module.ts';
import { signalOutputsOf } from '../site-devices/signals.ts';
import type * as schema from './schema.ts';
import { type AlarmMuteView, alarmMuteSchema } from './schema.ts';

type Row = Awaited<ReturnType<Transaction['alarmMute']['findFirstOrThrow']>>;
type Name = { zh: string; en: string };
const MOST_SHOWN = 100;
const MOST_IN_FORCE = 20;

/** Mutes that hold at a moment, or will. */
export const notOver = (now: Date) => ({ endedAt: null, untilAt: { gt: now } });

export type AlarmMutes = ReturnType<typeof createAlarmMutes>;

/**
 * Mutes of devices: with reason, and an end.
 *
 * @param options.onChange a change was committed: the device is to hear of it.
 */
export function createAlarmMutes({
  units,
  onChange,
}: Pick<Platform, 'units'> & { onChange: () => void }) {
  async function showAll(tx: Transaction, rows: readonly Row[]): Promise<AlarmMuteView[]> {
    const ids = rows.flatMap(({ mutedBy, endedBy }) => [mutedBy, ...(endedBy ? [endedBy] : [])]);
    const users = await tx.appUser.findMany({
      where: { id: { in: [...new Set(ids)] } },
      select: { id: true, displayName: true },
    });
    const names = new Map(users.map(({ id, displayName }) => [id, displayName as Name]));
    const now = new Date();
    return rows.map((row) =>
      answerFrom(alarmMuteSchema, row, {
        mutedBy: names.get(row.mutedBy) ?? null,
        endedBy: row.endedBy === null ? null : (names.get(row.endedBy) ?? null),
        inForce: row.endedAt === null && row.fromAt <= now && now < row.untilAt,
      }),
    );
  }
  const show = async (tx: Transaction, row: Row) => (await showAll(tx, [row]))[0] as AlarmMuteView;

  return {
    list: (
      user: User,
      { device, inForce }: z.infer<typeof schema.alarmMuteQuery>,
    ): Promise<{ items: AlarmMuteView[] }> =>
      units.run(user, async ({ tx }) => {
        const rows = await tx.alarmMute.findMany({
          where: {
            ...(device === undefined ? {} : { device }),
            ...(inForce === 'true' ? notOver(new Date()) : {}),
          },
          orderBy: { id: 'desc' },
          take: MOST_SHOWN,
        });
        return { items: await showAll(tx, rows) };
      }),

    create: (user: User, input: z.infer<typeof schema.alarmMuteInput>): Promise<AlarmMuteView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { minutes, device, ...given } = input;
        const known = await tx.siteDevice.findFirst({ where: { device, active: true } });
        if (!known) throw new Problem('alarm.device-unknown');
        const has = signalOutputsOf(known.kind);
        if (given.light && has.length > 0 && !has.includes('light')) {
          throw new Problem('request.invalid', undefined, {
            errors: [fieldError('body.light', '该设备没有灯光', 'the device has no light')],
          });
        }
        const now = new Date();
        const open = await tx.alarmMute.count({ where: { device, ...notOver(now) } });
        if (open >= MOST_IN_FORCE) throw new Problem('alarm.too-many-mutes');
        const id = newId();
        const untilAt = new Date(now.getTime() + minutes * 60_000);
        const row = await tx.alarmMute.create({
          data: {
            tenantId: user.tenant,
            id,
            device,
            ...given,
            fromAt: now,
            untilAt,
            mutedBy: user.account.id,
          },
        });
        const after = {
          device,
          light: given.light,
          sound: given.sound,
          untilAt,
          reason: given.reason,
        };
        const event = ['created', { alarmMute: id, device }] as const;
        await noteCreated(unit, { entity: 'alarm-mute', id, after, event });
        unit.afterCommit(onChange);
        return show(tx, row);
      }),

    /** @throws Problem `alarm.mute-over` where it has ended already. */
    end: (user: User, id: string): Promise<AlarmMuteView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await tx.alarmMute.findFirst({ where: { id } });
        if (!row) throw new Problem('alarm.mute-unknown');
        const now = new Date();
        const { count } = await tx.alarmMute.updateMany({
          where: { id, ...notOver(now) },
          data: { endedAt: now, endedBy: user.account.id },
        });
        if (count === 0) throw new Problem('alarm.mute-over');
        const { device, untilAt } = row;
        await unit.audit({
          action: 'end-mute',
          entity: 'alarm-mute',
          id,
          after: { device, untilAt },
        });
        await unit.emit({
          entity: 'alarm-mute',
          what: 'ended',
          subject: id,
          data: { alarmMute: id, device },
        });
        unit.afterCommit(onChange);
        return show(tx, { ...row, endedAt: now, endedBy: user.account.id });
      }),
  };
}
