import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { machinesWithPoints, type Operated, operatedAt } from '../gates/operated.ts';
import type { MatchPerson } from './input.ts';

/** The trades of special work that machines ask for, by the id of the machine. */
export type Trades = ReadonlyMap<string, readonly string[]>;

/** The trades that machines ask for by requirements of their own. */
const tradesOfMachines = (tx: Transaction) =>
  sqlIn(tx)<{ machine: string; trade: string }>(Prisma.sql`
    SELECT q.target_id AS machine, c->>'category' AS trade
    FROM match_requirement q JOIN equipment e ON e.tenant_id = q.tenant_id AND e.id = q.target_id,
      jsonb_array_elements(q.certificates) c
    WHERE q.target = 'machine' AND c->>'kind' = 'special-work' ORDER BY 1, 2`);

/**
 * Trades whose work is recorded whole: each machine that asks for the trade has a start point. Of others no session shows
 * no absence, as the person may have worked at the machine without one.
 */
export async function recordedTrades(tx: Transaction): Promise<Trades> {
  const rows = await tradesOfMachines(tx);
  const recorded = rows.length > 0 ? await machinesWithPoints(tx) : new Set<string>();
  const unknown = new Set(
    rows.flatMap(({ machine, trade }) => (recorded.has(machine) ? [] : [trade])),
  );
  const found = new Map<string, string[]>();
  for (const { machine, trade } of rows) {
    if (!unknown.has(trade)) found.set(machine, [...(found.get(machine) ?? []), trade]);
  }
  return found;
}

/** The last day of work in each trade, by the sessions at machines that ask for it. Pure. */
export function workedIn(trades: Trades, operated: readonly Operated[]): MatchPerson['worked'] {
  const last = new Map<string, string>();
  for (const { machine, on } of operated) {
    for (const trade of trades.get(machine) ?? []) {
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
