import { systemCaller } from '../../platform/access/caller.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { type Loop, startLoop } from '../../platform/feed/loop.ts';
import type { Platform } from '../../platform/module.ts';
import type { Desk } from './desk.ts';
import { FEATURE } from './manifest.ts';
import type { VisitTell } from './tell.ts';

/** Interval of the check for overdue visits, ms. */
const EVERY_MS = 10_000;
/** A visitor who has not come so long after the planned end does not come any more, ms. */
const NOT_COME_MS = 2 * 3_600_000;
const MOST = 100;

/** Tells of visitors who are still on site after the planned end, once, and ends visits of those who did not come. */
export function watchVisits({
  units,
  features,
  settings,
  log,
  tell,
  desk,
}: Pick<Platform, 'units' | 'features' | 'settings' | 'log'> & {
  tell: VisitTell;
  desk: Pick<Desk, 'release'>;
}): Loop {
  async function look(unit: Unit): Promise<boolean> {
    const { tx } = unit;
    const now = new Date();
    const over = await tx.visit.findMany({
      where: { state: 'arrived', toAt: { lt: now }, overdueToldAt: null },
      orderBy: { id: 'asc' },
      take: MOST,
    });
    for (const visit of over) {
      // Of two processes one tells.
      const { count } = await tx.visit.updateMany({
        where: { id: visit.id, overdueToldAt: null, state: 'arrived' },
        data: { overdueToldAt: now },
      });
      if (count === 0) continue;
      const person = await tx.person.findFirstOrThrow({ where: { id: visit.personId } });
      await tell.overdue(unit, { ...visit, person });
    }
    const lost = await tx.visit.findMany({
      where: { state: 'announced', toAt: { lt: new Date(now.getTime() - NOT_COME_MS) } },
      orderBy: { id: 'asc' },
      take: MOST,
    });
    for (const { id, personId } of lost) {
      const { count } = await tx.visit.updateMany({
        where: { id, state: 'announced' },
        data: { state: 'not-come', version: { increment: 1 } },
      });
      if (count === 0) continue;
      await unit.audit({ action: 'not-come', entity: 'visit', id, person: personId });
      const data = { visit: id, person: personId };
      await unit.emit({ entity: 'visit', what: 'not-come', subject: id, data });
      await desk.release(unit, personId);
    }
    return over.length === MOST || lost.length === MOST;
  }

  return startLoop({
    name: 'visits',
    log,
    everyMs: EVERY_MS,
    pass: async () =>
      features.isOn(FEATURE) ? units.run(systemCaller(settings.tenant), look) : false,
  });
}
