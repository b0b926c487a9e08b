import { Prisma } from '../../generated/prisma/client.ts';
import type { TimelineSource } from '../../platform/facts.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { BADGE_TRACKING, inForceSince } from '../consent/gate.ts';
import { GAP_MS } from './stays.ts';

/** Who was in an area for less only passed through it, ms. */
const SHORTEST_MS = 60_000;

interface Stayed {
  area: string;
  name: Bilingual | null;
  minutes: number;
}

const ms = (length: number) => Prisma.sql`make_interval(secs => ${length / 1000})`;

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
    rows: (people) => Prisma.sql`
      WITH worn AS MATERIALIZED (
        SELECT b.badge, b.since, b.until FROM badge b WHERE b.person_id = ANY (${[...people]}::text[])
          AND ${inForceSince(Prisma.sql`b.person_id`, BADGE_TRACKING)} IS NOT NULL),
      fixes AS (
        SELECT h.generated_at AS at, h.source, h.area_id AS area, h.floor_plan AS plan FROM worn b
        JOIN location_history h ON h.provider_id = b.badge
          AND h.generated_at >= b.since AND (b.until IS NULL OR h.generated_at < b.until)
        WHERE h.floor_plan IS NOT NULL
          AND (h.x IS NOT NULL OR h.area_id IS NOT NULL) AND NOT h.flags && ARRAY['impossible', 'off-plan']),
      steps AS (
        SELECT f.*, lead(f.at) OVER w AS next,
          lag(f.at) OVER w >= f.at - ${ms(GAP_MS)} AND lag(f.plan) OVER w = f.plan
            AND lag(f.area) OVER w IS NOT DISTINCT FROM f.area AS same
        FROM fixes f WINDOW w AS (ORDER BY f.at, f.source)),
      numbered AS (
        SELECT s.*, count(*) FILTER (WHERE s.same IS NOT TRUE) OVER (ORDER BY s.at, s.source) AS no FROM steps s),
      stays AS (
        SELECT min(n.at) AS begun, n.area,
          max(CASE WHEN n.next <= n.at + ${ms(GAP_MS)} THEN n.next ELSE n.at END) AS ended
        FROM numbered n WHERE n.area IS NOT NULL GROUP BY n.no, n.area)
      SELECT to_char(s.begun AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISSMS') || '.' || s.area AS id, s.begun AS at,
        FALSE AS day, jsonb_build_object('area', s.area, 'name', a.name,
          'minutes', round(extract(epoch FROM s.ended - s.begun) / 60)) AS data
      FROM stays s LEFT JOIN area a ON a.id = s.area WHERE s.ended - s.begun >= ${ms(SHORTEST_MS)}`,
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
