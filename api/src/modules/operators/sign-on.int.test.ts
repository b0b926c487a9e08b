import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Transaction } from '../../platform/db/database.ts';
import type { TestDevice } from '../../testing/devices.ts';
import { cards, type GateWorld, openGates } from '../../testing/gates.ts';
import { until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import type { Correction, Preview } from '../badge-corrections/schema.ts';
import type { Incident } from '../incidents/schema.ts';
import type { EntryPage } from '../safety-file/schema.ts';
import type { Violation } from '../violations/schema.ts';

let world: GateWorld;
let device: TestDevice;
let fitter: string;
let leader: string;
const inTenant = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
  world.database.transaction({ tenant: 'demo', user: null }, work);
const send: GateWorld['api']['send'] = (...given) => world.api.send(...given);
const personOf = (employeeNo: string) =>
  inTenant(async (tx) => (await tx.person.findFirstOrThrow({ where: { employeeNo } })).id);

beforeAll(async () => {
  world = await openGates();
  ({ device } = await world.welder());
  await makeUser(world.database, 'judge', ['violation:read@all', 'violation:review@all']);
  await makeUser(world.database, 'corrector', ['badge:correct@all', 'violation:read@all']);
  await makeUser(world.database, 'rater', ['model:read@all']);
  [fitter, leader] = await Promise.all([personOf('E007'), personOf('E012')]);
  await inTenant((tx) =>
    tx.badge.updateMany({ data: { since: new Date(Date.now() - 86_400_000) } }),
  );
});
afterAll(() => world?.stop());

const recorded = async (): Promise<Violation[]> => {
  const path = '/violations?rule=unqualified-operator&limit=100';
  const { body } = await send<{ items: Violation[] }>('judge', 'GET', path);
  return body.items.filter(({ operator }) => operator?.machine === 'welder-1');
};
const sessionOpen = () =>
  until(
    async () => (await world.sessions('welder-1')).find((one) => one.until === null),
    'the session is open',
  );
const lost = () =>
  until(
    async () => (await world.sessions('welder-1')).find((one) => one.until === null && one.lostAt),
    'the right is lost',
  );
async function stops() {
  await world.says('welder-1', 'stopped');
  await until(
    async () => (await world.sessions('welder-1')).every((one) => one.until !== null),
    'no session is open',
  );
}
/** The certificate of the fitter counts no more, or again. */
const mark = (status: string) =>
  inTenant(async (tx) => {
    await tx.qualification.updateMany({
      where: { personId: fitter, category: 'welding' },
      data: { status },
    });
    await tx.gateSession.updateMany({ where: { until: null }, data: { checkAt: new Date() } });
  });

describe('a name by a sign-on', () => {
  it('is not given where a gateway told of the sign-on long after it', async () => {
    const before = (await recorded()).length;
    const at = new Date(Date.now() - 3_600_000).toISOString();
    await world.says('welder-1', 'running');
    const answer = await fetch(`${world.api.url}/api/v1/gates/edge-decisions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': ulid(),
        ...device.headers,
      },
      body: JSON.stringify({
        point: device.name,
        kind: 'start',
        target: 'welder-1',
        card: cards.fitter,
        at,
        decidedAt: at,
        decision: 'allow',
        sequence: 1,
        validUntil: new Date(Date.now() - 3_000_000).toISOString(),
      }),
    });
    expect(answer.status).toBe(200);
    expect((await sessionOpen()).personId).toBe(fitter);
    await mark('withdrawn');
    await lost();
    const found = await until(async () => {
      const all = await recorded();
      return all.length > before ? all : null;
    }, 'it is recorded');
    const latest = found.find(({ endedAt }) => endedAt === null);
    expect(latest).toMatchObject({
      identity: null,
      operator: { reason: 'right-ended', codes: [] },
    });
    await stops();
    await mark('counted');
  });

  it('goes from record and file where the binding of the card is corrected, and comes back where that is undone', async () => {
    expect(
      (await world.ask(device, { machine: 'welder-1', card: cards.fitter })).body.decision,
    ).toBe('allow');
    await world.says('welder-1', 'running');
    await sessionOpen();
    await mark('withdrawn');
    const found = await until(
      async () => (await recorded()).find(({ identity }) => identity !== null),
      'it is recorded',
    );
    expect(found.identity?.person).toMatchObject({ id: fitter, basis: 'session' });
    await stops();
    await mark('counted');
    const { id } = found;
    const act = await send<Incident>('judge', 'GET', `/incidents/${id}`);
    const verdict = { decision: 'confirm', version: act.body.version };
    expect((await send('judge', 'POST', `/incidents/${id}/verdict`, verdict)).status).toBe(200);
    const states = async (person: string) =>
      (await send<EntryPage>('judge', 'GET', `/persons/${person}/safety-file`)).body.items.map(
        ({ state }) => state,
      );
    expect(await states(fitter)).toEqual(['in-force']);
    // What no model found says nothing of models.
    const rated = await send<{ total: { recorded: number } }>('rater', 'GET', '/models/precision');
    expect([rated.status, rated.body.total.recorded]).toEqual([200, 0]);

    // The leader had worn that card all the time.
    const binding = await inTenant(
      async (tx) => (await tx.badge.findFirstOrThrow({ where: { badge: cards.fitter } })).id,
    );
    const asked = { binding, person: leader, from: null, to: null };
    const seen = await send<Preview>('corrector', 'POST', '/badge-corrections/preview', asked);
    expect(seen.body.items).toMatchObject([
      { violation: id, named: true, what: 'name-goes', why: 'sign-on' },
    ]);
    const { digest } = seen.body;
    const reason = 'Mixed up at the desk';
    const done = await send<Correction>('corrector', 'POST', '/badge-corrections', {
      ...asked,
      reason,
      digest,
    });
    expect(done.status).toBe(201);
    const nameOf = async () =>
      (await send<Violation>('judge', 'GET', `/violations/${id}`)).body.identity;
    // The leader is not accused by the rights of the fitter.
    expect(await nameOf()).toMatchObject({ state: 'unbadged', person: null, candidates: [] });
    expect([await states(fitter), await states(leader)]).toEqual([['moved'], []]);

    const path = `/badge-corrections/${done.body.id}/undo`;
    const back = await send<Preview>('corrector', 'GET', path);
    const undone = await send('corrector', 'POST', path, { reason, digest: back.body.digest });
    expect(undone.status).toBe(200);
    expect(await nameOf()).toMatchObject({
      state: 'confirmed',
      person: { id: fitter, basis: 'session' },
    });
    expect(await states(fitter)).toContain('in-force');
  });
});
