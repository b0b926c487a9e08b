import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { FileSection } from '../../platform/file-sections.ts';
import { operationHistory, readsWhatHappened } from './operation-history.ts';

const words = {
  zh: {
    allow: '允许',
    hold: '暂缓',
    deny: '拒绝',
    operated: '设备操作次数',
    hours: (hours: string, sessions: number, on: string) =>
      `${hours} 小时，${sessions} 次，最近 ${on}`,
    during: (violations: number, incidents: number) =>
      `；期间：违章 ${violations} 起，该设备事件 ${incidents} 起`,
  },
  en: {
    allow: 'Allowed',
    hold: 'Held',
    deny: 'Refused',
    operated: 'Machines operated',
    hours: (hours: string, sessions: number, on: string) =>
      `${hours} h in ${sessions} sessions, last on ${on}`,
    during: (violations: number, incidents: number) =>
      `; meanwhile: violations ${violations}, incidents at the machine ${incidents}`,
  },
} as const;

/** How often machines and doors answered the person in the period, and how often the person operated machines. */
export const fileSections: readonly FileSection[] = [
  {
    id: 'gates',
    name: { zh: '开机与门禁', en: 'Starts and doors' },
    permission: 'gate:read',
    feature: 'gates',
    order: 70,
    recipients: ['person', 'internal'],
    async read(tx, { ids, language, period: { from, until } }) {
      const people = [...ids];
      const answers = await sqlIn(tx)<{ decision: string; n: number }>(Prisma.sql`
        SELECT d.decision, count(*)::int AS n FROM gate_decision d
        WHERE d.person_id = ANY (${people}::text[])
          AND d.decided_at >= ${from} AND d.decided_at < ${until}
        GROUP BY d.decision`);
      const operated = await tx.gateSession.count({
        where: { personId: { in: people }, from: { gte: from, lt: until } },
      });
      const t = words[language];
      const of = (decision: string) =>
        String(answers.find((one) => one.decision === decision)?.n ?? 0);
      return {
        blocks: [
          {
            type: 'facts',
            rows: [
              [t.allow, of('allow')],
              [t.hold, of('hold')],
              [t.deny, of('deny')],
              [t.operated, String(operated)],
            ],
          },
        ],
      };
    },
  },
  {
    id: 'operation-history',
    name: { zh: '操作履历', en: 'History of operation' },
    permission: 'gate:read',
    feature: 'gates',
    order: 72,
    recipients: ['person', 'internal'],
    async read(tx, { person, user, language, at, timeZone }) {
      const t = words[language];
      const { account } = user;
      const { departmentId, department } = await tx.person.findFirstOrThrow({
        where: { id: person },
        select: { departmentId: true, department: { select: { site: true } } },
      });
      const belonging = { person, department: departmentId, site: department.site };
      const isShown = readsWhatHappened(account, belonging);
      const rows = (await operationHistory(tx, person, at, timeZone)).map(
        ({ machine, hours, sessions, on, violations, incidents }) =>
          [
            machine.name[language],
            t.hours(hours.toFixed(1), sessions, on) +
              (isShown ? t.during(violations, incidents) : ''),
          ] as const,
      );
      return { blocks: rows.length === 0 ? [] : [{ type: 'facts', rows }] };
    },
  },
];
