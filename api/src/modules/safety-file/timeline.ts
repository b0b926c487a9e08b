import { Prisma } from '../../generated/prisma/client.ts';
import type { TimelineSource } from '../../platform/facts.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { inForce } from './rows.ts';

interface Entry {
  kind: Bilingual;
  place: Bilingual;
  severity: string;
  counts: boolean;
  violation: string;
}

/** Violations that a reviewer confirmed of the person. */
export const timeline: readonly TimelineSource[] = [
  {
    kind: 'violation',
    name: { zh: '违章', en: 'Violations' },
    permission: 'violation:read',
    feature: 'monitoring',
    outside: Prisma.sql`(r.data->>'counts')::boolean`,
    rows: (people) => Prisma.sql`
      SELECT e.id, e.started_at AS at, FALSE AS day, jsonb_build_object('kind', e.kind_name,
        'place', coalesce(e.area_name, e.camera_name), 'severity', e.severity, 'violation', e.violation_id, 'counts', ${inForce}) AS data
      FROM safety_entry e WHERE e.person_id = ANY (${[...people]}::text[])`,
    show: async (_, rows) =>
      rows.map(({ data }) => {
        const { kind, place, severity, counts, violation } = data as Entry;
        return {
          record: violation,
          title: kind,
          detail: counts
            ? place
            : { zh: `${place.zh}，已不计入档案`, en: `${place.en}; it does not count any more` },
          tone: counts ? (severity === 'critical' ? 'danger' : 'warn') : 'neutral',
        };
      }),
  },
];
