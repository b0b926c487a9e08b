import type { z } from 'zod';
import type { CommandView } from '../../platform/commands/schema.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { historyOf } from '../../platform/kit/history.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import { answerFrom } from '../../platform/kit/rows.ts';
import { givenOnly, noteCreated, saveAtVersion } from '../../platform/kit/save.ts';
import { contains } from '../../platform/kit/sql.ts';
import type { Platform } from '../../platform/module.ts';
import type * as schema from './schema.ts';
import { type SiteDevice, siteDeviceSchema } from './schema.ts';
import type { SiteDeviceStates } from './states.ts';

const byDevice = listOrder('site devices', 'asc', { device: 'text', id: 'id' });
type Row = Awaited<ReturnType<Transaction['siteDevice']['findFirstOrThrow']>>;
type Name = { zh: string; en: string };

export type SiteDevices = ReturnType<typeof createSiteDevices>;

/** The register of devices on site that take commands. */
export function createSiteDevices(
  { units, commands }: Pick<Platform, 'units' | 'commands'>,
  states: SiteDeviceStates,
) {
  async function find(tx: Transaction, id: string): Promise<Row> {
    const row = await tx.siteDevice.findFirst({ where: { id } });
    if (!row) throw new Problem('site-device.unknown');
    return row;
  }

  async function showAll(tx: Transaction, rows: readonly Row[]): Promise<SiteDevice[]> {
    const ids = rows.flatMap(({ areaId }) => areaId ?? []);
    const areas = await tx.area.findMany({ where: { id: { in: ids } } });
    const names = new Map(areas.map(({ id, name }) => [id, name as Name]));
    return rows.map((row) =>
      answerFrom(siteDeviceSchema, row, {
        kind: row.kind as SiteDevice['kind'],
        name: row.name as Name,
        areaName: row.areaId === null ? null : (names.get(row.areaId) ?? null),
        now: states.now(row.device),
      }),
    );
  }
  const show = async (tx: Transaction, row: Row) => (await showAll(tx, [row]))[0] as SiteDevice;

  async function requireArea(tx: Transaction, areaId: string | null | undefined): Promise<void> {
    if (!areaId) return;
    const area = await tx.area.findFirst({ where: { id: areaId, active: true } });
    if (!area) throw new Problem('site-device.area-unknown');
  }

  const save = (
    unit: Unit,
    id: string,
    version: number,
    { data, reason }: { data: object; reason?: string },
  ) =>
    saveAtVersion(unit, {
      entity: 'site-device',
      id,
      version,
      conflict: 'site-device.version-conflict',
      event: 'changed',
      find: () => find(unit.tx, id),
      write: (next) =>
        unit.tx.siteDevice.updateMany({ where: { id, version }, data: { ...data, version: next } }),
      show: (row) => show(unit.tx, row),
      log: ({ name, areaId, note, secondPerson, active }) => ({
        name,
        areaId,
        note,
        secondPerson,
        active,
        ...(reason === undefined ? {} : { reason }),
      }),
    });

  return {
    list: (
      user: User,
      { q, areaId, cursor, limit }: z.infer<typeof schema.siteDeviceQuery>,
    ): Promise<z.infer<typeof schema.siteDevicePage>> =>
      units.run(user, async ({ tx }) => {
        const text = q ? contains(q) : null;
        const found = await tx.siteDevice.findMany({
          where: {
            AND: [
              areaId ? { areaId } : {},
              text
                ? {
                    OR: [
                      { device: text },
                      { name: { path: ['zh'], string_contains: q as string } },
                      {
                        name: {
                          path: ['en'],
                          string_contains: q as string,
                          mode: 'insensitive' as const,
                        },
                      },
                    ],
                  }
                : {},
              byDevice.beyond(byDevice.after(cursor)),
            ],
          },
          orderBy: byDevice.by(),
          take: limit + 1,
        });
        const { rows, next } = byDevice.page(found, limit);
        return { items: await showAll(tx, rows), next };
      }),

    get: (user: User, id: string): Promise<SiteDevice> =>
      units.run(user, async ({ tx }) => show(tx, await find(tx, id))),

    create: (user: User, input: z.infer<typeof schema.siteDeviceInput>): Promise<SiteDevice> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        await requireArea(tx, input.areaId);
        const id = newId();
        const { count } = await tx.siteDevice.createMany({
          data: [{ tenantId: user.tenant, id, ...input }],
          skipDuplicates: true,
        });
        if (count === 0) throw new Problem('site-device.name-taken');
        const event = ['created', { siteDevice: id }] as const;
        await noteCreated(unit, { entity: 'site-device', id, after: input, event });
        return show(tx, await find(tx, id));
      }),

    change: (
      user: User,
      id: string,
      { version, ...given }: z.infer<typeof schema.siteDevicePatch>,
    ): Promise<SiteDevice> =>
      units.run(user, async (unit) => {
        await requireArea(unit.tx, given.areaId);
        return save(unit, id, version, { data: givenOnly(given) });
      }),

    /**
     * Whether its commands need a second person. Those who approve decide it: who may give commands
     * could do without the second person otherwise.
     */
    setSecondPerson: (
      user: User,
      id: string,
      { version, secondPerson, reason }: z.infer<typeof schema.secondPersonBody>,
    ): Promise<SiteDevice> =>
      units.run(user, async (unit) => {
        const shown = await save(unit, id, version, { data: { secondPerson } });
        const after = { secondPerson };
        await unit.audit({ action: 'set-second-person', entity: 'site-device', id, after, reason });
        return shown;
      }),

    /**
     * Gives a command to a device.
     *
     * @throws Problem `site-device.out-of-use`, and those of `requestCommand`.
     */
    command: (
      user: User,
      id: string,
      { key, action, parameters, reason }: z.infer<typeof schema.commandBody>,
    ): Promise<{ command: CommandView; isNew: boolean }> =>
      units.run(user, async (unit) => {
        const row = await find(unit.tx, id);
        if (!row.active) throw new Problem('site-device.out-of-use');
        const { device, kind, secondPerson } = row;
        const cause = action === 'test' ? 'test' : 'manual';
        const { row: made, isNew } = await commands.request(unit, {
          device,
          kind,
          name: row.name as Name,
          action,
          parameters,
          secondPerson,
          cause,
          reason,
          key,
        });
        return { command: await commands.show(unit, made, user), isNew };
      }),

    history: (user: User, id: string) =>
      units.run(user, async ({ tx }) => {
        await find(tx, id);
        return historyOf(tx, { 'site-device': [[id, null]] });
      }),
  };
}
