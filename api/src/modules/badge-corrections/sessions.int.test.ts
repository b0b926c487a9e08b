import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { TestDevice } from '../../testing/devices.ts';
import { cards, type GateWorld, openGates } from '../../testing/gates.ts';
import { until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import { operatedBy } from '../gates/operated.ts';
import type { Correction, Preview } from './schema.ts';

let world: GateWorld;
let welder: TestDevice;
/** Who the card is bound to, and who wore it. */
let people: { wrong: string; right: string };
let binding: string;
beforeAll(async () => {
  world = await openGates();
  await makeUser(world.database, 'corrector', ['badge:correct@all']);
  ({ device: welder } = await world.welder());
  people = await inTenant(async (tx) => {
    const of = async (employeeNo: string) =>
      (await tx.person.findFirstOrThrow({ where: { employeeNo } })).id;
    return { wrong: await of('E007'), right: await of('E012') };
  });
  // Those of the demonstration.
  await inTenant((tx) => tx.gateSession.deleteMany({ where: { machine: 'welder-1' } }));
  const row = await inTenant((tx) =>
    tx.badge.findFirstOrThrow({ where: { badge: cards.fitter, until: null } }),
  );
  binding = row.id;
});
afterAll(() => world?.stop());

const inTenant = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
  world.database.transaction({ tenant: 'demo', user: null }, work);
const send = <Body>(method: 'GET' | 'POST', path: string, body?: object) =>
  world.api.send<Body & { code?: string }>('corrector', method, path, body);
const asked = () => ({ binding, person: people.right, from: null, to: null });
const look = async () => (await send<Preview>('POST', '/badge-corrections/preview', asked())).body;
const correct = (digest: string) =>
  send<Correction>('POST', '/badge-corrections', { ...asked(), reason: 'Mixed up', digest });
/** Of whom hours at the welder count. */
const operators = async () => {
  const rows = await inTenant((tx) =>
    operatedBy(tx, Object.values(people), new Date(), 'Asia/Shanghai'),
  );
  return rows.filter(({ machine }) => machine === 'welder-1').map(({ person }) => person);
};
const open = async () =>
  (await world.sessions('welder-1')).filter(({ until: end }) => end === null).length;
async function runs(): Promise<void> {
  expect((await world.ask(welder, { machine: 'welder-1', card: cards.fitter })).body).toMatchObject(
    {
      decision: 'allow',
    },
  );
  await world.says('welder-1', 'running');
  await until(async () => (await open()) === 1, 'a session is open');
}
async function stops(): Promise<void> {
  await world.says('welder-1', 'stopped');
  await until(async () => (await open()) === 0, 'no session is open');
}

describe('sessions of operation by a card that was worn by another person', () => {
  it('move with the binding in one unit, as the preview shows, and move back', async () => {
    await runs();
    await stops();
    expect(await operators()).toEqual([people.wrong]);
    const at = new Date();
    await inTenant((tx) =>
      tx.clockEvent.createMany({
        data: [people.wrong, people.right].map((personId) => ({
          tenantId: 'demo',
          id: newId(),
          personId,
          site: 'plant-1',
          direction: 'in',
          source: 'position',
          at,
          badge: cards.fitter,
        })),
      }),
    );
    const early = await look();
    expect(early.sessions).toMatchObject([{ machine: 'welder-1', until: expect.any(String) }]);
    expect(early.later).toEqual({
      clockEvents: 1,
      fenceEvents: 0,
      fenceEventsBack: 0,
      vehicleEvents: 0,
      vehicleEventsBack: 0,
    });
    // One more began since: what is confirmed is what was seen.
    await runs();
    expect((await correct(early.digest)).body.code).toBe('badge-correction.stale');
    expect(await operators()).toEqual([people.wrong]);
    const seen = await look();
    expect(seen.sessions.map(({ until: end }) => end === null)).toEqual([false, true]);
    const done = await correct(seen.digest);
    expect(done.status, JSON.stringify(done.body)).toBe(201);
    expect(done.body.sessions).toEqual(seen.sessions);
    expect(await operators()).toEqual([people.right]);
    // It runs on: the sign-ons of the card before the correction do not end it.
    const [, running] = await world.sessions('welder-1');
    await until(async () => {
      const [, now] = await world.sessions('welder-1');
      return now!.checkAt.getTime() !== running!.checkAt.getTime() || now!.lostAt !== null;
    }, 'the right of the wearer was looked at');
    expect(await open()).toBe(1);
    await stops();

    const path = `/badge-corrections/${done.body.id}/undo`;
    const back = (await send<Preview>('GET', path)).body;
    expect(back.sessions.map(({ session }) => session)).toEqual(
      seen.sessions.map(({ session }) => session),
    );
    const undone = await send('POST', path, { reason: 'Right at first', digest: back.digest });
    expect(undone.status, JSON.stringify(undone.body)).toBe(200);
    expect(await operators()).toEqual([people.wrong]);
    expect(
      (await world.sessions('welder-1')).every(({ personId }) => personId === people.wrong),
    ).toBe(true);
  }, 60_000);
});
