import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Transaction } from '../../platform/db/database.ts';
import type { TestDevice } from '../../testing/devices.ts';
import { cards, type GateWorld, openGates } from '../../testing/gates.ts';
import { until } from '../../testing/site.ts';
import { operatedBy } from './operated.ts';

/** Runs that began and ended before anything read of them: what machines said comes later, by its own time. */
const MACHINE = 'conveyor-1';
const MINUTE_MS = 60_000;
let world: GateWorld;
let device: TestDevice;
beforeAll(async () => {
  world = await openGates();
  ({ device } = await world.point({ machineId: MACHINE }));
});
afterAll(() => world?.stop());

const inTenant = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
  world.database.transaction({ tenant: 'demo', user: null }, work);
const begin = Date.now();
const ago = (minutes: number) => new Date(begin - minutes * MINUTE_MS);
const says = (state: 'running' | 'idle' | 'stopped', minutes: number) =>
  world.says(MACHINE, state, ago(minutes));
const stretches = () =>
  inTenant((tx) =>
    tx.machineStretch.findMany({ where: { machine: MACHINE }, orderBy: { at: 'asc' } }),
  );
/** A start that was allowed so long ago, and is known now. */
async function startedBefore(minutes: number): Promise<string> {
  expect((await world.ask(device, { machine: MACHINE, card: cards.fitter })).body.decision).toBe(
    'allow',
  );
  return inTenant(async (tx) => {
    const last = await tx.gateDecision.findFirstOrThrow({
      where: { target: MACHINE },
      orderBy: { id: 'desc' },
    });
    const decidedAt = ago(minutes);
    const validUntil = new Date(decidedAt.getTime() + 10 * MINUTE_MS);
    const { id: _, ...row } = last;
    const id = ulid(decidedAt.getTime());
    await tx.gateDecision.create({
      data: {
        ...row,
        id,
        key: `late-${id}`,
        reasons: row.reasons as never,
        askedAt: decidedAt,
        decidedAt,
        validUntil,
      },
    });
    return id;
  });
}

it('reports that come late stand where they belong', async () => {
  await says('running', 300);
  await says('running', 280);
  await says('stopped', 270);
  await until(async () => (await stretches()).length === 2, 'both are kept');
  // Between two reports of a run there was a stop that nothing heard of.
  await says('stopped', 290);
  await until(async () => (await stretches()).length === 4, 'it is put in between');
  expect((await stretches()).map(({ state, at }) => [state, at])).toEqual([
    ['running', ago(300)],
    ['stopped', ago(290)],
    ['running', ago(280)],
    ['stopped', ago(270)],
  ]);
});

it('a run that began and ended unseen is a session of who started it, with the hours of the reports', async () => {
  const decision = await startedBefore(121);
  for (const [state, minutes] of [
    ['running', 120],
    ['running', 110],
    ['idle', 100],
    ['running', 95],
    ['stopped', 80],
    ['stopped', 1],
  ] as const) {
    await says(state, minutes);
  }
  const found = await until(
    async () => (await world.sessions(MACHINE)).find((one) => one.decisionId === decision),
    'its session is recorded',
  );
  expect(found).toMatchObject({ from: ago(120), until: ago(80), ranMs: 35 * MINUTE_MS });
  const all = await inTenant((tx) => operatedBy(tx, [found.personId], new Date(), 'Asia/Shanghai'));
  expect(all.find(({ machine }) => machine === MACHINE)?.hours).toBeCloseTo(35 / 60, 3);
  // Once: later passes find it recorded.
  await says('stopped', 0);
  await until(async () => (await stretches()).at(-1)?.heardTo.getTime() === begin, 'it is heard');
  const own = (await world.sessions(MACHINE)).filter((one) => one.decisionId === decision);
  expect(own.length).toBe(1);
});
