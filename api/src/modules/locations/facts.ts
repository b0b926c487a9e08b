import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { ModuleFacts, PersonPair, Removed } from '../../platform/facts.ts';
import { reachSql } from '../../platform/kit/reach.ts';
import { BADGE_TRACKING, inForceSince, NAMING } from '../consent/gate.ts';
import { chain } from './chain.ts';
import { type Collected, eraseHandOvers, erasePositions } from './erase.ts';

/** All of a person: what they wore, and the conditions in their name. */
const allOf = (person: string): Collected => ({
  worn: Prisma.sql`SELECT o.badge, o.since, o.until FROM badge o WHERE o.person_id = ${person}`,
  conditions: Prisma.sql`c.person_id = ${person}`,
  why: {
    zh: '其同意已撤回，内容已删除。',
    en: 'The consent was taken back; what it said was removed.',
  },
});

/** Which rows of the history are of the person: those of a badge while they wore it. */
async function wornBy(tx: Transaction, person: string) {
  const badges = await tx.badge.findMany({ where: { personId: person } });
  // Without a badge, none: an empty OR matches nothing.
  return {
    OR: badges.map(({ badge, since, until }) => ({
      providerId: badge,
      generatedAt: { gte: since, ...(until ? { lt: until } : {}) },
    })),
  };
}

const MOST_EXPORTED = 100_000;

/** Badges of one person are within so many metres of each other at one time. */
const APART_METRES = 30;

/** Whether two people were heard in two places within seconds of each other. */
async function wereApart(tx: Transaction, { from, into }: PersonPair): Promise<boolean> {
  const fixesOf = (person: string) => Prisma.sql`
    SELECT l.generated_at AS at, l.floor_plan, l.x, l.y, coalesce(l.radius, 0) AS radius FROM badge b
    JOIN location_history l ON l.provider_id = b.badge AND l.generated_at >= b.since
      AND (b.until IS NULL OR l.generated_at < b.until)
    WHERE b.person_id = ${person} AND l.floor_plan IS NOT NULL AND l.flags = '{}'`;
  const [row] = await sqlIn(tx)<{ apart: boolean }>(Prisma.sql`
    SELECT EXISTS (SELECT 1 FROM (${fixesOf(from)}) a JOIN (${fixesOf(into)}) b
      ON b.at BETWEEN a.at - interval '5 seconds' AND a.at + interval '5 seconds'
      AND (a.floor_plan <> b.floor_plan
        OR sqrt((a.x - b.x) ^ 2 + (a.y - b.y) ^ 2) > ${APART_METRES} + a.radius + b.radius)) AS apart`);
  return row?.apart ?? false;
}

export const facts: ModuleFacts = {
  chain,
  merge: {
    async conflicts(tx, pair) {
      if (!(await wereApart(tx, pair))) return [];
      return [
        {
          code: 'two-places',
          blocks: true,
          text: {
            zh: '两份档案的工牌在同一时刻位于不同地点：不是同一个人，或工牌登记有误，请先更正工牌',
            en: 'Their badges were in two places at one time: they are not one person, or a badge was entered wrongly; correct the badge first',
          },
        },
      ];
    },
  },
  about: {
    async person(tx, id, account) {
      if (account.person !== id && !account.permissions.has('location:read')) return {};
      const within =
        account.person === id
          ? Prisma.sql`TRUE`
          : reachSql(account, 'location:read', {
              site: Prisma.sql`d.site`,
              department: Prisma.sql`p.department_id`,
            });
      const [found] = await sqlIn(tx)<{ at: Date; source: string | null }>(Prisma.sql`
        SELECT l.generated_at AS at, l.location ->> 'source' AS source
        FROM badge b JOIN location_latest l ON l.provider_id = b.badge AND l.generated_at >= b.since
        JOIN person p ON p.id = b.person_id JOIN department d ON d.id = p.department_id
        WHERE b.person_id = ${id} AND b.until IS NULL AND ${within}
          AND ${inForceSince(Prisma.sql`b.person_id`, BADGE_TRACKING)} IS NOT NULL
        ORDER BY l.generated_at DESC LIMIT 1`);
      return found ? { lastPosition: { ...found, at: found.at.toISOString() } } : {};
    },
  },
  ownData: {
    show: async (tx, { person }) => ({
      counts: { positions: await tx.locationHistory.count({ where: await wornBy(tx, person) }) },
    }),
    async export(tx, { person }) {
      const rows = await tx.locationHistory.findMany({
        where: await wornBy(tx, person),
        orderBy: { generatedAt: 'desc' },
        take: MOST_EXPORTED,
        select: { generatedAt: true, location: true },
      });
      return {
        positions: rows.map(({ generatedAt, location }) => ({
          at: generatedAt.toISOString(),
          location,
        })),
      };
    },
  },
  async erase({ tx }, { id }) {
    return [{ policy: 'location-history', count: await erasePositions(tx, allOf(id)) }];
  },
  consentEnded: async ({ tx }, person, purpose) => {
    if (purpose === BADGE_TRACKING) return erasePositions(tx, allOf(person));
    return NAMING.includes(purpose) ? eraseHandOvers(tx, allOf(person)) : 0;
  },
  purgers: [
    {
      policy: 'location-history',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM location_history WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM location_history WHERE generated_at < ${cutoff} LIMIT ${most}))
        RETURNING concat_ws(' ', provider_type, provider_id, source,
          to_char(generated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) AS id,
          generated_at AS at`,
    },
    {
      policy: 'location-history',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM location_latest WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM location_latest WHERE generated_at < ${cutoff} LIMIT ${most}))
        RETURNING concat_ws(' ', 'latest', provider_type, provider_id) AS id, generated_at AS at`,
    },
    {
      policy: 'location-history',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM location_tag WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM location_tag WHERE heard_at < ${cutoff} LIMIT ${most}))
        RETURNING concat_ws(' ', 'tag', badge) AS id, heard_at AS at`,
    },
    {
      policy: 'location-history',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM badge_condition WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM badge_condition WHERE begun_at < ${cutoff}
            AND NOT (kind = 'hand-over' AND ended_at IS NULL) LIMIT ${most}))
        RETURNING concat_ws(' ', 'condition', id) AS id, begun_at AS at`,
    },
    {
      policy: 'location-history',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM badge_suspect WHERE ctid = ANY (ARRAY(
          SELECT s.ctid FROM badge_suspect s LEFT JOIN badge b ON b.id = s.badge_id
          WHERE s.since < ${cutoff} AND (s.ended_at IS NOT NULL OR b.id IS NULL OR b.until IS NOT NULL) LIMIT ${most}))
        RETURNING concat_ws(' ', 'suspect', badge_id) AS id, since AS at`,
    },
  ],
};
