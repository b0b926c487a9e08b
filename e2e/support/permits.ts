import { topics } from '@anshi/contracts';
import { connectAsync, type MqttClient } from 'mqtt';
import { pino } from 'pino';
import { expect } from 'vitest';
import { busUser, type RunningApi, type Site } from '../../api/src/testing/site.ts';
import { keyOf } from '../../api/src/testing/worker.ts';
import { ArmingStates } from '../../vision/src/publish/arming-states.ts';

/** @throws where the API refuses it. */
export async function sent<Body>(
  api: RunningApi,
  user: string,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH',
  path: string,
  body?: object,
): Promise<Body> {
  const answer = await api.send<Body>(user, method, path, body);
  expect([path, answer.status]).toEqual([path, expect.toSatisfy((one: number) => one < 300)]);
  return answer.body;
}

/** A permit for hot work in an area that is in force, and for how much longer, ms. */
export async function permitFor(
  api: RunningApi,
  areaId: string,
  holds: number,
): Promise<{ id: string; toAt: string }> {
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  const input = {
    kind: 'hot-work',
    title: 'Weld the rail',
    areaId,
    description: 'Welding',
    people: [],
    fromAt: at(-60_000),
    toAt: at(holds),
  };
  type Permit = { id: string; version: number; toAt: string };
  let made = await sent<Permit>(api, 'maintainer', 'POST', '/permits', input);
  for (const [user, transition] of [
    ['maintainer', 'apply'],
    ['safety', 'approve'],
    ['maintainer', 'begin'],
  ] as const) {
    const step = { transition, version: made.version, fields: {} };
    made = await sent(api, user, 'POST', `/permits/${made.id}/actions`, step);
  }
  return made;
}

/** What a worker hears of the arming of zones, by the broker; ended by the test. */
export async function armingOverTheBus(
  site: Site,
  worker: string,
): Promise<{ states: ArmingStates; bus: MqttClient }> {
  const log = pino({ level: 'silent' });
  const states = new ArmingStates({ tenant: 'demo', worker, key: keyOf(worker), log });
  // A client of its own: that of the worker has its name.
  const { url, options } = busUser(site, 'worker', 'listener');
  const bus = await connectAsync(url, options);
  bus.on('message', (topic, payload) => states.take(topic, payload));
  await bus.subscribeAsync(topics.arming('demo', '+'), { qos: 1 });
  return { states, bus };
}
