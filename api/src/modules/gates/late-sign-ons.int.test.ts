import type { MachineState } from '@anshi/contracts';
import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Prisma } from '../../generated/prisma/client.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { cards, type GateWorld, openGates } from '../../testing/gates.ts';
import { lockWaits } from '../../testing/lock-waits.ts';
import { until } from '../../testing/site.ts';
import { keepStretch, saveState } from '../machines/repository.ts';
import { recordLateRuns } from './late-runs.ts';
import { holdSessions } from './sessions.ts';

/** Which sign-on a run belongs to that is read after its end. */
const MINUTE_MS = 60_000;
let world: GateWorld;
let allowed: Prisma.GateDecisionModel;
beforeAll(async () => {
  world = await openGates();
  const { device } = await world.point({ machineId: 'conveyor-1' });
  const { body } = await world.ask(device, { machine: 'conveyor-1', card: cards.fitter });
  expect(body.decision).toBe('allow');
  allowed = await inTenant((tx) =>
    tx.gateDecision.findFirstOrThrow({ where: { target: 'conveyor-1' }, orderBy: { id: 'desc' } }),
  );
});
afterAll(() => world?.stop());

const inTenant = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
  world.database.transaction({ tenant: 'demo', user: null }, work);
const begin = Date.now();
const ago = (minutes: number) => new Date(begin - minutes * MINUTE_MS);
/** What the next pass of the API finds at once. */
const found = (work: (tx: Transaction) => Promise<void>) =>
  inTenant(async (tx) => {
    await holdSessions(tx, 'demo');
    await work(tx);
  });

/** The fitter signed on so long ago. @returns the decision. */
async function signedOn(
  tx: Transaction,
  machine: string,
  minutes: number,
  more: Partial<Prisma.GateDecisionModel> = {},
): Promise<string> {
  const at = ago(minutes);
  const id = ulid(at.getTime());
  const times = { askedAt: at, decidedAt: at, validUntil: new Date(at.getTime() + 10 * MINUTE_MS) };
  const { reasons: _, ...row } = allowed;
  await tx.gateDecision.create({
    data: { ...row, ...times, ...more, reasons: [], id, key: `late-${id}`, target: machine },
  });
  return id;
}

async function said(
  tx: Transaction,
  machine: string,
  reports: readonly (readonly [MachineState['state'], number])[],
): Promise<void> {
  for (const [state, minutes] of reports) {
    const report = { machine, state, at: ago(minutes).toISOString() };
    await keepStretch(tx, 'demo', report);
    await saveState(tx, 'demo', report);
  }
}

/** The sessions of a machine, once a pass recorded any. */
const recorded = (machine: string) =>
  until(async () => {
    const sessions = await world.sessions(machine);
    return sessions.length > 0 ? sessions : null;
  }, `sessions at ${machine}`);

it('of two sign-ons before a run the newest has it, once', async () => {
  let newest = '';
  await found(async (tx) => {
    await signedOn(tx, 'hoist-1', 130);
    newest = await signedOn(tx, 'hoist-1', 126);
    await said(tx, 'hoist-1', [
      ['running', 125],
      ['stopped', 110],
    ]);
  });
  const sessions = await recorded('hoist-1');
  expect(sessions.map(({ decisionId, ranMs }) => [decisionId, ranMs])).toEqual([
    [newest, 15 * MINUTE_MS],
  ]);
});

it('a second sign-on within a run has no hours of its own', async () => {
  let first = '';
  await found(async (tx) => {
    first = await signedOn(tx, 'hoist-2', 130);
    await signedOn(tx, 'hoist-2', 120);
    await said(tx, 'hoist-2', [
      ['running', 125],
      ['running', 111],
      ['stopped', 110],
    ]);
  });
  const sessions = await recorded('hoist-2');
  expect(sessions.map(({ decisionId, from, ranMs }) => [decisionId, from, ranMs])).toEqual([
    [first, ago(125), 15 * MINUTE_MS],
  ]);
});

it('two processes that look at once record a run once', async () => {
  const units = createUnits({ database: world.database, onError: () => {} });
  const waits = () => inTenant((tx) => sqlIn(tx)(Prisma.raw(lockWaits('advisory'))));
  await units.run(systemCaller('demo'), async ({ tx }) => {
    await holdSessions(tx, 'demo');
    await inTenant(async (other) => {
      await signedOn(other, 'hoist-3', 130);
      await said(other, 'hoist-3', [
        ['running', 125],
        ['stopped', 110],
      ]);
    });
    const oldest = ulid(ago(600).getTime()).slice(0, 10);
    expect((await recordLateRuns({ tx }, { now: new Date(), oldest })).length).toBe(1);
    // A gateway delivers another start before this is committed, and the API looks.
    await inTenant(async (other) => {
      await signedOn(other, 'hoist-3', 126, { source: 'edge', deliveredAt: new Date() });
      await signedOn(other, 'hoist-4', 126);
      await said(other, 'hoist-4', [
        ['running', 125],
        ['stopped', 110],
      ]);
    });
    await until(
      async () => (await waits()).length > 0 || (await world.sessions('hoist-4')).length > 0,
      'the pass of the API waits, or is done',
    );
  });
  await recorded('hoist-4');
  expect((await world.sessions('hoist-3')).length).toBe(1);
});

it('a run after a start whose run is over is not taken for it', async () => {
  let start = '';
  await found(async (tx) => {
    start = await signedOn(tx, 'hoist-5', 30, { source: 'edge', deliveredAt: new Date() });
    await said(tx, 'hoist-5', [
      ['running', 28],
      ['stopped', 10],
      // Another person starts it, without a sign-on.
      ['running', 5],
    ]);
  });
  expect(await recorded('hoist-5')).toMatchObject([
    { decisionId: start, from: ago(28), until: ago(10), ranMs: 18 * MINUTE_MS },
  ]);
});

it('a machine that said nothing for hours between two reports that it runs has no hours in between', async () => {
  await found(async (tx) => {
    await signedOn(tx, 'hoist-6', 601);
    await said(tx, 'hoist-6', [
      ['running', 600],
      ['running', 180],
      ['stopped', 179],
    ]);
  });
  expect(await recorded('hoist-6')).toMatchObject([{ from: ago(600), ranMs: MINUTE_MS }]);
});
