import { systemCaller } from '../../platform/access/caller.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import type { Platform } from '../../platform/module.ts';
import { lastHeard } from '../locations/of-badge.ts';
import { FEATURE } from './manifest.ts';
import { closeEvent, type createSettle } from './settle.ts';

/** How often what is due is looked for, ms: a notice follows within a second. */
const EVERY_MS = 300;
/** What is over is looked for so often, ms. */
const SWEEP_MS = 30_000;
const MOST_TAGS = 50;
/** One that could not be decided is put off for so long, so that it keeps none of the others waiting, ms. */
const PUT_OFF_MS = 5_000;
/** Tags that were not heard for so long are gone, ms. */
const GONE_MS = 12 * 3_600_000;

/** Decides what is due for tags of vehicles, and ends what lasts for tags that are gone. */
export function watchVehicles(
  platform: Pick<Platform, 'units' | 'database' | 'features' | 'settings' | 'log'> & {
    settle: ReturnType<typeof createSettle>;
  },
): Loop {
  const { units, database, features, settings, log, settle } = platform;
  const { tenant } = settings;
  const caller = systemCaller(tenant);
  let sweptAt = 0;

  async function sweep(unit: Unit, now: Date): Promise<void> {
    const { tx } = unit;
    const open = await tx.vehicleEvent.findMany({ where: { state: 'open' } });
    const tags = open.map(({ tag }) => tag);
    const heard = await lastHeard(tx, tags);
    const oldest = now.getTime() - GONE_MS;
    for (const event of open) {
      const last = heard.get(event.tag);
      const isGone = !last || last.isOut || last.heardAt.getTime() < oldest;
      if (!isGone) continue;
      await closeEvent(unit, event, 'gone', now);
      // A stay that is over by this begins no second event.
      await tx.$executeRaw`
        UPDATE vehicle_track SET state = jsonb_set(state, '{stays}', '{}') WHERE tag = ${event.tag}`;
    }
  }

  async function pass(): Promise<boolean> {
    if (!features.isOn(FEATURE)) return false;
    const now = new Date();
    const due = await database.transaction({ tenant, user: null }, (tx) =>
      tx.vehicleTrack.findMany({
        where: { dueAt: { lte: now } },
        select: { tag: true },
        orderBy: [{ dueAt: 'asc' }, { tag: 'asc' }],
        take: MOST_TAGS,
      }),
    );
    for (const { tag } of due) {
      try {
        await units.run(caller, (unit) => settle(unit, tag, new Date()));
      } catch (error) {
        log.error({ err: error, tag }, 'a tag of a vehicle could not be decided');
        const dueAt = new Date(Date.now() + PUT_OFF_MS);
        await database.transaction({ tenant, user: null }, (tx) =>
          tx.vehicleTrack.updateMany({ where: { tag }, data: { dueAt } }),
        );
      }
    }
    if (now.getTime() - sweptAt > SWEEP_MS) {
      sweptAt = now.getTime();
      await units.run(caller, (unit) => sweep(unit, now));
    }
    return due.length === MOST_TAGS;
  }

  return startLoop({ name: 'vehicles', log, everyMs: EVERY_MS, pass });
}
