import type { Due, Owed } from '../../../api/src/platform/obligations/types.ts';
import type { openObligationWorld } from '../../../api/src/testing/obligation-world.ts';
import { PAPER } from '../../../api/src/testing/obligation-world.ts';
import { quantile } from '../result.ts';
import {
  changed,
  groupedBy,
  type ObligationEntry,
  type ObligationSet,
  type PeriodTruth,
} from './data.ts';

type World = ReturnType<typeof openObligationWorld>;

/** So many are entered in one unit of work. */
const TOGETHER = 200;

function dueOf(entry: ObligationEntry): Due {
  const done = entry.done ? { ...entry.done } : null;
  switch (entry.by) {
    case 'date':
      return { by: 'date', on: entry.on, basis: entry.basis, done } as Due;
    case 'meter': {
      const { every, leadReading, base, reading, readOn } = entry;
      return { by: 'meter', every, lead: leadReading, base, reading, readOn, done } as Due;
    }
    case 'condition':
      return {
        by: 'condition',
        since: entry.since,
        ...(entry.within ? { within: entry.within } : {}),
      };
    default:
      return {
        by: entry.by,
        from: entry.from,
        atFrom: entry.atFrom,
        every: entry.every,
        done,
      } as Due;
  }
}

const owedOf = (entry: ObligationEntry): Owed => ({
  source: entry.id,
  subject: entry.id,
  name: { zh: entry.id, en: entry.id },
  zone: entry.zone ?? null,
  lead: entry.lead ?? { n: 0, unit: 'days' },
  due: dueOf(entry),
});

export interface RunTimes {
  /** Seconds in which the obligations were entered. */
  entering: number;
  /** Seconds of the runs in which something opened, and how many opened. */
  opening: number;
  opened: number;
  worstRun: number;
  /** Median ms of the runs in which nothing was due. */
  idleMs: number;
}

/** Enters a set, and lets its events and runs happen in order. */
export async function playSet(
  world: World,
  { obligations: { obligations }, days }: ObligationSet,
): Promise<RunTimes> {
  const entries = new Map(obligations.map((one) => [one.id, one]));
  const times: RunTimes = { entering: 0, opening: 0, opened: 0, worstRun: 0, idleMs: 0 };
  const idle: number[] = [];
  const points = [
    ...[...groupedBy(obligations, ({ entered }) => entered ?? days.start)].map(([at, group]) => ({
      at,
      order: 0,
      act: () => enter(at, group),
    })),
    ...days.events.map((event) => ({
      at: event.at,
      order: 1,
      act: async () => {
        const entry = changed(entries.get(event.id) as ObligationEntry, event);
        entries.set(event.id, entry);
        const row = world.rows.get(event.id);
        if (event.closed) world.rows.set(event.id, { source: event.id, closed: event.closed });
        else if (event.closed === null || !(row && 'closed' in row)) {
          world.rows.set(event.id, owedOf(entry));
        }
        await world.refresh(event.at, event.id);
      },
    })),
    ...days.runs.map((at) => ({ at, order: 2, act: () => run(at) })),
  ].sort((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.order - b.order);

  async function enter(at: string, group: readonly ObligationEntry[]): Promise<void> {
    const began = performance.now();
    for (const entry of group) world.rows.set(entry.id, owedOf(entry));
    for (let n = 0; n < group.length; n += TOGETHER) {
      await world.refresh(at, ...group.slice(n, n + TOGETHER).map(({ id }) => id));
    }
    times.entering += (performance.now() - began) / 1_000;
  }
  async function run(at: string): Promise<void> {
    const began = performance.now();
    const { opened, told } = await world.look(at);
    const ms = performance.now() - began;
    if (opened + told === 0) idle.push(ms);
    else {
      times.opening += ms / 1_000;
      times.worstRun = Math.max(times.worstRun, ms / 1_000);
    }
    times.opened += opened;
  }
  for (const { act } of points) await act();
  return { ...times, idleMs: quantile(idle, 0.5) };
}

/** What the database holds, in the form of the truth, and how many notices of a step came twice. */
export async function readResult(
  world: World,
): Promise<{ periods: Map<string, PeriodTruth[]>; toldTwice: number }> {
  const periods = new Map<string, PeriodTruth[]>();
  for (let after = ''; ; ) {
    const rows = await world.run(({ tx }) =>
      tx.obligation.findMany({
        where: { kind: PAPER, source: { gt: after } },
        include: { cases: { orderBy: { period: 'asc' } } },
        orderBy: { source: 'asc' },
        take: 1_000,
      }),
    );
    for (const { source, cases } of rows) {
      periods.set(
        source,
        cases.map((one) => ({
          dueOn: one.dueOn?.toISOString().slice(0, 10) ?? null,
          openedAt: one.openedAt?.toISOString() ?? null,
          outcome: one.outcome as PeriodTruth['outcome'],
        })),
      );
    }
    const last = rows.at(-1);
    if (!last) break;
    after = last.source;
  }
  const [row] = await world.run(
    ({ tx }) => tx.$queryRaw<{ twice: number }[]>`
      SELECT coalesce(sum(n - 1), 0)::int AS twice FROM (
        SELECT sum(count) AS n FROM notice WHERE subject_entity = 'obligation'
        GROUP BY subject_id, title) t WHERE n > 1`,
  );
  return { periods, toldTwice: row?.twice ?? 0 };
}
