import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import {
  CHAIN_MOST,
  type ChainSource,
  joinTexts,
  plainText,
  shifted,
} from '../../platform/incident-chain.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { rowsWhere, within } from './event-rows.ts';
import { placeJoins, placeReach } from './reach.ts';
import { codeTexts } from './words.ts';

/** Events of so long before and after the incident are near it, ms. */
const NEAR_MS = 5 * 60_000;

const common = { permission: 'fence:read', feature: 'fences', of: 'place' } as const;

export const chain: readonly ChainSource[] = [
  {
    ...common,
    kind: 'fence',
    name: { zh: '已启用的围栏', en: 'Fences in force' },
    part: 'before',
    async read(tx, { areas, startedAt }, account) {
      if (areas.length === 0) return [];
      const rows = await sqlIn(tx)<{
        id: string;
        name: Bilingual;
        kind: string;
        hasHours: boolean;
      }>(Prisma.sql`
        SELECT f.id, f.name, f.kind, f.hours IS NOT NULL AS "hasHours" FROM area_fence f ${placeJoins(Prisma.sql`f`)}
        WHERE f.area_id = ANY (${[...areas]}::text[]) AND f.active AND f.active_since <= ${startedAt}
          AND ${placeReach(account, 'fence:read')} ORDER BY f.id LIMIT ${CHAIN_MOST + 1}`);
      return rows.map(({ id, name, kind, hasHours }) => ({
        id,
        at: null,
        title: { zh: `围栏已启用：${name.zh}`, en: `Fence in force: ${name.en}` },
        detail: joinTexts([
          kind === 'entry'
            ? { zh: '限制进入', en: 'limits who may be in it' }
            : { zh: '不得离开', en: 'says who must not leave it' },
          hasHours ? { zh: '在其规定时段内', en: 'within its hours' } : null,
        ]),
        tone: 'ok',
      }));
    },
  },
  {
    ...common,
    kind: 'fence-event',
    name: { zh: '围栏告警', en: 'Events at fences' },
    part: 'during',
    async read(tx, { areas, startedAt, endedAt }, account) {
      if (areas.length === 0) return [];
      const rows = await rowsWhere(
        tx,
        account,
        Prisma.sql`e.area_id = ANY (${[...areas]}::text[]) AND e.state <> 'withdrawn'
          AND e.begun_at <= ${shifted(endedAt, NEAR_MS)}
          -- Without a known end an event lasted until it was closed; an open one has no end yet.
          AND coalesce(e.until_at, e.closed_at, 'infinity') >= ${shifted(startedAt, -NEAR_MS)}
          AND ${within(account, 'fence:read')}`,
        CHAIN_MOST + 1,
      );
      // Who was near is no answer to who it was: no names.
      return rows.map(({ id, kind, areaId, areaName, begunAt, untilAt, codes }) => {
        const { zh, en } = areaName ?? plainText(areaId);
        return {
          id,
          at: begunAt,
          until: untilAt,
          title:
            kind === 'entry'
              ? { zh: `围栏告警：无权进入${zh}`, en: `Fence: in ${en} without the right` }
              : { zh: `围栏告警：离开${zh}`, en: `Fence: left ${en}` },
          detail: joinTexts(codes.map((code) => codeTexts[code])),
          tone: 'warn',
          link: `/area-fences/${id}`,
        };
      });
    },
  },
];
