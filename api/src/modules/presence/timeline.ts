import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { TimelineSource, TimelineSpan } from '../../platform/facts.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { BADGE_TRACKING, inForceSince } from '../consent/gate.ts';
import { GAP_MS } from './stays.ts';

/** Who was in an area for less only passed through it, ms. */
const SHORTEST_MS = 60_000;

const HOUR_MS = 3_600_000;
/** First window that is read, and the factor by which it grows until it holds enough stays. */
const FIRST_HOURS = 24;
const WIDER = 4;
/** Some ten years. */
const MOST_HOURS = 100_000;

interface Stayed {
  area: string;
  name: Bilingual | null;
  minutes: number;
}

const ms = (length: number) => Prisma.sql`make_interval(secs => ${length / 1000})`;

/** The badges that the people wear or wore, while they agree to it. */
const wornBy = (people: readonly string[]) => Prisma.sql`
  SELECT b.badge, b.since, b.until FROM badge b WHERE b.person_id = ANY (${[...people]}::text[])
    AND ${inForceSince(Prisma.sql`b.person_id`, BADGE_TRACKING)} IS NOT NULL`;

/** The positions of these badges that say where a person was, from one instant to another. */
const fixesOf = (people: readonly string[], { from, to }: TimelineSpan) => Prisma.sql`
  worn AS MATERIALIZED (${wornBy(people)}),
  fixes AS (
    SELECT h.generated_at AS at, h.source, h.area_id AS area, h.floor_plan AS plan FROM worn b
    JOIN location_history h ON h.provider_id = b.badge
      AND h.generated_at >= b.since AND (b.until IS NULL OR h.generated_at < b.until)
    WHERE h.floor_plan IS NOT NULL
      ${from ? Prisma.sql`AND h.generated_at >= ${from}` : Prisma.empty}
      ${to ? Prisma.sql`AND h.generated_at <= ${to}` : Prisma.empty}
      AND (h.x IS NOT NULL OR h.area_id IS NOT NULL) AND NOT h.flags && ARRAY['impossible', 'off-plan']),
  steps AS (
    SELECT f.*, lead(f.at) OVER w AS next,
      lag(f.at) OVER w >= f.at - ${ms(GAP_MS)} AND lag(f.plan) OVER w = f.plan
        AND lag(f.area) OVER w IS NOT DISTINCT FROM f.area AS same
    FROM fixes f WINDOW w AS (ORDER BY f.at, f.source))`;

/** Stays that begin in a span. Positions of a little before show whether the first one began earlier. */
const staysIn = (people: readonly string[], { from, to }: TimelineSpan) => Prisma.sql`
  ${fixesOf(people, { from: from && new Date(from.getTime() - GAP_MS), to })},
  numbered AS (
    SELECT s.*, count(*) FILTER (WHERE s.same IS NOT TRUE) OVER (ORDER BY s.at, s.source) AS no FROM steps s),
  stays AS (
    SELECT * FROM (
      SELECT min(n.at) AS begun, n.area,
        max(CASE WHEN n.next <= n.at + ${ms(GAP_MS)} THEN n.next ELSE n.at END) AS ended
      FROM numbered n WHERE n.area IS NOT NULL GROUP BY n.no, n.area) g
    WHERE g.ended - g.begun >= ${ms(SHORTEST_MS)}
      ${from ? Prisma.sql`AND g.begun >= ${from}` : Prisma.empty})`;

/**
 * The first position after an instant that begins another stay or follows a gap: what goes on at the instant has ended by then.
 *
 * @returns null where there is none, so that all later positions belong to it.
 */
async function endAfter(
  tx: Transaction,
  people: readonly string[],
  instant: Date,
): Promise<Date | null> {
  for (let hours = FIRST_HOURS; hours < MOST_HOURS; hours *= WIDER) {
    const from = new Date(instant.getTime() - GAP_MS);
    const to = new Date(instant.getTime() + hours * HOUR_MS);
    const [row] = await sqlIn(tx)<{ end: Date | null }>(Prisma.sql`
      WITH ${fixesOf(people, { from, to })}
      SELECT min(s.at) AS end FROM steps s WHERE s.at > ${instant} AND s.same IS NOT TRUE`);
    if (row?.end) return row.end;
    if (to.getTime() > Date.now()) return null;
  }
  return null;
}

/** The part of a span with its last stays, by growing parts: days of a year are not read for a page of it. */
async function narrow(
  tx: Transaction,
  people: readonly string[],
  span: TimelineSpan,
  count: number,
): Promise<TimelineSpan> {
  const [first] = await sqlIn(tx)<{ at: Date | null; last: Date | null }>(Prisma.sql`
    WITH worn AS MATERIALIZED (${wornBy(people)})
    SELECT min(e.at) AS at, max(e.last) AS last FROM worn b CROSS JOIN LATERAL (
      SELECT min(h.generated_at) AS at, max(h.generated_at) AS last FROM location_history h
      WHERE h.provider_id = b.badge AND h.generated_at >= b.since AND (b.until IS NULL OR h.generated_at < b.until)) e`);
  if (!first?.at || !first.last) return span;
  const to = span.to && (await endAfter(tx, people, span.to));
  const last = span.to && span.to < first.last ? span.to : first.last;
  for (let hours = FIRST_HOURS; hours < MOST_HOURS; hours *= WIDER) {
    const from = new Date(last.getTime() - hours * HOUR_MS);
    if (from <= (span.from ?? first.at)) break;
    const [row] = await sqlIn(tx)<{ stays: number }>(Prisma.sql`
      WITH ${staysIn(people, { from, to })} SELECT count(*)::int AS stays FROM stays s WHERE s.begun <= ${last}`);
    if ((row?.stays ?? 0) >= count) return { from, to };
  }
  return { from: span.from, to };
}

/**
 * Stays in areas, by the positions that are kept. They are in no table of their own: they end with the positions,
 * by the term of these or with the consent. The rule is that of `staysOf`.
 */
export const timeline: readonly TimelineSource[] = [
  {
    kind: 'stay',
    name: { zh: '区域停留', en: 'Stays in areas' },
    permission: 'location:read',
    feature: 'positioning',
    internal: true,
    consent: BADGE_TRACKING,
    narrow,
    rows: (people, _, span) => Prisma.sql`
      WITH ${staysIn(people, span)}
      SELECT to_char(s.begun AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISSMS') || '.' || s.area AS id, s.begun AS at,
        FALSE AS day, jsonb_build_object('area', s.area, 'name', a.name,
          'minutes', round(extract(epoch FROM s.ended - s.begun) / 60)) AS data
      FROM stays s LEFT JOIN area a ON a.id = s.area`,
    show: async (_, rows) =>
      rows.map(({ data }) => {
        const { area, name, minutes } = data as Stayed;
        const { zh, en } = name ?? { zh: area, en: area };
        return {
          title: { zh: `在${zh}`, en: `In ${en}` },
          detail: { zh: `${minutes} 分钟`, en: `${minutes} min` },
          tone: 'neutral',
        };
      }),
  },
];
