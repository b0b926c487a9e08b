import { Prisma } from '../../generated/prisma/client.ts';
import type { TimelineSource } from '../../platform/facts.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import { hazardFlow } from './flow.ts';
import { identifiableRows, visibleRows } from './visibility.ts';

interface Shown {
  no: string;
  title: string;
  state: string;
  area: Bilingual | null;
}

const states = new Map(hazardFlow.states.map(({ id, name }) => [id, name]));

const data = Prisma.sql`jsonb_build_object('no', h.no, 'title', h.title, 'state', h.state, 'area', a.name)`;
/** The accounts of these people. */
const accountsOf = (people: readonly string[]) =>
  Prisma.sql`(SELECT u.id FROM app_user u WHERE u.person_id = ANY (${[...people]}::text[]))`;
/** The hazards that are their own in some way. */
const ofParties = (people: readonly string[]) => Prisma.sql`
  hazard h LEFT JOIN area a ON a.id = h.area_id
  WHERE h.id IN (SELECT p.hazard_id FROM hazard_party p WHERE p.user_id IN ${accountsOf(people)})`;

const show: TimelineSource['show'] = async (_, rows) =>
  rows.map((row) => {
    const { no, title, state, area } = row.data as Shown;
    const name = states.get(state) ?? { zh: state, en: state };
    const [zh, en] = [area ? `${area.zh} · ` : '', area ? `${area.en} · ` : ''];
    return {
      title: { zh: `${no} ${title}`, en: `${no} ${title}` },
      detail: { zh: zh + name.zh, en: en + name.en },
      tone: 'neutral',
    };
  });

/**
 * Hazards that the person reported, for those who may know reporters alone; and those that the person had to rectify.
 * What one reported oneself is never among the latter: it would tell the reporter.
 */
export const timeline: readonly TimelineSource[] = [
  {
    kind: 'hazard',
    name: { zh: '上报的隐患', en: 'Hazards reported' },
    permission: 'hazard:identify',
    feature: 'hazards',
    internal: true,
    rows: (people, { account, isOwn }) => Prisma.sql`
      SELECT h.id, h.reported_at AS at, FALSE AS day, ${data} AS data FROM ${ofParties(people)}
        AND h.reporter_id IN ${accountsOf(people)} AND ${isOwn ? Prisma.sql`TRUE` : identifiableRows(account)}`,
    show,
  },
  {
    kind: 'rectification',
    name: { zh: '负责整改的隐患', en: 'Hazards to rectify' },
    permission: 'hazard:read',
    feature: 'hazards',
    internal: true,
    rows: (people, { account, isOwn }) => Prisma.sql`
      SELECT h.id, coalesce(h.assigned_at, h.reported_at) AS at, FALSE AS day, ${data} AS data FROM ${ofParties(people)}
        AND h.reporter_id NOT IN ${accountsOf(people)} AND ${isOwn ? Prisma.sql`TRUE` : visibleRows(account)}`,
    show,
  },
];
