import { Prisma } from '../../generated/prisma/client.ts';
import type { TimelineSource } from '../../platform/facts.ts';
import type { QualificationType } from './state.ts';
import { readCategories, typeNames } from './words.ts';

interface Step {
  type: QualificationType;
  category: string;
  what: 'began' | 'ended' | 'revoked' | 'suspended';
}

const steps = {
  began: { zh: '生效', en: 'valid from this day' },
  ended: { zh: '到期', en: 'ended' },
  revoked: { zh: '吊销', en: 'revoked' },
  suspended: { zh: '暂停', en: 'suspended' },
} as const;
const tones = { began: 'ok', ended: 'warn', revoked: 'danger', suspended: 'warn' } as const;

/** What counted in the register of qualifications, and when it ended. Results of medical checks are not in it. */
export const timeline: readonly TimelineSource[] = [
  {
    kind: 'qualification',
    name: { zh: '资质', en: 'Qualifications' },
    permission: 'qualification:read',
    feature: 'qualifications',
    outside: Prisma.sql`r.data->>'type' <> 'fitness'`,
    rows: (people) => Prisma.sql`
      SELECT q.id || '.' || s.what AS id, s.at, s.day,
        jsonb_build_object('type', q.type, 'category', q.category, 'what', s.what) AS data
      FROM qualification q CROSS JOIN LATERAL (
        SELECT 'began' AS what, q.valid_from::timestamptz AS at, TRUE AS day
        UNION ALL SELECT 'ended', q.valid_until::timestamptz, TRUE
          WHERE q.valid_until < current_date AND q.revoked_at IS NULL
        UNION ALL SELECT 'revoked', q.revoked_at, FALSE WHERE q.revoked_at IS NOT NULL
        UNION ALL SELECT 'suspended', p.from_at, FALSE FROM qualification_suspension p
          WHERE p.tenant_id = q.tenant_id AND p.qualification_id = q.id) s
      WHERE q.person_id = ANY (${[...people]}::text[]) AND q.status = 'counted'`,
    async show(tx, rows) {
      const categories = await readCategories(tx);
      return rows.map(({ data }) => {
        const { type, category, what } = data as Step;
        const [name, of, step] = [categories.name(type, category), typeNames[type], steps[what]];
        return {
          title: {
            zh: `${of.zh}：${name.zh}`,
            en: `${of.en.charAt(0).toUpperCase()}${of.en.slice(1)}: ${name.en}`,
          },
          detail: step,
          tone: tones[what],
        };
      });
    },
  },
];
