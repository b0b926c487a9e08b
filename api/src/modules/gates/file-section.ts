import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { FileSection } from '../../platform/file-sections.ts';
import { correctedAtSql, decisionsOf } from './corrected.ts';
import { operationHistory, readsWhatHappened } from './operation-history.ts';

const words = {
  zh: {
    allow: '允许',
    hold: '暂缓',
    deny: '拒绝',
    corrected: '其中凭登记在他人名下的卡',
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
    corrected: 'Of these, with a card entered for another person',
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
      // Those that name the person by a card of another one are not the person's.
      const answers = await sqlIn(tx)<{
        decision: string;
        n: number;
        corrected: number;
      }>(Prisma.sql`
        SELECT d.decision, count(*)::int AS n, count(*) FILTER (WHERE NOT d.named)::int AS corrected FROM (
          SELECT d.decision, d.person_id = ANY (${people}::text[]) AS named, ${correctedAtSql} AS corrected
          FROM ${decisionsOf(Prisma.sql`(${Prisma.join(people)})`)} d
          WHERE d.decided_at >= ${from} AND d.decided_at < ${until}) d
        WHERE NOT (d.named AND d.corrected IS NOT NULL)
        GROUP BY d.decision`);
      const operated = await tx.gateSession.count({
        where: { personId: { in: people }, from: { gte: from, lt: until } },
      });
      const t = words[language];
      const of = (decision: string) =>
        String(answers.find((one) => one.decision === decision)?.n ?? 0);
      const corrected = answers.reduce((sum, one) => sum + one.corrected, 0);
      return {
        blocks: [
          {
            type: 'facts',
            rows: [
              [t.allow, of('allow')],
              [t.hold, of('hold')],
              [t.deny, of('deny')],
              ...(corrected > 0 ? ([[t.corrected, String(corrected)]] as const) : []),
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
