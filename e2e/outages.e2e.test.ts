import { randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { topics, violationEvent } from '@anshi/contracts';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confirmedViolation, outboxViolations } from '../tools/bench/outbox-violations.ts';
import { sceneCameras } from './support/scene-cameras.ts';
import { openToOthers, processesWith } from './support/seen-by-others.ts';
import { until } from './support/until.ts';
import { startWorld, type World } from './support/world.ts';

describe('while a process of the plant is down, violations are queued and none is lost', () => {
  let world: World;
  let tap: MqttClient;
  const confirmed = new Set<string>();
  const password = `geheim-${randomBytes(6).toString('hex')}`;

  beforeAll(async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how cameras.yaml names a variable
    const withUser = 'rtsp://viewer:${ANSHI_CAMERA_TEST}@';
    const yaml = sceneCameras(1).yaml.replaceAll('rtsp://', withUser);
    world = await startWorld({ yaml }, { env: { vision: { ANSHI_CAMERA_TEST: password } } });
    tap = await connectAsync(world.plant.busUrl('api', 'tap'), {
      protocolVersion: 4,
      clean: false,
      clientId: 'api-tap',
      reconnectPeriod: 200,
    });
    tap.on('message', (_, payload) => {
      const id = confirmedViolation(violationEvent.parse(JSON.parse(payload.toString())));
      if (id !== null) confirmed.add(id);
    });
    await tap.subscribeAsync(topics.violationEvents('demo', '+'), { qos: 1 });
    await until('a first violation', async () => (await world.api.violations()).length > 0);
  });

  afterAll(async () => {
    await tap?.endAsync(true);
    await world?.end();
  });

  /** Violations that the worker has confirmed so far, on the bus or only in its outbox. */
  const count = () => {
    for (const id of outboxViolations(world.plant.workerDir('vision'))) confirmed.add(id);
    return confirmed.size;
  };

  /** Every violation confirmed by the worker is recorded once, and a new one arrived. */
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

  it.runIf(process.platform === 'linux')(
    'but other users of the machine cannot read it, nor a camera password',
    () => {
      const { plant } = world;
      const vision = [plant.pid('vision')];
      expect(processesWith(password).filter(({ where }) => where === 'cmdline')).toEqual([]);
      // The worker's own environment, which only its user can read.
      expect(processesWith(password).map(({ pid }) => pid)).toEqual(vision);
      // PostgreSQL does not run as root, and needs to pass through by its group.
      const passed = process.getuid?.() === 0 ? [`${join(plant.dataDir, 'postgres')} 710`] : [];
      expect(openToOthers(plant.dataDir)).toEqual(passed);
      expect(statSync(plant.dataDir).mode & 0o067).toBe(0);
      for (const part of ['vision', 'api', 'broker', 'simulator'] as const) {
        expect(readFileSync(plant.logFile(part), 'utf8'), part).not.toContain(password);
      }
    },
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
