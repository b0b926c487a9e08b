import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import { CHAIN_MOST, type ChainSource, joinTexts, shifted } from '../../platform/incident-chain.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { mayBeSeen, wornBadges } from './near.ts';

/** A badge that was heard so long before or after the incident was near it, ms. */
const NEAR_MS = 60_000;
/** Of a long incident only the first part is searched, ms: the fix nearest to its start is shown. */
const LASTING_MS = 10 * 60_000;

interface Heard {
  at: Date;
  area: string;
  name: Bilingual | null;
  radius: number | null;
  late: boolean;
  isNamed: boolean;
}

/**
 * Badges in the areas around the time of the incident: of each the fix that is nearest to its begin. Of people within reach who
 * agree to positioning, and without names: who was near is no answer to who it was.
 */
export const chain: readonly ChainSource[] = [
  {
    kind: 'badge',
    name: { zh: '附近的工牌', en: 'Badges near' },
    part: 'during',
    permission: 'location:read',
    feature: 'positioning',
    of: 'place',
    async read(tx, { areas, startedAt, endedAt, person }, account) {
      if (areas.length === 0) return [];
      const last = new Date(Math.min(endedAt.getTime(), startedAt.getTime() + LASTING_MS));
      const rows = await sqlIn(tx)<Heard>(Prisma.sql`
        SELECT n.at, n.area, r.name, n.radius, n.late, n.person = ANY (${[...(person?.ids ?? [])]}::text[]) AS "isNamed"
        FROM (
          SELECT DISTINCT ON (h.provider_id) h.generated_at AS at, h.area_id AS area, h.radius,
            'late' = ANY (h.flags) AS late, p.id AS person
          FROM location_history h
          ${wornBadges}
          WHERE h.generated_at BETWEEN ${shifted(startedAt, -NEAR_MS)} AND ${shifted(last, NEAR_MS)}
            AND h.area_id = ANY (${[...areas]}::text[]) AND ${mayBeSeen(account)}
          ORDER BY h.provider_id, abs(extract(epoch FROM h.generated_at - ${startedAt}))
        ) n LEFT JOIN area r ON r.id = n.area ORDER BY n.at, n.area LIMIT ${CHAIN_MOST + 1}`);
      return rows.map(({ at, area, name, radius, late, isNamed }, n) => {
        const seconds = Math.round((at.getTime() - startedAt.getTime()) / 1_000);
        const [zh, en] = [name?.zh ?? area, name?.en ?? area];
        return {
          id: String(n),
          at,
          title:
            isNamed && person
              ? { zh: `${person.name} 的工牌在${zh}`, en: `The badge of ${person.name} in ${en}` }
              : { zh: `有工牌在${zh}`, en: `A badge in ${en}` },
          detail: joinTexts([
            seconds < 0
              ? { zh: `事件开始前 ${-seconds} 秒`, en: `${-seconds} s before the begin` }
              : { zh: `事件开始后 ${seconds} 秒`, en: `${seconds} s after the begin` },
            radius === null
              ? { zh: '仅知区域', en: 'only the area is known' }
              : {
                  zh: `误差 ${radius.toFixed(1)} 米（95%）`,
                  en: `within ${radius.toFixed(1)} m (95 %)`,
                },
            late ? { zh: '迟到的定位', en: 'received late' } : null,
          ]),
        };
      });
    },
  },
];
