import pg from 'pg';
import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeDevice, type TestDevice } from '../../testing/devices.ts';
import { cards, type GateWorld, openGates } from '../../testing/gates.ts';
import { until } from '../../testing/site.ts';

let world: GateWorld;
let welder: TestDevice;
let door: TestDevice;
beforeAll(async () => {
  world = await openGates();
  ({ device: welder } = await world.welder());
  ({ device: door } = await world.point({ areaId: 'robot-cell' }));
});
afterAll(() => world?.stop());

const start = { machine: 'welder-1', card: cards.fitter };
/** Nothing that a point may not do leaves a decision or a session. */
async function leavesNothing(act: () => Promise<{ status: number; body: { code?: string } }>) {
  const before = await world.decisions();
  const { status, body } = await act();
  expect(await world.decisions()).toEqual(before);
  expect(await world.sessions('welder-1')).toEqual([]);
  return [status, body.code];
}

describe('a point', () => {
  it('that asks for a machine or a door of another is refused, counted and told', async () => {
    const { device: other } = await world.point({ machineId: 'lathe-1' });
    expect(await leavesNothing(() => world.ask(other, start))).toEqual([403, 'device.other-name']);
    expect(await leavesNothing(() => world.ask(welder, { ...start, machine: 'lathe-1' }))).toEqual([
      403,
      'device.other-name',
    ]);
    expect(
      await leavesNothing(() => world.ask(welder, { area: 'robot-cell', card: cards.fitter })),
    ).toEqual([403, 'device.other-name']);
    // In the name of another point, too.
    expect(await leavesNothing(() => world.ask(door, { ...start, point: welder.name }))).toEqual([
      403,
      'device.other-name',
    ]);
    const { body } = await world.api.send<{ refused: { count: number } }>(
      'admin',
      'GET',
      `/devices/${other.id}`,
    );
    expect(body.refused).toMatchObject({ reason: 'other-name' });
    await until(async () => {
      const { body: page } = await world.api.send<{ items: { kind: string }[] }>(
        'maintainer',
        'GET',
        '/notices',
      );
      return page.items.some(({ kind }) => kind === 'gate.foreign');
    }, 'the maintainer is notified');
  });

  it('that sends a key again gets the same answer, and another body with it is refused', async () => {
    const key = ulid();
    const at = new Date().toISOString();
    const first = await world.ask(welder, { ...start, at }, { key });
    expect(first.body.decision).toBe('allow');
    const before = await world.decisions();
    expect((await world.ask(welder, { ...start, at }, { key })).body).toEqual(first.body);
    for (const changed of [
      { ...start, at, card: cards.leader },
      { ...start, at: new Date(Date.parse(at) + 1).toISOString() },
    ]) {
      const { status, body } = await world.ask(welder, changed, { key });
      expect([status, body.code]).toEqual([409, 'gate.key-taken']);
    }
    // The same request many times at once is one decision.
    const many = ulid();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => world.ask(welder, { ...start, at }, { key: many })),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect(await world.decisions()).toHaveLength(before.length + 1);
  });

  it('that replays an old request, or whose clock is ahead, is refused', async () => {
    const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
    for (const [seconds, code] of [
      [-180, 'gate.late'],
      [-86_400, 'gate.late'],
      [60, 'gate.clock'],
      [86_400 * 365, 'gate.clock'],
    ] as const) {
      expect(await leavesNothing(() => world.ask(welder, { ...start, at: at(seconds) }))).toEqual([
        422,
        code,
      ]);
    }
  });

  it('without a key, with a wrong body, or with card and code is refused with what is wrong', async () => {
    const headers = { 'idempotency-key': null };
    for (const act of [
      () => world.ask(welder, start, { headers }),
      () => world.ask(welder, start, { key: 'short' }),
      () => world.ask(welder, { ...start, card: '' }),
      () => world.ask(welder, { ...start, code: '12345678' }),
      () => world.ask(welder, { machine: 'welder-1' }),
      () => world.ask(welder, { ...start, at: 'yesterday' }),
    ]) {
      expect((await leavesNothing(act))[0]).toBe(400);
    }
  });

  it('whose credential is revoked is refused at once, and so is one of another kind or none', async () => {
    const { device } = await world.point({ machineId: 'press-2' });
    const ask = { machine: 'press-2', card: cards.fitter };
    expect((await world.ask(device, ask)).status).toBe(200);
    await world.api.send('admin', 'POST', `/devices/${device.id}/revocation`, { reason: 'stolen' });
    expect(await leavesNothing(() => world.ask(device, ask))).toEqual([401, 'device.refused']);
    const reader = await makeDevice(world.api, 'reader', welder.name);
    expect(await leavesNothing(() => world.ask(reader, start))).toEqual([403, 'device.wrong-kind']);
    const nobody = { ...welder, headers: {} } as unknown as TestDevice;
    expect((await leavesNothing(() => world.ask(nobody, start)))[0]).toBe(401);
  });

  it('that is out of use, or not registered, is answered nothing', async () => {
    const unknown = await makeDevice(world.api, 'gate', 'gate-unknown');
    expect(await leavesNothing(() => world.ask(unknown, start))).toEqual([
      409,
      'gate.point-unknown',
    ]);
    const { id, device } = await world.point({ machineId: 'robot-1' });
    await world.api.send('maintainer', 'PATCH', `/gates/points/${id}`, {
      version: 1,
      active: false,
    });
    const ask = { machine: 'robot-1', card: cards.fitter };
    expect(await leavesNothing(() => world.ask(device, ask))).toEqual([409, 'gate.out-of-use']);
  });

  it('of a second one at the same machine is not registered', async () => {
    const body = { device: 'second', name: { zh: '二', en: 'Two' }, machineId: 'welder-1' };
    const { status, body: problem } = await world.api.send(
      'maintainer',
      'POST',
      '/gates/points',
      body,
    );
    expect([status, problem.code]).toEqual([422, 'gate.point-fields']);
  });
});

describe('what another process changed', () => {
  const ofFitter = `person_id = (SELECT id FROM person WHERE employee_no = 'E007')`;
  const wears = (until: string) =>
    `UPDATE badge SET until = ${until} WHERE badge = '${cards.fitter}'`;
  const asks = (what: string) =>
    `UPDATE match_requirement SET ${what} WHERE target_id = 'welder-1'`;
  const welding = (until: string) =>
    `UPDATE qualification SET valid_until = ${until} WHERE category = 'welding' AND ${ofFitter}`;
  const medical = (result: string) =>
    `UPDATE qualification SET result = '${result}' WHERE type = 'fitness' AND ${ofFitter}`;
  const revoked = (at: string) =>
    `UPDATE device_credential SET revoked_at = ${at} WHERE name = $POINT AND kind = 'gate'`;
  const active = (is: string) => `UPDATE gate_point SET active = ${is} WHERE device = $POINT`;
  const amount = `'{"kind": "amount", "amount": 1, "unit": "years", "bound": "at-most"}'`;
  /** Each by SQL, of which no event and no notification tells this process. */
  const changes: [what: string, change: string, back: string, answer: unknown][] = [
    [
      'hours that a machine asks for',
      asks('least_hours = 9000'),
      asks('least_hours = NULL'),
      'hold',
    ],
    ['people that a machine asks for', asks(`kinds = '{trainee}'`), asks(`kinds = '{}'`), 'deny'],
    [
      'a rule of the company',
      `INSERT INTO rule_override (tenant_id, id, rule, value, from_on, reason, law_digest, set_by)
       VALUES ('demo', '${ulid()}', 'special-work-validity', ${amount}, current_date - 690, 'shorter here', '', '')`,
      'DELETE FROM rule_override',
      'deny',
    ],
    ['a certificate', welding('current_date - 2'), welding('current_date + 400'), 'deny'],
    ['a medical check', medical('unfit'), medical('fit'), 'deny'],
    ['a card', wears('now()'), wears('NULL'), 'deny'],
    [
      'a vehicle',
      `INSERT INTO vehicle (tenant_id, id, plate, plate_key, kind, department_id, areas, machine_id, status)
       VALUES ('demo', '${ulid()}', 'X-1', 'X1', 'forklift', 'assembly', '{}', 'welder-1', 'blocked')`,
      `DELETE FROM vehicle WHERE plate_key = 'X1'`,
      'deny',
    ],
    ['the point', active('false'), active('true'), 'gate.out-of-use'],
    ['the credential', revoked('now()'), revoked('NULL'), 'device.refused'],
  ];
  let sql: pg.Client;
  beforeAll(async () => {
    sql = new pg.Client({ connectionString: world.urls.superUrl });
    await sql.connect();
    await sql.query("SELECT set_config('app.tenant', 'demo', false)");
  });
  afterAll(() => sql?.end());
  const run = async (text: string) => {
    const { rowCount } = await sql.query(text.replace('$POINT', `'${welder.name}'`));
    expect(rowCount, text).toBeGreaterThan(0);
  };

  it.each(changes)('%s, counts for the next start', async (_what, change, back, answer) => {
    const said = async () => {
      const { body } = await world.ask(welder, start);
      return body.code ?? body.decision;
    };
    expect(await said()).toBe('allow');
    await run(change);
    expect(await said()).toBe(answer);
    await run(back);
    expect(await said()).toBe('allow');
  });
});

it('decisions are neither changed nor removed, whatever program asks', async () => {
  const [row] = await world.decisions();
  for (const act of [
    'UPDATE gate_decision SET decision = $$allow$$',
    'DELETE FROM gate_decision',
  ]) {
    const done = world.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.$executeRawUnsafe(act),
    );
    await expect(done).rejects.toThrow();
  }
  expect((await world.decisions())[0]).toEqual(row);
});
