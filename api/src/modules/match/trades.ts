import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { isOneOfSql, type Query, queryOf } from '../../platform/db/readings.ts';
import { type Operated, operatedAt } from '../gates/operated.ts';
import { isRecorded } from '../gates/recorded.ts';
import type { MatchPerson } from './input.ts';

/** Trades of special work, as the days of work in them are recorded. */
export interface Trades {
  /** What machines ask for by requirements of their own, by the id of the machine. */
  ofMachine: ReadonlyMap<string, readonly string[]>;
  /** Those whose work is recorded whole: who has no session in one did not work in it. */
  whole: ReadonlySet<string>;
}

/**
 * The trades that machines require. The work in a trade is recorded completely only if each machine that requires it has a start
 * point, and no area, post or job requires it elsewhere: there people work in it without a session.
 */
export const tradesQuery: Query<AskedTrade> = queryOf(Prisma.sql`
    WITH asked AS (
      SELECT q.target, q.target_id AS id, c->>'category' AS trade
      FROM match_requirement q, jsonb_array_elements(q.certificates) c WHERE c->>'kind' = 'special-work')
    SELECT a.id AS machine, a.trade, NOT EXISTS (
        SELECT 1 FROM asked x LEFT JOIN equipment e ON x.target = 'machine' AND e.id = x.id
        WHERE x.trade = a.trade AND (x.target = 'area' OR e.id IS NOT NULL AND NOT ${isRecorded(Prisma.sql`x.id`)}))
      AND NOT EXISTS (
        SELECT 1 FROM post p WHERE a.trade = ANY (p.special_work)
          AND (p.active OR EXISTS (SELECT 1 FROM post_holding h WHERE h.post_id = p.id AND h.until_at IS NULL))
          AND (p.areas <> '{}' OR p.machines = '{}'
            OR EXISTS (SELECT 1 FROM unnest(p.machines) n WHERE NOT ${isRecorded(Prisma.sql`n`)})))
      AND NOT EXISTS (
        SELECT 1 FROM work_job j WHERE j.work = a.trade AND j.status <> 'cancelled'
          AND (j.machine_id IS NULL OR NOT ${isRecorded(Prisma.sql`j.machine_id`)})) AS whole
    FROM asked a JOIN equipment e ON e.id = a.id WHERE a.target = 'machine' ORDER BY 1, 2`);

interface AskedTrade {
  machine: string;
  trade: string;
  whole: boolean;
}

/** The trades of the rows of {@link tradesQuery}. */
export function tradesOf(rows: readonly AskedTrade[]): Trades {
  const ofMachine = new Map<string, string[]>();
  for (const { machine, trade } of rows) {
    ofMachine.set(machine, [...(ofMachine.get(machine) ?? []), trade]);
  }
  const whole = new Set(rows.flatMap((row) => (row.whole ? [row.trade] : [])));
  return { ofMachine, whole };
}

/** A job that a person finished: its own trade, and the machine that it was at. */
export interface FinishedJob {
  person: string;
  work: string | null;
  machine: string | null;
  /** The day, by the calendar of the plant. */
  on: string;
}

/**
 * The jobs that people did to an instant: those that were finished after they took part. A job that was closed late counts
 * to its planned end.
 *
 * @param timeZone of the plant.
 */
export const jobsDoneBy = (
  people: readonly string[],
  at: Date,
  timeZone: string,
): Query<FinishedJob> =>
  queryOf(Prisma.sql`
    SELECT w.person_id AS person, j.work, j.machine_id AS machine,
      to_char(max(least(w.ended_at, j.ended_at, w.until_at)) AT TIME ZONE ${timeZone}, 'YYYY-MM-DD') AS on
    FROM work_assignment w JOIN work_job j ON j.tenant_id = w.tenant_id AND j.id = w.job_id
    WHERE ${isOneOfSql(Prisma.sql`w.person_id`, people)} AND j.status = 'done' AND j.ended_at <= ${at}
      AND coalesce(w.ended_at, j.ended_at) > j.begun_at
    GROUP BY 1, 2, 3`);

/** The last day of work in each trade, by sessions and jobs at machines that ask for it, and by jobs of the trade. Pure. */
export function workedIn(
  { ofMachine }: Trades,
  operated: readonly Operated[],
  jobs: readonly FinishedJob[],
): MatchPerson['worked'] {
  const last = new Map<string, string>();
  const days = [...operated.map((one) => ({ ...one, work: null })), ...jobs];
  for (const { machine, work, on } of days) {
    const asked = machine === null ? [] : (ofMachine.get(machine) ?? []);
    for (const trade of work === null ? asked : [work, ...asked]) {
      if (on > (last.get(trade) ?? '')) last.set(trade, on);
    }
  }
  return [...last].sort().map(([category, on]) => ({ category, on }));
}

/** Where and of whom an act was, to find in which trade. */
export interface ActPlace {
  /** The machine that was operated, where that is known. */
  machine: string | null;
  area: string | null;
  person: string | null;
  at: Date;
}

/** The trades that requirements of machines and areas ask for. */
const tradesAskedBy = async (
  tx: Transaction,
  { machines, areas }: { machines: readonly string[]; areas: readonly string[] },
): Promise<string[]> => {
  const rows = await sqlIn(tx)<{ trade: string }>(Prisma.sql`
    SELECT DISTINCT c->>'category' AS trade
    FROM match_requirement q, jsonb_array_elements(q.certificates) c
    WHERE c->>'kind' = 'special-work' AND (
      q.target = 'machine' AND q.target_id = ANY (${[...machines]}::text[])
      OR q.target = 'area' AND q.target_id = ANY (${[...areas]}::text[]))`);
  return rows.map(({ trade }) => trade);
};

/**
 * The trade of special work in which an act was: what the machine asks for that was operated; else of the work that the
 * person did there, by sign-ons and assignments; else what the area and its machines ask for. The first of these that says
 * something decides, and where it names several trades none is derived.
 */
export async function tradeAt(tx: Transaction, act: ActPlace): Promise<string | null> {
  const { machine, area, person, at } = act;
  const ways = [
    async () => (machine === null ? [] : tradesAskedBy(tx, { machines: [machine], areas: [] })),
    async () => (person === null ? [] : tradesOfWork(tx, { person, area, at })),
    async () => {
      if (area === null) return [];
      const there = await tx.equipment.findMany({ where: { areaId: area }, select: { id: true } });
      return tradesAskedBy(tx, { machines: there.map(({ id }) => id), areas: [area] });
    },
  ];
  for (const way of ways) {
    const trades = await way();
    if (trades.length > 0) return trades.length === 1 ? (trades[0] as string) : null;
  }
  return null;
}

/** The trades of what a person worked at an instant, in an area where one is given. */
async function tradesOfWork(
  tx: Transaction,
  { person, area, at }: { person: string; area: string | null; at: Date },
): Promise<string[]> {
  const machines = await operatedAt(tx, person, at);
  const signedOn = await tx.equipment.findMany({
    where: { id: { in: machines } },
    select: { id: true, areaId: true },
  });
  const jobs = await sqlIn(tx)<{
    machine: string | null;
    area: string | null;
    work: string | null;
  }>(Prisma.sql`
    SELECT j.machine_id AS machine, j.area_id AS area, j.work FROM work_assignment w
    JOIN work_job j ON j.tenant_id = w.tenant_id AND j.id = w.job_id
    WHERE w.person_id = ${person} AND w.from_at <= ${at} AND w.until_at >= ${at}
      AND (w.ended_at IS NULL OR w.ended_at >= ${at}) AND j.status <> 'cancelled'`);
  const there = [
    ...signedOn.map(({ id, areaId }) => ({ machine: id, area: areaId, work: null })),
    ...jobs,
  ].filter((one) => area === null || one.area === null || one.area === area);
  const asked = await tradesAskedBy(tx, {
    machines: there.flatMap((one) => one.machine ?? []),
    areas: [],
  });
  return [...new Set([...there.flatMap(({ work }) => work ?? []), ...asked])];
}
