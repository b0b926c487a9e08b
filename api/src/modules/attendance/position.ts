import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { ATTENDANCE_POSITION, BADGE_TRACKING, inForceSince } from '../consent/gate.ts';
import type { FixesOfBadge } from '../locations/intake.ts';
import { firstFixAfter } from '../locations/of-badge.ts';
import { readGone } from '../locations/settings.ts';
import { readPlaces } from '../positions/reader-places.ts';
import { LONGEST_MS } from './derive.ts';
import { type Passage, passagesOf } from './passages.ts';
import { holdAttendance, renewDays } from './record.ts';
import { readSiteSettings } from './settings.ts';

interface Wearer {
  badge: string;
  person: string;
  site: string | null;
  /** Since when all of this holds: the binding, and both consents. */
  from: Date;
  until: Date | null;
}

/** Reads near an exit reader are ignored for this long after a read by it, ms. */
const HOLD_MS = 10_000;

/**
 * Clocks people in and out by the fixes of their badges, in the transaction that stores them: those who agreed to it, and to their
 * badge being followed. The wearers are held by it, so a withdrawal waits, and takes what it wrote.
 */
export async function clockByPosition(
  tx: Transaction,
  { tenant, timeZone }: { tenant: string; timeZone: string },
  badges: readonly FixesOfBadge[],
): Promise<void> {
  const gone = await readGone(tx);
  // Whose it is, is asked only where there is a passage by the rule of some site.
  const passing = badges.filter(
    ({ before, fixes }) => passagesOf(before, fixes, gone.shortest).length > 0,
  );
  if (passing.length === 0) return;
  const wearers = await readWearers(
    tx,
    passing.map(({ badge }) => badge),
  );
  if (wearers.length === 0) return;
  await holdAttendance(
    tx,
    wearers.map(({ person }) => person),
  );
  const settingOf = await readSiteSettings(tx, timeZone);
  const changed = new Map<string, Date[]>();
  const isWorn = ({ from, until }: Wearer, at: number) =>
    from.getTime() <= at && (until === null || at < until.getTime());
  for (const { badge, before, fixes } of passing) {
    for (const wearer of wearers) {
      if (wearer.badge !== badge || wearer.site === null) continue;
      if (!settingOf(wearer.site).byPosition) continue;
      const goneMs = gone.of(wearer.site);
      for (const passage of passagesOf(before, fixes, goneMs)) {
        if (!isWorn(wearer, passage.at)) continue;
        const instants = await write(tx, { tenant, goneMs }, badge, wearer, passage);
        if (instants.length === 0) continue;
        changed.set(wearer.person, [...(changed.get(wearer.person) ?? []), ...instants]);
      }
    }
  }
  for (const [person, instants] of [...changed].sort()) {
    await renewDays(tx, tenant, timeZone, person, instants);
  }
}

/** Those who wear or wore the badges, and agreed to be clocked in by them. */
export const readWearers = (tx: Transaction, badges: readonly string[]): Promise<Wearer[]> =>
  sqlIn(tx)<Wearer>(Prisma.sql`
    SELECT w.badge, w.person, w.site, greatest(w.since, w.tracked, w.clocked) AS "from", w.until FROM (
      SELECT b.badge, p.id AS person, d.site, b.since, b.until,
        ${inForceSince(Prisma.sql`p.id`, BADGE_TRACKING)} AS tracked,
        ${inForceSince(Prisma.sql`p.id`, ATTENDANCE_POSITION)} AS clocked
      FROM badge b JOIN person p ON p.id = b.person_id AND p.status = 'active'
        JOIN department d ON d.id = p.department_id
      WHERE b.badge = ANY (${[...badges]}::text[])) w
    WHERE w.tracked IS NOT NULL AND w.clocked IS NOT NULL`);

/** @returns the instants around which days change; none where it says nothing new. */
async function write(
  tx: Transaction,
  { tenant, goneMs }: { tenant: string; goneMs: number },
  badge: string,
  { person, site }: Wearer,
  passage: Passage,
): Promise<Date[]> {
  const at = new Date(passage.at);
  if (passage.late) {
    const [before, after] = await around(tx, person, passage.at);
    // Two passages at one instant are one: the first that was known stays.
    if (before?.direction === passage.direction || before?.at.getTime() === passage.at) return [];
    // It was in already at the time of the one that is known: the earlier passage counts, unless the badge was away between them.
    if (
      passage.direction === 'in' &&
      after?.direction === 'in' &&
      after.at.getTime() - passage.at <= goneMs
    ) {
      const taken = { id: after.id, personId: person };
      await tx.clockEvent.updateMany({
        where: taken,
        data: {
          at,
          device: passage.source,
          areaId: passage.area,
          evidence: { how: passage.how, late: true },
        },
      });
      return [at, after.at];
    }
    // Without a time in before it there is nothing to end.
    if (passage.direction === 'out' && before === null) return [];
  }
  const common = {
    tenantId: tenant,
    personId: person,
    site: site ?? '',
    source: 'position',
    badge,
  };
  const { count } = await tx.clockEvent.createMany({
    data: [
      {
        ...common,
        id: newId(),
        direction: passage.direction,
        at,
        areaId: passage.area,
        device: passage.source,
        evidence: { how: passage.how, ...(passage.late ? { late: true } : {}) },
      },
    ],
    skipDuplicates: true,
  });
  if (count === 0) return [];
  const back =
    passage.late && passage.direction === 'out' ? await backAfter(tx, badge, person, at) : null;
  if (back) {
    await tx.clockEvent.createMany({
      data: [
        {
          ...common,
          id: newId(),
          direction: 'in',
          at: back.at,
          device: back.source,
          evidence: { how: 'plan', late: true },
        },
      ],
      skipDuplicates: true,
    });
  }
  return back ? [at, back.at] : [at];
}

/** The passages by position before and after an instant, within the longest stay. */
async function around(tx: Transaction, person: string, at: number) {
  const own = { personId: person, source: 'position' };
  const select = { id: true, at: true, direction: true } as const;
  const before = await tx.clockEvent.findFirst({
    where: { ...own, at: { lte: new Date(at), gt: new Date(at - LONGEST_MS) } },
    orderBy: { at: 'desc' },
    select,
  });
  const after = await tx.clockEvent.findFirst({
    where: { ...own, at: { gt: new Date(at), lt: new Date(at + LONGEST_MS) } },
    orderBy: { at: 'asc' },
    select,
  });
  return [before, after] as const;
}

/** The first position after a way out that was learned of late: the way back, unless it is known or the next passage is before it. */
async function backAfter(
  tx: Transaction,
  badge: string,
  person: string,
  out: Date,
): Promise<{ at: Date; source: string } | null> {
  const [, after] = await around(tx, person, out.getTime());
  if (after?.direction === 'in') return null;
  const places = await readPlaces(tx);
  const exits = [...places].flatMap(([source, { isExit }]) => (isExit ? [source] : []));
  const back = await firstFixAfter(tx, badge, new Date(out.getTime() + HOLD_MS), exits);
  return back && (after === null || back.at < after.at) ? back : null;
}
