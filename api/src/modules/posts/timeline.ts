import { Prisma } from '../../generated/prisma/client.ts';
import type { TimelineSource } from '../../platform/facts.ts';

/** When the person held which post. */
export const timeline: readonly TimelineSource[] = [
  {
    kind: 'post',
    name: { zh: '岗位', en: 'Posts' },
    permission: 'post:read',
    feature: 'people',
    rows: (people) => Prisma.sql`
      SELECT h.id || '.' || s.what AS id, s.at, FALSE AS day, jsonb_build_object('what', s.what, 'name', p.name) AS data
      FROM post_holding h JOIN post p ON p.tenant_id = h.tenant_id AND p.id = h.post_id
      CROSS JOIN LATERAL (
        SELECT 'began' AS what, h.since_at AS at WHERE h.since_at IS NOT NULL
        UNION ALL SELECT 'ended', h.until_at WHERE h.until_at <= now()) s
      WHERE h.person_id = ANY (${[...people]}::text[])`,
    show: async (_, rows) =>
      rows.map(({ data }) => {
        const { what, name } = data as { what: 'began' | 'ended'; name: string };
        return {
          title:
            what === 'began'
              ? { zh: `到岗：${name}`, en: `Began at the post ${name}` }
              : { zh: `离岗：${name}`, en: `Left the post ${name}` },
          detail: null,
          tone: 'neutral',
        };
      }),
  },
];
