import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandView } from '../../platform/commands/schema.ts';
import { startActuator } from '../../testing/actuator.ts';
import type { TestDevice } from '../../testing/devices.ts';
import { cards, type GateWorld, openGates } from '../../testing/gates.ts';
import { until } from '../../testing/site.ts';
import { makeUser } from '../../testing/users.ts';
import type { QualificationView } from '../qualifications/schema.ts';
import { operatedBy } from './operated.ts';
import type { GatePoint } from './schema.ts';

let world: GateWorld;
let welder: { id: string; device: TestDevice };
let fitter: string;
beforeAll(async () => {
  world = await openGates();
  await makeUser(world.database, 'office', ['qualification:read@all', 'qualification:manage@all']);
  welder = await world.welder();
  const row = await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
    tx.person.findFirstOrThrow({ where: { employeeNo: 'E007' } }),
  );
  fitter = row.id;
});
afterAll(() => world?.stop());

const send: GateWorld['api']['send'] = (...given) => world.api.send(...given);
const start = (card: string = cards.fitter) =>
  world.ask(welder.device, { machine: 'welder-1', card });
const open = async () =>
  (await world.sessions('welder-1')).filter(({ until: end }) => end === null);
const begins = (count = 1) =>
  until(async () => (await open()).length === count, 'a session is open');
const ends = () => until(async () => (await open()).length === 0, 'no session is open');
async function certificate(): Promise<QualificationView> {
  const { body } = await send<{ items: QualificationView[] }>(
    'office',
    'GET',
    `/persons/${fitter}/qualifications`,
  );
  return body.items.find(
    ({ type, category }) => type === 'special-work' && category === 'welding',
  )!;
}
async function step(name: 'suspend' | 'resume') {
  const { id, version } = await certificate();
  const body = { version, reason: 'as reported' };
  const { status } = await send('office', 'POST', `/qualifications/${id}/${name}`, body);
  expect(status).toBeLessThan(300);
}

describe('a session at a machine', () => {
  it('begins once the machine runs after an allowed start, ends with it, and is the history of operation', async () => {
    await world.says('welder-1', 'running');
    // It runs without a start that was asked for: nobody operates it.
    await start(cards.leader);
    await world.says('welder-1', 'stopped');
    expect(await world.sessions('welder-1')).toEqual([]);
    await start();
    await world.says('welder-1', 'running');
    await begins();
    const { body } = await send<{ items: GatePoint[] }>('safety', 'GET', '/gates/points');
    const point = body.items.find(({ id }) => id === welder.id);
    expect(point?.operator).toMatchObject({ employeeNo: 'E007' });
    await world.says('welder-1', 'idle');
    await world.says('welder-1', 'running');
    await world.says('welder-1', 'stopped');
    await ends();
    const [session, ...others] = await world.sessions('welder-1');
    expect(others).toEqual([]);
    expect(session).toMatchObject({ personId: fitter, lostAt: null });
    // The next start asks again: one that nobody asked for opens none.
    await world.says('welder-1', 'running');
    await world.says('welder-1', 'stopped');
    expect(await world.sessions('welder-1')).toHaveLength(1);
    const operated = await world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      operatedBy(tx, [fitter], new Date(), 'Asia/Shanghai'),
    );
    expect(operated).toEqual([
      { person: fitter, machine: 'welder-1', hours: expect.any(Number), on: expect.any(String) },
    ]);
    expect(operated[0]!.hours).toBeGreaterThan(0);
    expect(operated[0]!.hours).toBeLessThan(0.1);
  });

  it('is not cut off where the right ends while it runs: those in charge and the person are told', async () => {
    await start();
    await world.says('welder-1', 'running');
    await begins();
    await step('suspend');
    const lost = await until(
      async () => (await open()).find(({ lostAt }) => lostAt !== null),
      'the right is lost',
    );
    expect(lost.commandId).toBeNull();
    for (const user of ['safety', 'maintainer']) {
      await until(async () => {
        const { body } = await send<{ items: { kind: string }[] }>(user, 'GET', '/notices');
        return body.items.some(({ kind }) => kind === 'gate.right-ended');
      }, `${user} is notified`);
    }
    // It runs on, and no new start is allowed.
    expect((await start()).body).toMatchObject({
      decision: 'deny',
      reasons: [{ code: 'not-qualified' }],
    });
    expect(await open()).toHaveLength(1);
    await world.says('welder-1', 'stopped');
    await ends();
    await step('resume');
  });

  it('asks the control of the machine for a controlled stop where the machine is set so', async () => {
    const control = await startActuator(world.site, 'welder-control', () => [
      { result: 'done', readBack: { stop: true } },
    ]);
    const made = await send('maintainer', 'POST', '/site-devices', {
      device: 'welder-control',
      kind: 'machine-control',
      name: { zh: '焊机控制器', en: 'Control of the welder' },
    });
    expect(made.status).toBe(201);
    const { body: before } = await send<GatePoint>('safety', 'GET', `/gates/points/${welder.id}`);
    const changed = await send('maintainer', 'PATCH', `/gates/points/${welder.id}`, {
      version: before.version,
      stopDevice: 'welder-control',
    });
    expect(changed.status).toBe(200);
    await start();
    await world.says('welder-1', 'running');
    await begins();
    await step('suspend');
    await control.hears(1);
    expect(control.heard[0]).toMatchObject({ action: 'controlled-stop', cause: 'rule' });
    const lost = (await open())[0]!;
    await until(async () => {
      const { body } = await send<CommandView>('operator', 'GET', `/commands/${lost.commandId}`);
      return body.state === 'done';
    }, 'the command is done');
    expect(control.carriedOut).toHaveLength(1);
    await world.says('welder-1', 'stopped');
    await ends();
    await step('resume');
    await control.stop();
  });
});
