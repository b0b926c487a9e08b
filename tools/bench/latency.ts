import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { readStamp } from '../../simulator/src/stamp.ts';
import { Plant } from '../plant/plant.ts';
import { encodeAsCamera, renderedClips } from './clips.ts';
import { busyFloor } from './floor.ts';
import { watchObservations } from './observation-delays.ts';
import { inOwnFolder, mount } from './plant-folder.ts';
import { note, quantile, tell } from './result.ts';
import { latencyHolds, TARGETS, targetOf } from './targets.ts';

/*
 * From the time that the simulator draws into the picture to the committed row. The stamp is read
 * from the snapshot of each violation, which is the frame that confirmed it: from its blurred rendition, whose stamp is the
 * original's. Beside it, how late observations come to the API's live events.
 */
const root = resolve(import.meta.dirname, '../..');

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '30' },
    minutes: { type: 'string', default: '8' },
    target: { type: 'string' },
  },
});
const wanted = Number(values.count);
const targetMs = targetOf(values.target, TARGETS.latencyP95Ms);

interface Violation {
  id: string;
  confirmedAt: string;
  recordedAt: string;
  /** Null where the disk had no room for it; not shown before it is blurred. */
  snapshot: { url: string; rendition: 'being-made' | 'ready' | 'failed' } | null;
}

async function signIn(plant: Plant): Promise<string> {
  const response = await fetch(`${plant.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'safety', password: plant.demoPassword }),
  });
  return ((await response.json()) as { accessToken: string }).accessToken;
}

await inOwnFolder('latency', async (folder, register) => {
  const clip = join(folder, 'camera.mp4');
  await encodeAsCamera(renderedClips(root)[0] as string, clip);
  const file = join(folder, 'cameras.yaml');
  writeFileSync(file, busyFloor());
  const plant = await Plant.create({
    dataDir: join(folder, 'data'),
    cameras: file,
    env: { all: { ANSHI_LOG_LEVEL: 'warn' } },
  });
  register(plant);
  await plant.start();
  await mount(plant, 'stamped', { file: clip, stamped: true });
  const token = await signIn(plant);
  const get = (path: string) =>
    fetch(`${plant.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const observations = await watchObservations(plant.url, token, 'stamped');

  const total: number[] = [];
  const capture: number[] = [];
  const rest: number[] = [];
  const seen = new Set<string>();
  let unreadable = 0;
  const until = Date.now() + Number(values.minutes) * 60_000;
  while (total.length < wanted && Date.now() < until) {
    // A low rate, so that polling adds no load.
    await sleep(3000);
    const page = await get('/api/v1/violations?limit=100&order=newest');
    const { items } = (await page.json()) as { items: Violation[] };
    const fresh = items.filter(
      ({ id, snapshot }) => !seen.has(id) && snapshot?.rendition === 'ready',
    );
    for (const { snapshot, ...violation } of fresh.reverse()) {
      seen.add(violation.id);
      const picture = await (await get(snapshot!.url)).arrayBuffer();
      const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
      const stamp = readStamp(data, info.width, info.height);
      if (stamp === null) {
        unreadable += 1;
        continue;
      }
      const recorded = Date.parse(violation.recordedAt);
      total.push(recorded - stamp);
      capture.push(Date.parse(violation.confirmedAt) - stamp);
      rest.push(recorded - Date.parse(violation.confirmedAt));
    }
    note(`${total.length} of ${wanted} violations, median ${quantile(total, 0.5)} ms`);
  }
  observations.close();
  await plant.stop();
  const observationP95 = quantile(observations.delays, 0.95);
  const p95 = quantile(total, 0.95);
  const ok = latencyHolds({
    measured: total.length,
    wanted,
    p95Ms: p95,
    targetMs,
    observationP95Ms: observationP95,
  });
  if (!ok)
    note(
      `missed: p95 ${p95} ms of ${total.length} violations, the target is ${targetMs} ms; observations p95 ${observationP95} ms, the target is ${TARGETS.observationP95Ms} ms`,
    );
  tell({
    bench: 'latency',
    ok,
    figures: {
      p50: quantile(total, 0.5),
      p95,
      worst: Math.max(0, ...total),
      n: total.length,
      unreadable,
      captureP50: quantile(capture, 0.5),
      restP50: quantile(rest, 0.5),
      observations: observations.delays.length,
      observationP50: quantile(observations.delays, 0.5),
      observationP95,
    },
    ratio: p95 > 0 ? TARGETS.latencyP95Ms / p95 : 0,
    against: 'p95 of 500 ms from the stamp in the picture to the committed row',
  });
});
