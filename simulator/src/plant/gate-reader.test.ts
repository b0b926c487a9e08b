import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MachineState } from '@anshi/contracts';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DoorReader } from './door-reader.ts';
import { readGates } from './gate-config.ts';
import { GateReader } from './gate-reader.ts';
import { Vehicles } from './vehicles.ts';

const secret = `anshi_${'0123456789abcdef'}_${'A'.repeat(43)}`;
const config = { name: 'welder-1-reader', machine: 'welder-1', secret };
/** What the next request is answered, and what was asked. */
let answer: { status: number; body: object } = { status: 200, body: { decision: 'deny' } };
const asked: { path: string; key: string; body: Record<string, string> }[] = [];
const server = createServer((request, response) => {
  let text = '';
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () => {
    const key = String(request.headers['idempotency-key']);
    asked.push({ path: request.url ?? '', key, body: JSON.parse(text) });
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer.body));
  });
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));

function reader(everySeconds = 0, runsUnsigned = false) {
  let elapsed = 0;
  const states: MachineState['state'][] = [];
  const { port } = server.address() as AddressInfo;
  const gate = new GateReader({
    config,
    apiUrl: `http://127.0.0.1:${port}`,
    everySeconds,
    runsUnsigned,
    clock: { elapsed: () => elapsed, wallAt: () => Date.now() },
    publish: ({ state }) => states.push(state),
    onChange: () => {},
    log: pino({ level: 'silent' }),
  });
  return {
    gate,
    states,
    at(seconds: number) {
      elapsed = seconds;
      if (gate.due() <= elapsed) gate.run(elapsed);
    },
  };
}

it('a machine runs on `allow` for a while, and stays off on anything else', async () => {
  const { gate, states, at } = reader();
  for (const [status, body] of [
    [200, { decision: 'deny' }],
    [200, { decision: 'hold' }],
    [401, { code: 'device.refused' }],
    [500, {}],
  ] as const) {
    answer = { status, body };
    expect((await gate.show('badge-w3')).state).toBe('stopped');
  }
  answer = { status: 200, body: { decision: 'allow' } };
  expect(await gate.show('badge-lent-1')).toEqual({ decision: 'allow', state: 'running' });
  expect(asked.at(-1)).toMatchObject({
    path: '/api/v1/gates/machine-start',
    body: { point: 'welder-1-reader', machine: 'welder-1', card: 'badge-lent-1' },
  });
  expect(new Set(asked.map(({ key }) => key)).size).toBe(asked.length);
  at(44);
  expect(states.at(-1)).toBe('running');
  at(46);
  expect(states.at(-1)).toBe('stopped');
});

it('it shows cards by itself in rounds, and none where only the control API does', () => {
  const quiet = reader();
  quiet.at(10_000);
  expect(quiet.gate.due()).toBe(10_010);
  const { gate, at } = reader(300);
  at(0);
  expect(gate.due()).toBe(10);
  const before = asked.length;
  at(21);
  expect(gate.due()).toBeLessThanOrEqual(90);
  expect(asked.length).toBeGreaterThanOrEqual(before);
});

it('readers are read from the setting, and what is none is refused', () => {
  expect(readGates(`welder-1-reader:welder-1=${secret}`)).toEqual([config]);
  const door = { name: 'store-door', area: 'store', secret };
  expect(readGates(`store-door:door/store=${secret}`)).toEqual([door]);
  const url = 'http://127.0.0.1:8091';
  expect(readGates(`welder-1-reader:welder-1=${secret}@${url}`)).toEqual([{ ...config, url }]);
  expect(readGates('')).toEqual([]);
  expect(() => readGates('welder-1-reader=short')).toThrow('ANSHI_SIM_GATES');
});

it('a machine that is switched on by hand runs without a card for a minute', () => {
  const { gate, states, at } = reader();
  const before = asked.length;
  gate.start();
  at(59);
  expect(states.at(-1)).toBe('running');
  at(61);
  expect(states.at(-1)).toBe('stopped');
  expect(asked).toHaveLength(before);
});

it('a machine runs once without a card where it is set so', () => {
  const { states, at } = reader(0, true);
  for (const seconds of [149, 150, 209, 210, 600]) at(seconds);
  const changes = states.filter((state, n) => state !== states[n - 1]);
  expect(changes).toEqual(['stopped', 'running', 'stopped']);
});

/** Readers at doors with a clock of the test. */
function doors(names: readonly string[], everySeconds = 300) {
  let elapsed = 0;
  const { port } = server.address() as AddressInfo;
  const options = {
    apiUrl: `http://127.0.0.1:${port}`,
    everySeconds,
    clock: { elapsed: () => elapsed },
    log: pino({ level: 'silent' }),
  };
  const readers = names.map((name) => new DoorReader({ name, area: 'store', secret }, options));
  return {
    readers,
    at(seconds: number) {
      elapsed = seconds;
      for (const one of readers) if (one.due() <= elapsed) one.run();
    },
  };
}

it('a reader at a door asks for its area in rounds: a card, a vehicle, and the way out', async () => {
  answer = { status: 200, body: { decision: 'allow' } };
  const atDoors = () => asked.filter(({ body }) => body.point?.startsWith('store-'));
  const { at } = doors(['store-door', 'store-exit']);
  for (const seconds of [45, 75, 105, 345]) at(seconds);
  await expect.poll(() => atDoors().length).toBe(4);
  const sent = atDoors().map(({ path, body }) => [path, body.point, body.card]);
  expect(sent.sort()).toEqual(
    [
      ['/api/v1/gates/area-entry', 'store-door', 'badge-a2'],
      ['/api/v1/gates/area-entry', 'store-door', 'vehicle-fl-01'],
      ['/api/v1/gates/area-entry', 'store-exit', 'badge-a2'],
      ['/api/v1/gates/area-entry', 'store-door', 'badge-a2'],
    ].sort(),
  );
});

it('the truck asks at a barrier each time that it comes, before the portal behind it reads it', async () => {
  answer = { status: 200, body: { decision: 'allow' } };
  const { readers, at } = doors(['gate-barrier']);
  const came: number[] = [];
  const route = new Vehicles({
    clock: { elapsed: () => 0, wallAt: (second) => second * 1_000 },
    floorPlan: 'hall',
    sigma: 0,
    seed: 'barrier',
    publish: ({ source, timestamp_generated }) =>
      source === 'truck-gate-in' && came.push(Date.parse(timestamp_generated) / 1_000),
  });
  while (came.length < 2) route.run(route.due());
  const asks: number[] = [];
  for (let second = 0; second <= (came[1] as number); second++) {
    if (readers[0]!.due() <= second) asks.push(second);
    at(second);
  }
  expect(asks.map((second, n) => (came[n] as number) - second)).toEqual([5, 5]);
  const atBarrier = () => asked.filter(({ body }) => body.point === 'gate-barrier');
  await expect.poll(() => atBarrier().length).toBe(2);
  expect(atBarrier()[0]?.body.card).toBe('vehicle-truck-01');
  expect(doors(['gate-barrier'], 0).readers[0]?.due()).toBe(Number.POSITIVE_INFINITY);
});
