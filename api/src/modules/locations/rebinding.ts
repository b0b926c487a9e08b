import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { BADGE_TRACKING, inForceSince, namedSince } from '../consent/gate.ts';
import { blankConditions, eraseHandOvers, erasePositions } from './erase.ts';

interface Stretch {
  badge: string;
  person: string;
  from: Date;
  to: Date | null;
}

const corrected: Bilingual = {
  zh: '工牌当时由他人佩戴，内容已删除。',
  en: 'Another person wore the badge; what it said was removed.',
};

/** SQL: the part of the stretch before the right wearer agreed, as `badge`, `since`, `until`. @param agreed an instant, or null. */
const before = ({ badge, from, to }: Stretch, agreed: Prisma.Sql) => Prisma.sql`
  SELECT ${badge}::text AS badge, ${from}::timestamptz AS since, least(${to}::timestamptz, ${agreed}) AS until`;
const trackedSince = ({ person }: Stretch) => inForceSince(Prisma.sql`${person}`, BADGE_TRACKING);

/**
 * SQL: a condition `c` of a badge began in a stretch. That a badge is read after its wearer left belongs to the last binding:
 * it began after the end of the stretch, and no later one.
 */
const begunIn = ({ badge, from, to }: Omit<Stretch, 'person'>) => Prisma.sql`(
  c.badge = ${badge} AND c.begun_at >= ${from} AND (${to}::timestamptz IS NULL OR c.begun_at < ${to}::timestamptz
    OR (c.kind = 'left' AND NOT EXISTS (SELECT 1 FROM badge b WHERE b.badge = c.badge AND b.since <= c.begun_at
      AND (b.until IS NULL OR b.until > ${to}::timestamptz)))))`;

/** How many stored positions the right wearer of a badge did not agree to. */
export async function countNotAgreed(tx: Transaction, stretch: Stretch): Promise<number> {
  const [row] = await sqlIn(tx)<{ count: number }>(Prisma.sql`
    SELECT count(*)::int AS count FROM location_history l JOIN (${before(stretch, trackedSince(stretch))}) w
      ON l.provider_id = w.badge AND l.generated_at >= w.since AND (w.until IS NULL OR l.generated_at < w.until)`);
  return row?.count ?? 0;
}

/** How many conditions of a badge name a person: they move to the right wearer, or go where that person had not agreed. */
export async function countConditions(tx: Transaction, stretch: Stretch): Promise<number> {
  const [row] = await sqlIn(tx)<{ count: number }>(Prisma.sql`
    SELECT count(*)::int AS count FROM badge_condition c
    WHERE c.person_id = ${stretch.person} AND ${begunIn(stretch)}`);
  return row?.count ?? 0;
}

/**
 * Gives the conditions of a badge to who wore it. Notices of them name the wrong person and lose their text; of what lasts,
 * people are told again, with the right name.
 *
 * @param stretch its person is the wrong one.
 */
export async function moveConditions(
  tx: Transaction,
  stretch: Stretch,
  right: string,
): Promise<void> {
  const moved = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    UPDATE badge_condition c SET person_id = ${right}, told_at = CASE WHEN c.ended_at IS NULL
      AND c.acknowledged_at IS NULL THEN NULL ELSE c.told_at END
    WHERE c.person_id = ${stretch.person} AND ${begunIn(stretch)} RETURNING c.id`);
  await blankConditions(tx, moved, corrected);
}

/**
 * Removes what the right wearer of a badge had not agreed to when it was collected, all of it as a withdrawal does: it was
 * collected by the consent of another person (PIPL article 47).
 */
export async function eraseNotAgreed(tx: Transaction, stretch: Stretch): Promise<void> {
  const of = (agreed: Prisma.Sql) => ({
    worn: before(stretch, agreed),
    conditions: Prisma.sql`(c.person_id = ${stretch.person} AND ${begunIn(stretch)}
      AND c.begun_at < coalesce(${agreed}, 'infinity'))`,
    why: corrected,
  });
  await eraseHandOvers(tx, of(namedSince(Prisma.sql`${stretch.person}`)));
  await erasePositions(tx, of(trackedSince(stretch)));
}
