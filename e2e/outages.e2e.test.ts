import { setTimeout as sleep } from 'node:timers/promises';
import { topics, violationEvent } from '@anshi/contracts';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outboxViolations } from './support/outbox.ts';
import { sceneCameras } from './support/scene-cameras.ts';
import { until } from './support/until.ts';
import { startWorld, type World } from './support/world.ts';

describe('while a part of the plant is down, violations wait and none is lost', () => {
  let world: World;
  let tap: MqttClient;
  const confirmed = new Set<string>();

  beforeAll(async () => {
    world = await startWorld({ yaml: sceneCameras(1).yaml });
    tap = await connectAsync(world.plant.mqttUrl, {
      protocolVersion: 4,
      clean: false,
      clientId: 'outage-tap',
      reconnectPeriod: 200,
    });
    tap.on('message', (_, payload) => {
      const event = violationEvent.parse(JSON.parse(payload.toString()));
      confirmed.add(event.data.violation);
    });
    await tap.subscribeAsync(topics.violationEvents('demo', '+'), { qos: 1 });
    await until('a first violation', async () => (await world.api.violations()).length > 0);
  });

  afterAll(async () => {
    await tap?.endAsync(true);
    await world?.end();
  });

  /** How many the worker has called confirmed so far, on the bus or only in its outbox. */
  const count = () => {
    for (const id of outboxViolations(world.plant.workerDir('vision'))) confirmed.add(id);
    return confirmed.size;
  };

  /** Everything that the worker called confirmed is recorded once, and something new came. */
  const allRecorded = (before: number) =>
    until(
      'what was confirmed meanwhile to be recorded',
      async () => {
        const rows = await world.api.violations();
        const ids = rows.map((row) => row.id);
        expect(new Set(ids).size).toBe(ids.length);
        return count() > before && [...confirmed].every((id) => ids.includes(id));
      },
      240_000,
      500,
    );

  it('the API for a minute', async () => {
    const before = count();
    await world.plant.stopPart('api');
    await until('violations to be confirmed without the API', () => count() > before);
    await sleep(60_000);
    const meanwhile = count();
    await world.plant.startPart('api');
    expect(meanwhile).toBeGreaterThan(before);
    await allRecorded(before);
  });

  it('the broker', async () => {
    const before = count();
    await world.plant.kill('broker', 'SIGKILL');
    await world.plant.whenReady('broker');
    await allRecorded(before);
  });

  it('the database', async () => {
    const before = count();
    await world.plant.stopPart('database');
    await until('the API to say that it has no database', async () => {
      const response = await fetch(`${world.plant.url}/api/health`);
      return response.status === 503;
    });
    await until('a violation to be confirmed meanwhile', () => count() > before);
    await world.plant.startPart('database');
    await until('the API to be well again', async () => {
      const response = await fetch(`${world.plant.url}/api/health`);
      return response.status === 200;
    });
    await allRecorded(before);
  });
});
