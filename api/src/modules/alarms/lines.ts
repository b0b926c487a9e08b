import { type AlarmLight, signalWith } from '@anshi/contracts';
import type { z } from 'zod';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import { historyOf } from '../../platform/kit/history.ts';
import type { User } from '../../platform/kit/routes.ts';
import { answerFrom } from '../../platform/kit/rows.ts';
import { givenOnly, noteCreated, saveAtVersion } from '../../platform/kit/save.ts';
import type { Platform } from '../../platform/module.ts';
import { signalOutputsOf } from '../site-devices/signals.ts';
import type * as schema from './schema.ts';
import { type AlarmLineView, alarmLineSchema } from './schema.ts';

type Row = Awaited<ReturnType<Transaction['alarmLine']['findFirstOrThrow']>>;
type Name = { zh: string; en: string };
const MOST_LINES = 200;

export type AlarmLines = ReturnType<typeof createAlarmLines>;

/**
 * The alarm plan.
 *
 * @param options.onChange a change was committed: workers are to hear of it.
 */
export function createAlarmLines({
  units,
  cameras,
  onChange,
}: Pick<Platform, 'units'> & {
  cameras: () => readonly { id: string; name: Name }[];
  onChange: () => void;
}) {
  async function find(tx: Transaction, id: string): Promise<Row> {
    const row = await tx.alarmLine.findFirst({ where: { id } });
    if (!row) throw new Problem('alarm.line-unknown');
    return row;
  }

  async function showAll(tx: Transaction, rows: readonly Row[]): Promise<AlarmLineView[]> {
    const areas = await tx.area.findMany({ select: { id: true, name: true } });
    const names = new Map<string, Name>([
      ...areas.map(({ id, name }) => [id, name as Name] as const),
      ...cameras().map(({ id, name }) => [id, name] as const),
    ]);
    const devices = await tx.siteDevice.findMany({
      where: { active: true },
      select: { device: true, kind: true, name: true, areaId: true },
      orderBy: { device: 'asc' },
    });
    return rows.map((row) =>
      answerFrom(alarmLineSchema, row, {
        name: row.name as Name,
        rules: row.rules as AlarmLineView['rules'],
        severities: row.severities as AlarmLineView['severities'],
        light: row.light as AlarmLineView['light'],
        places: [...new Set([...row.areas, ...row.soundIn, ...row.cameras])].map((id) => ({
          id,
          name: names.get(id) ?? null,
        })),
        devices:
          row.soundIn.length === 0
            ? null
            : devices
                .filter(({ areaId }) => areaId !== null && row.soundIn.includes(areaId))
                .filter(({ kind }) =>
                  signalWith(signalOutputsOf(kind), {
                    light: row.light as AlarmLight,
                    sound: row.sound,
                  }),
                )
                .map(({ device, name }) => ({ device, name: name as Name })),
      }),
    );
  }
  const show = async (tx: Transaction, row: Row) => (await showAll(tx, [row]))[0] as AlarmLineView;

  async function requirePlaces(
    tx: Transaction,
    given: {
      areas?: string[] | undefined;
      soundIn?: string[] | undefined;
      cameras?: string[] | undefined;
    },
  ): Promise<void> {
    const wanted = [...new Set([...(given.areas ?? []), ...(given.soundIn ?? [])])];
    const known = await tx.area.count({ where: { id: { in: wanted } } });
    if (known < wanted.length) throw new Problem('alarm.area-unknown');
    const all = new Set(cameras().map(({ id }) => id));
    if ((given.cameras ?? []).some((id) => !all.has(id))) throw new Problem('alarm.camera-unknown');
  }

  return {
    list: (user: User): Promise<{ items: AlarmLineView[] }> =>
      units.run(user, async ({ tx }) => {
        const rows = await tx.alarmLine.findMany({ orderBy: { id: 'asc' }, take: MOST_LINES });
        return { items: await showAll(tx, rows) };
      }),

    create: (user: User, input: z.infer<typeof schema.alarmLineInput>): Promise<AlarmLineView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        await requirePlaces(tx, input);
        if ((await tx.alarmLine.count()) >= MOST_LINES) throw new Problem('alarm.too-many-lines');
        const id = newId();
        await tx.alarmLine.create({ data: { tenantId: user.tenant, id, ...input } });
        const event = ['created', { alarmLine: id }] as const;
        await noteCreated(unit, { entity: 'alarm-line', id, after: input, event });
        unit.afterCommit(onChange);
        return show(tx, await find(tx, id));
      }),

    change: (
      user: User,
      id: string,
      { version, ...given }: z.infer<typeof schema.alarmLinePatch>,
    ): Promise<AlarmLineView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        await requirePlaces(tx, given);
        const now = { ...(await find(tx, id)), ...givenOnly(given) };
        if (now.light === 'off' && !now.sound) {
          throw new Problem('request.invalid', undefined, {
            errors: [
              fieldError('body.light', '灯光和声音至少开启一项', 'light or sound must be on'),
            ],
          });
        }
        const shown = await saveAtVersion(unit, {
          entity: 'alarm-line',
          id,
          version,
          conflict: 'alarm.version-conflict',
          event: 'changed',
          find: () => find(tx, id),
          write: (next) =>
            tx.alarmLine.updateMany({
              where: { id, version },
              data: { ...givenOnly(given), version: next },
            }),
          show: (row) => show(tx, row),
          log: ({ tenantId: _, id: __, version: ___, createdAt: ____, ...row }) => row,
        });
        unit.afterCommit(onChange);
        return shown;
      }),

    history: (user: User, id: string) =>
      units.run(user, async ({ tx }) => {
        await find(tx, id);
        return historyOf(tx, { 'alarm-line': [[id, null]] });
      }),
  };
}
