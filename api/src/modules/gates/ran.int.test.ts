import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { TestDevice } from '../../testing/devices.ts';
import { cards, type GateWorld, openGates } from '../../testing/gates.ts';
import { until } from '../../testing/site.ts';
import { operatedAt, operatedBy } from './operated.ts';
import { operationHistory } from './operation-history.ts';
import { holdSessions } from './sessions.ts';

const ZONE = 'Asia/Shanghai';
const HOUR_MS = 3_600_000;
const MACHINE = 'conveyor-1';
let world: GateWorld;
let device: TestDevice;
let people: { fitter: string; leader: string };
beforeAll(async () => {
  world = await openGates();
  ({ device } = await world.point({ machineId: MACHINE }));
  people = await inTenant(async (tx) => {
    const of = async (employeeNo: string) =>
      (await tx.person.findFirstOrThrow({ where: { employeeNo } })).id;
    return { fitter: await of('E007'), leader: await of('E012') };
  });
});
afterAll(() => world?.stop());

const inTenant = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
  world.database.transaction({ tenant: 'demo', user: null }, work);
const ago = (hours: number) => new Date(Date.now() - hours * HOUR_MS);
const start = async (card: string) =>
  expect((await world.ask(device, { machine: MACHINE, card })).body.decision).toBe('allow');
const open = async () => (await world.sessions(MACHINE)).filter((one) => one.until === null);
const opens = (person: string) =>
  until(
    async () => (await open()).some(({ personId }) => personId === person),
    'the session is open',
  );
const ends = () => until(async () => (await open()).length === 0, 'no session is open');
const hoursOf = async (person: string) => {
  const rows = await inTenant((tx) => operatedBy(tx, [person], new Date(), ZONE));
  return rows.find(({ machine }) => machine === MACHINE)?.hours ?? 0;
};
/** The machine was heard of last so long ago, as was the session; it began a minute before. */
const heardLast = (hours: number) =>
  inTenant(async (tx) => {
    const at = ago(hours);
    const from = new Date(at.getTime() - 60_000);
    await tx.machineState.updateMany({ where: { machine: MACHINE }, data: { at } });
    const times = { from, ranTo: at, heardAt: at, ranMs: 60_000 };
    await tx.gateSession.updateMany({ where: { machine: MACHINE, until: null }, data: times });
  });

describe('hours of operation', () => {
  it('are those that the machine reported: a silence before its stop counts for nothing', async () => {
    await start(cards.fitter);
    await world.says(MACHINE, 'running');
    await opens(people.fitter);
    await heardLast(5);
    await world.says(MACHINE, 'stopped');
    await ends();
    expect(await hoursOf(people.fitter)).toBeCloseTo(1 / 60, 3);
  });

  it('add the time between two reports that it runs, and no pause', async () => {
    const before = await hoursOf(people.fitter);
    await start(cards.fitter);
    await world.says(MACHINE, 'running');
    await opens(people.fitter);
    const heard = async (what: string) =>
      until(async () => (await open())[0]?.heardState === what, `${what} is counted`);
    await heardLast(0.75);
    await world.says(MACHINE, 'idle', ago(0.5));
    await heard('idle');
    await world.says(MACHINE, 'running', new Date());
    await heard('running');
    await world.says(MACHINE, 'stopped');
    await ends();
    // A minute before, and a quarter of an hour to the pause.
    expect((await hoursOf(people.fitter)) - before).toBeCloseTo(0.25 + 1 / 60, 2);
  });

  it('end as not heard of where the machine says after days that it stands', async () => {
    await start(cards.fitter);
    await world.says(MACHINE, 'running');
    await opens(people.fitter);
    // Not heard of by a pass meanwhile, as where the API was off: the report is the first one after it.
    const heardAt = ago(63);
    const { id } = (await open())[0]!;
    await inTenant(async (tx) => {
      await holdSessions(tx, 'demo');
      await tx.gateSession.updateMany({
        where: { id },
        data: { from: heardAt, ranTo: heardAt, heardAt, ranMs: 0 },
      });
      await world.says(MACHINE, 'stopped');
      const stands = { machine: MACHINE, state: 'stopped' };
      await until(
        async () => (await inTenant((other) => other.machineState.count({ where: stands }))) === 1,
        'the report is stored',
      );
    });
    await ends();
    const ended = (await world.sessions(MACHINE)).find((one) => one.id === id);
    expect(ended).toMatchObject({ endedBy: 'not-heard', until: heardAt });
  });

  it('are twelve at most of a session that was recorded without reports, as are its day and what happened meanwhile', async () => {
    const from = ago(20 * 24);
    const at = new Date(from.getTime() + 63 * HOUR_MS);
    await inTenant(async (tx) => {
      const ids = { tenantId: 'demo', id: newId(), decisionId: newId(), pointId: newId() };
      const row = { ...ids, machine: 'lathe-1', personId: people.leader, checkAt: at };
      await tx.gateSession.create({ data: { ...row, from, until: at } });
    });
    const [history] = await inTenant((tx) =>
      operationHistory(tx, people.leader, new Date(), ZONE),
    ).then((rows) => rows.filter(({ machine }) => machine.id === 'lathe-1'));
    const last = new Date(from.getTime() + 12 * HOUR_MS);
    const day = new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE }).format(last);
    expect(history).toMatchObject({ hours: 12, on: day });
    const operated = (hours: number) =>
      inTenant((tx) => operatedAt(tx, people.leader, new Date(from.getTime() + hours * HOUR_MS)));
    expect(await operated(11)).toEqual(['lathe-1']);
    expect(await operated(13)).toEqual([]);
  });
});

describe('a card that was lent on', () => {
  it('ends the session of the wearer before, where the next one starts the machine with it', async () => {
    await start(cards.fitter);
    await world.says(MACHINE, 'running');
    await opens(people.fitter);
    await world.says(MACHINE, 'idle');
    await inTenant(async (tx) => {
      const now = new Date();
      const where = { badge: cards.fitter, until: null };
      const { id: _id, ...row } = await tx.badge.findFirstOrThrow({ where });
      await tx.badge.updateMany({ where, data: { until: now } });
      await tx.badge.create({ data: { ...row, id: newId(), personId: people.leader, since: now } });
    });
    await start(cards.fitter);
    await world.says(MACHINE, 'running');
    await opens(people.leader);
    const running = await open();
    expect(running.map(({ personId }) => personId)).toEqual([people.leader]);
    await world.says(MACHINE, 'stopped');
    await ends();
  });
});
