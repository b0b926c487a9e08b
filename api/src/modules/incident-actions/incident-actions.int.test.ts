import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandView } from '../../platform/commands/schema.ts';
import { obedient, startActuator, type TestActuator } from '../../testing/actuator.ts';
import { type IncidentSite, openIncidentSite } from '../../testing/incidents.ts';
import { until } from '../../testing/site.ts';
import type { ActionList } from './schema.ts';

let world: IncidentSite;
let control: TestActuator;
let beacon: TestActuator;
let incident: string;
let controlId: string;
type Refused = { code: string };

beforeAll(async () => {
  world = await openIncidentSite();
  control = await startActuator(world.site, 'press-control', ({ action, parameters }) => [
    { result: 'accepted' },
    {
      result: 'done',
      readBack: action === 'derate' ? { limit: parameters.percent ?? 0 } : { stop: true },
    },
  ]);
  beacon = await startActuator(world.site, 'press-beacon', obedient);
  const made = await world.api.send<{ id: string }>('maintainer', 'POST', '/site-devices', {
    device: 'press-control',
    kind: 'machine-control',
    name: { zh: '压机控制器', en: 'Control of the press' },
    areaId: 'press-line',
  });
  expect(made.status).toBe(201);
  controlId = made.body.id;
  const { data } = await world.see(world.west, world.hour(), 'one');
  incident = (await world.incidentOf(data.violation)).id;
  // The areas of the demonstration are of another site than its test.
  await change("UPDATE area SET site = 'plant-1' WHERE id IN ('press-line', 'robot-cell')", []);
  await change("UPDATE incident SET areas = '{press-line}' WHERE id = $1", [incident]);
});
afterAll(async () => {
  await control?.stop();
  await beacon?.stop();
  await world?.stop();
});

const list = async (user = 'operator') =>
  (await world.api.send<ActionList>(user, 'GET', `/incidents/${incident}/actions`)).body;
let keys = 0;
const act = (body: object, user = 'operator') =>
  world.api.send<CommandView & Refused>(user, 'POST', `/incidents/${incident}/actions`, {
    key: `a key of a test ${keys++}`,
    device: controlId,
    reason: 'a hand is in the press',
    ...body,
  });
const stateOf = (id: string, state: string) =>
  until(async () => {
    const found = (await list()).commands.find((one) => one.id === id);
    return found?.state === state ? found : null;
  }, `the command is ${state}`);

async function change(statement: string, values: unknown[]): Promise<void> {
  const owner = new pg.Client({ connectionString: world.superUrl });
  await owner.connect();
  await owner.query(statement, values);
  await owner.end();
}
/** As if the minute that a request waits were over. */
const endTimeOf = (id: string) =>
  change(
    "UPDATE command SET valid_until = now() - interval '1 minute', given_at = now() - interval '2 minutes' WHERE id = $1",
    [id],
  );

describe('acting on an incident', () => {
  it('asks a machine to stop once, however often and by whom it is pressed', async () => {
    const stop = { action: 'controlled-stop', key: 'pressed twice' };
    const [first, second] = await Promise.all([act(stop), act(stop)]);
    expect([first.status, second.status].sort()).toEqual([200, 201]);
    expect(second.body.id).toBe(first.body.id);
    // The answer was lost; another tab, and another person: each with a key of its own.
    expect((await act(stop)).body.id).toBe(first.body.id);
    expect((await act({ action: 'controlled-stop' })).body.id).toBe(first.body.id);
    const other = await act({ action: 'controlled-stop' }, 'safety');
    expect([other.status, other.body.id]).toEqual([200, first.body.id]);
    await stateOf(first.body.id, 'done');
    expect((await act({ action: 'controlled-stop' })).body.id).toBe(first.body.id);
    expect(control.carriedOut).toEqual([first.body.id]);
    expect((await list()).commands.map(({ id }) => id)).toEqual([first.body.id]);
  });

  it('asks a machine to run slower, and gives light and sound in the area', async () => {
    const slower = await act({ action: 'derate', percent: 50 });
    expect(slower.status).toBe(201);
    await stateOf(slower.body.id, 'done');
    expect(control.heard.at(-1)).toMatchObject({ action: 'derate', parameters: { percent: 50 } });
    // Another speed is another request.
    const slowest = await act({ action: 'derate', percent: 20 });
    expect(slowest.body.id).not.toBe(slower.body.id);
    const { devices } = await list();
    const at = devices.find(({ device }) => device === 'press-beacon');
    expect(at).toMatchObject({ kind: 'beacon', actions: ['alarm'], isHere: true });
    // Others of the site come after those of the place.
    expect(devices.find(({ device }) => device === 'cell-beacon')).toMatchObject({ isHere: false });
    expect(devices.map(({ isHere }) => isHere)).toEqual([true, true, false, false, false]);
    const alarm = await act({ action: 'alarm', device: at?.id });
    expect(alarm.status).toBe(201);
    await stateOf(alarm.body.id, 'done');
    expect(beacon.heard[0]).toMatchObject({
      action: 'signal',
      parameters: { light: 'flash', sound: true, seconds: 30 },
      act: incident,
    });
  });

  it('says that the control refused, and that no answer came in time', async () => {
    control.answerWith(() => [{ result: 'refused', fault: 'busy' }]);
    const refused = await act({ action: 'derate', percent: 30 });
    expect(await stateOf(refused.body.id, 'refused')).toMatchObject({ fault: 'busy' });
    // Refused is no answer to rely on: the next press asks again.
    control.answerWith(() => null);
    const silent = await act({ action: 'derate', percent: 30 });
    expect(silent.body.id).not.toBe(refused.body.id);
    await control.hears(5);
    await endTimeOf(silent.body.id);
    await stateOf(silent.body.id, 'expired');
  });

  it('refuses what the device does not take, and those without the right; each request is audited', async () => {
    const { devices } = await list();
    const at = devices.find(({ device }) => device === 'press-beacon');
    const wrong = await act({ action: 'controlled-stop', device: at?.id });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'incident-action.not-here']);
    expect((await act({ action: 'derate' })).status).toBe(400);
    expect((await act({ action: 'controlled-stop', reason: '' })).status).toBe(400);
    expect((await act({ action: 'controlled-stop' }, 'manager')).status).toBe(403);
    const seen = await world.api.send<ActionList>(
      'worker.press',
      'GET',
      `/incidents/${incident}/actions`,
    );
    expect(seen.status).toBe(403);
    // Their right on devices is not one on incidents.
    const told = (await list()).commands.length;
    for (const method of ['GET', 'POST'] as const) {
      const path = `/incidents/${incident}/actions`;
      const asked = { key: 'from the workshop', device: controlId, action: 'controlled-stop' };
      const body = method === 'POST' ? { ...asked, reason: 'no right to see it' } : undefined;
      const answer = await world.api.send<Refused>('maintainer', method, path, body);
      expect([answer.status, answer.body.code]).toEqual([403, 'auth.forbidden']);
    }
    expect((await list()).commands).toHaveLength(told);
    const { body } = await world.api.send<{ items: { action: string; entityId: string }[] }>(
      'auditor',
      'GET',
      `/audit?entity=incident&action=act-on-incident`,
    );
    expect(body.items.length).toBeGreaterThanOrEqual(4);
  });
});
