import { Prisma } from '../../generated/prisma/client.ts';
import type { TimelineSource } from '../../platform/facts.ts';
import { visitReach } from './reach.ts';
import type { VisitState } from './schema.ts';

interface Visited {
  asHost: boolean;
  purpose: string;
  state: VisitState;
  visitor: string;
  company: string | null;
  host: string;
}
interface Instructed {
  version: number;
  until: string;
}

const states: Record<VisitState, { zh: string; en: string }> = {
  announced: { zh: '已预约', en: 'announced' },
  arrived: { zh: '在场', en: 'on site' },
  left: { zh: '已离开', en: 'left' },
  cancelled: { zh: '已取消', en: 'cancelled' },
  'not-come': { zh: '未到访', en: 'did not come' },
};

/** Visits of the person, and of those whom the person received; and the safety inductions that the person signed. */
export const timeline: readonly TimelineSource[] = [
  {
    kind: 'visit',
    name: { zh: '来访与接待', en: 'Visits' },
    permission: 'visit:read',
    feature: 'visitors',
    internal: true,
    rows: (people, { account, isOwn }) => {
      const reach = isOwn ? Prisma.sql`TRUE` : visitReach(account);
      // One of the two at a time: each has an index.
      const of = (column: Prisma.Sql, also: Prisma.Sql, asHost: boolean) => Prisma.sql`
        SELECT v.id, coalesce(v.arrived_at, v.from_at) AS at, FALSE AS day, jsonb_build_object(
          'asHost', ${asHost}::boolean, 'purpose', v.purpose, 'state', v.state, 'visitor', p.name,
          'company', v.company, 'host', h.name) AS data
        FROM visit v JOIN person p ON p.id = v.person_id JOIN person h ON h.id = v.host_id
        JOIN department hd ON hd.id = h.department_id
        WHERE ${column} = ANY (${[...people]}::text[]) ${also} AND ${reach}`;
      const visitor = Prisma.sql`v.person_id`;
      const notBoth = Prisma.sql`AND NOT ${visitor} = ANY (${[...people]}::text[])`;
      return Prisma.sql`${of(visitor, Prisma.empty, false)} UNION ALL ${of(Prisma.sql`v.host_id`, notBoth, true)}`;
    },
    show: async (_, rows) =>
      rows.map(({ data }) => {
        const { asHost, purpose, state, visitor, company, host } = data as Visited;
        const { zh, en } = states[state];
        const guest = company === null ? visitor : `${visitor}（${company}）`;
        return {
          title: asHost
            ? { zh: `接待 ${guest}`, en: `Received ${guest}` }
            : { zh: `来访：${purpose}`, en: `Visit: ${purpose}` },
          detail: asHost
            ? { zh: `${purpose} · ${zh}`, en: `${purpose} · ${en}` }
            : { zh: `接待人 ${host} · ${zh}`, en: `host ${host} · ${en}` },
          tone: state === 'arrived' ? 'ok' : 'neutral',
        };
      }),
  },
  {
    kind: 'induction',
    name: { zh: '入厂安全告知', en: 'Safety inductions' },
    permission: 'visit:read',
    feature: 'visitors',
    rows: (people) => Prisma.sql`
      SELECT i.id, i.at, FALSE AS day,
        jsonb_build_object('version', i.version, 'until', i.valid_until) AS data
      FROM induction_done i WHERE i.person_id = ANY (${[...people]}::text[])`,
    show: async (_, rows) =>
      rows.map(({ data }) => {
        const { version, until } = data as Instructed;
        return {
          title: { zh: '已签署入厂安全告知', en: 'Signed the safety induction' },
          detail: {
            zh: `第 ${version} 版，有效至 ${until}`,
            en: `version ${version}, valid until ${until}`,
          },
          tone: 'ok',
        };
      }),
  },
];
