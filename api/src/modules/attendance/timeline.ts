import { Prisma } from '../../generated/prisma/client.ts';
import type { TimelineSource } from '../../platform/facts.ts';

interface Day {
  minutes: number;
  open: boolean;
  missing: boolean;
  sources: ('app' | 'position' | 'import' | 'correction')[];
}

const names = {
  app: { zh: '手机', en: 'app' },
  position: { zh: '定位', en: 'position' },
  import: { zh: '导入', en: 'list' },
  correction: { zh: '补卡', en: 'correction' },
} as const;

const inWords = ({ minutes, open, missing, sources }: Day) => {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const of = sources.map((source) => names[source]);
  const zh = [
    ...(minutes > 0 ? [`${hours} 小时 ${rest} 分`] : []),
    ...(open ? ['仍在场'] : missing ? ['缺卡'] : []),
    of.map((one) => one.zh).join('、'),
  ];
  const en = [
    ...(minutes > 0 ? [`${hours} h ${rest} min`] : []),
    ...(open ? ['still there'] : missing ? ['a clock event is missing'] : []),
    of.map((one) => one.en).join(', '),
  ];
  return { zh: zh.join(' · '), en: en.join(' · ') };
};

/** The days on which the person was on site, by the clock events. */
export const timeline: readonly TimelineSource[] = [
  {
    kind: 'attendance',
    name: { zh: '考勤', en: 'Attendance' },
    permission: 'attendance:read',
    feature: 'attendance',
    internal: true,
    rows: (people) => Prisma.sql`
      SELECT d.person_id || '.' || d.day AS id, coalesce(d.first_in, d.last_out, d.day::timestamptz) AS at,
        d.first_in IS NULL AND d.last_out IS NULL AS day,
        jsonb_build_object('minutes', d.present_minutes, 'open', d.open_since IS NOT NULL,
          'missing', d.missing_in + d.missing_out > 0, 'sources', d.sources) AS data
      FROM attendance_day d WHERE d.person_id = ANY (${[...people]}::text[])`,
    show: async (_, rows) =>
      rows.map(({ data }) => {
        const day = data as Day;
        return {
          title: { zh: '在场', en: 'On site' },
          detail: inWords(day),
          tone: day.missing && !day.open ? 'warn' : 'neutral',
        };
      }),
  },
];
