import { Prisma } from '../../generated/prisma/client.ts';
import type { TimelineSource } from '../../platform/facts.ts';
import type { Bilingual } from '../../platform/manifest.ts';

interface Clocked {
  direction: 'in' | 'out' | null;
  source: 'app' | 'position' | 'import' | 'correction';
}

const directions = {
  in: { zh: '上班打卡', en: 'Clocked in' },
  out: { zh: '下班打卡', en: 'Clocked out' },
} as const;
const punched: Bilingual = { zh: '打卡', en: 'Clock event' };
const sources = {
  app: { zh: '手机', en: 'by the app' },
  position: { zh: '定位', en: 'by position' },
  import: { zh: '导入', en: 'from a list' },
  correction: { zh: '补卡', en: 'added by a correction' },
} as const;

/** When the person clocked in and out. */
export const timeline: readonly TimelineSource[] = [
  {
    kind: 'clock',
    name: { zh: '打卡', en: 'Clock events' },
    permission: 'attendance:read',
    feature: 'attendance',
    rows: (people) => Prisma.sql`
      SELECT c.id, c.at, FALSE AS day, jsonb_build_object('direction', c.direction, 'source', c.source) AS data
      FROM clock_event c WHERE c.person_id = ANY (${[...people]}::text[])`,
    show: async (_, rows) =>
      rows.map(({ data }) => {
        const { direction, source } = data as Clocked;
        const title = direction === null ? punched : directions[direction];
        return { title, detail: sources[source], tone: 'neutral' };
      }),
  },
];
