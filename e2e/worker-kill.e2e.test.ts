import { existsSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { topics, violationEvent } from '@anshi/contracts';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { confirmedViolation, outboxViolations } from '../tools/bench/outbox-violations.ts';
import { clipsDir } from './support/clips.ts';
import { type LoopClock, whoAndWhen } from './support/episodes.ts';
import { sceneCameras } from './support/scene-cameras.ts';
import { until } from './support/until.ts';
import { startWorld, type World } from './support/world.ts';

const kills = 12;
const { yaml, cameras } = sceneCameras(2);

describe('kill -9 of the worker while violations are confirmed', () => {
  let world: World;
  let tap: MqttClient;
  /** Violations that the worker confirmed: seen on the bus, or in its outbox after a kill. */
  const confirmed = new Set<string>();
  const loops = new Map<string, LoopClock>();

  beforeAll(async () => {
    world = await startWorld({ yaml }, { parts: ['database', 'broker', 'api', 'simulator'] });
    tap = await connectAsync(world.plant.busUrl('api', 'tap'), {
      protocolVersion: 4,
      clientId: 'api-tap',
    });
    tap.on('message', (_, payload) => {
      const id = confirmedViolation(violationEvent.parse(JSON.parse(payload.toString())));
      if (id !== null) confirmed.add(id);
    });
    await tap.subscribeAsync(topics.violationEvents('demo', '+'), { qos: 1 });
    for (const { id, clip } of cameras) {
      if (id !== clip)
        await world.simulator.mount(id, join(clipsDir, `${clip}.mp4`), { offset: 7 });
      const [next, end] = await world.simulator.nextRounds(id, 1);
      const duration = (end.getTime() - next.getTime()) / 1000;
      loops.set(id, { begin: next.getTime() - 1000 * duration * 1000, duration });
    }
    await world.plant.startPart('vision');
  });

  afterAll(async () => {
    await tap?.endAsync(true);
    await world?.end();
  });

  it(`loses and duplicates none over ${kills} kills`, async () => {
    for (let kill = 0; kill < kills; kill++) {
      // Half of the kills near the moment when a violation becomes durable, half at random.
      if (kill % 2 === 0) await nextViolation(world.plant.workerDir('vision'), confirmed, 120_000);
      else await sleep(500 + Math.random() * 4500);
      await sleep(Math.random() * 60);
      await world.plant.kill('vision', 'SIGKILL');
      for (const violation of outboxViolations(world.plant.workerDir('vision'))) {
        confirmed.add(violation);
      }
      // Immediately, without the plant's restart backoff.
      await world.plant.restart('vision');
    }
    const rows = await until('every confirmed violation to be recorded', async () => {
      const recorded = await world.api.violations();
      const ids = new Set(recorded.map((row) => row.id));
      return [...confirmed].every((id) => ids.has(id)) && recorded;
    });
    console.log(`${kills} kills, ${rows.length} violations recorded`);
    // Enough for the counts to be meaningful.
    expect(rows.length).toBeGreaterThanOrEqual(kills / 4);
    expect(new Set(rows.map((row) => row.id)).size).toBe(rows.length);
    const recorded = new Set(rows.map((row) => row.id));
    expect([...confirmed].filter((id) => !recorded.has(id))).toEqual([]);

    const episodes = new Map<string, object[]>();
    for (const row of rows) {
      const clip = cameras.find((camera) => camera.id === row.camera)?.clip as string;
      const who = whoAndWhen(row, clip, loops.get(row.camera) as LoopClock);
      if (who === undefined) continue;
      const key = `${row.camera} ${row.ruleId} ${row.rule} ${row.item} ${row.direction ?? ''} ${who}`;
      const { id, tracks, confirmedAt, box } = row;
      episodes.set(key, [...(episodes.get(key) ?? []), { id, tracks, confirmedAt, box }]);
    }
    expect([...episodes].filter(([, records]) => records.length > 1)).toEqual([]);
  }, 1_200_000);
});

/**
 * Resolves when the worker writes a violation to its outbox that is none of the known ones, of which
 * further entries follow, or after `timeoutMs`.
 */
async function nextViolation(
  workerDir: string,
  known: ReadonlySet<string>,
  timeoutMs: number,
): Promise<void> {
  const folder = join(workerDir, 'outbox');
  const before = new Set([...known, ...outboxViolations(workerDir)]);
  const changes = watch(folder, { signal: AbortSignal.timeout(timeoutMs) });
  try {
    for await (const { filename } of changes) {
      if (!/^\d+\.json$/.test(filename ?? '') || !existsSync(join(folder, filename as string)))
        continue;
      // Renditions and clips are entries, too.
      if ([...outboxViolations(workerDir)].some((id) => !before.has(id))) return;
    }
  } catch (error) {
    if ((error as Error).name !== 'AbortError' && (error as Error).name !== 'TimeoutError') {
      throw error;
    }
  }
}
