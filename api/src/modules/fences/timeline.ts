import { Prisma } from '../../generated/prisma/client.ts';
import type { TimelineSource } from '../../platform/facts.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { BADGE_TRACKING } from '../consent/gate.ts';

interface Happened {
  kind: 'entry' | 'stay';
  area: Bilingual | null;
  areaId: string;
}

/** What happened at electronic fences. A name that was taken out is of no file. */
export const timeline: readonly TimelineSource[] = [
  {
    kind: 'fence',
    name: { zh: '电子围栏', en: 'Electronic fences' },
    permission: 'fence:read',
    feature: 'fences',
    internal: true,
    consent: BADGE_TRACKING,
    rows: (people) => Prisma.sql`
      SELECT f.id, f.begun_at AS at, FALSE AS day,
        jsonb_build_object('kind', f.kind, 'area', a.name, 'areaId', f.area_id) AS data
      FROM fence_event f LEFT JOIN area a ON a.id = f.area_id
      WHERE f.person_id = ANY (${[...people]}::text[]) AND f.state <> 'withdrawn'`,
    show: async (_, rows) =>
      rows.map(({ data }) => {
        const { kind, area, areaId } = data as Happened;
        const { zh, en } = area ?? { zh: areaId, en: areaId };
        return {
          title:
            kind === 'entry'
              ? { zh: `进入 ${zh}，无权进入`, en: `Was in ${en} without the right` }
              : { zh: `离开指定区域 ${zh}`, en: `Left the assigned area ${en}` },
          detail: null,
          tone: 'warn',
        };
      }),
  },
];
