import { Prisma } from '../../generated/prisma/client.ts';
import type { TimelineSource } from '../../platform/facts.ts';
import { wordsIn } from '../../platform/features/dictionaries.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { permitFlow } from './flow.ts';

interface Named {
  title: string;
  kind: string;
  state: string;
  areaId: string;
  area: Bilingual | null;
}

const states = new Map(permitFlow.states.map(({ id, name }) => [id, name]));
const plain = (text: string): Bilingual => ({ zh: text, en: text });

/** Approved permits that name the person: drafts and what was never approved are no work of the person. */
export const timeline: readonly TimelineSource[] = [
  {
    kind: 'permit',
    name: { zh: '作业票', en: 'Work permits' },
    permission: 'permit:read',
    feature: 'permits',
    rows: (people) => Prisma.sql`
      SELECT t.id, t.from_at AS at, FALSE AS day, jsonb_build_object('title', t.title, 'kind', t.kind,
        'state', CASE WHEN t.closed_at IS NULL AND t.to_at <= now() THEN 'expired' ELSE t.state END,
        'areaId', t.area_id, 'area', a.name) AS data
      FROM permit t LEFT JOIN area a ON a.id = t.area_id
      WHERE t.people && ${[...people]}::text[] AND t.approved_by IS NOT NULL`,
    async show(tx, rows) {
      const words = new Map(
        (await wordsIn(tx, 'special-work')).map(({ id, name }) => [id, name as Bilingual]),
      );
      return rows.map(({ data }) => {
        const { title, kind, state, areaId, area } = data as Named;
        const parts = [
          words.get(kind) ?? plain(kind),
          area ?? plain(areaId),
          states.get(state) ?? plain(state),
        ];
        return {
          title: { zh: `作业票：${title}`, en: `Permit: ${title}` },
          detail: {
            zh: parts.map(({ zh }) => zh).join(' · '),
            en: parts.map(({ en }) => en).join(' · '),
          },
          tone: state === 'suspended' ? 'warn' : 'neutral',
        };
      });
    },
  },
];
