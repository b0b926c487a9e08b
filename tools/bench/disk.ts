import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { canMount, type SmallDisk, smallDisk } from '@anshi/contracts/testing/small-disk';
import { Plant } from '../plant/plant.ts';
import { encodeAsCamera, renderedClips } from './clips.ts';
import { DiskDrill } from './disk-drill.ts';
import { busyFloor } from './floor.ts';
import { inOwnFolder, mount } from './plant-folder.ts';
import { note, tell } from './result.ts';
import { TARGETS, targetOf } from './targets.ts';

/*
 * A whole plant on small file systems: each is filled to its last byte while people and cameras work,
 * and freed again, several times.
 */
const root = resolve(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    hold: { type: 'string', default: '8' },
    target: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const holdMs = Number(values.hold) * 1000;
const targetSeconds = targetOf(values.target, TARGETS.diskRecoverySeconds);

/** Folders of the data folder that get a file system of their own, with its size in MB. */
const places = {
  log: { folder: 'logs', megabytes: 64 },
  evidence: { folder: 'evidence', megabytes: 2048 },
  uploads: { folder: 'uploads', megabytes: 96 },
  database: { folder: 'postgres', megabytes: 512 },
  worker: { folder: 'workers', megabytes: 192 },
} as const;
type Place = keyof typeof places;

if (!canMount) {
  note('not run here: this user may not mount a file system (mount -t tmpfs)');
  process.exit(2);
}

await inOwnFolder('disk', async (folder, register) => {
  const dataDir = join(folder, 'data');
  const disks = new Map<Place, SmallDisk>();
  process.on('exit', () => {
    for (const disk of disks.values()) disk.unmount();
  });
  for (const [place, { folder: name, megabytes }] of Object.entries(places)) {
    mkdirSync(join(dataDir, name), { recursive: true });
    disks.set(place as Place, smallDisk(megabytes, join(dataDir, name)));
  }
  const clip = join(folder, 'camera.mp4');
  await encodeAsCamera(renderedClips(root)[0] as string, clip);
  const file = join(folder, 'cameras.yaml');
  writeFileSync(file, busyFloor());
  const plant = await Plant.create({
    dataDir,
    cameras: file,
    // Each request leaves a line, so that a full log is noticed at once.
    env: {
      api: { ANSHI_LOG_LEVEL: 'debug', ANSHI_WEBHOOK_ALLOW: '127.0.0.1' },
      all: { ANSHI_RING_SECONDS: '30' },
    },
  });
  register(plant);
  let exits = 0;
  let databaseRestarts = 0;
  plant.on('died', (part, how) => {
    note(`${part} ${how}`);
    if (part === 'database') databaseRestarts++;
    else exits++;
  });
  await plant.start();
  await mount(plant, 'stamped', { file: clip, stamped: true });
  const drill = await DiskDrill.begin(plant);
  await drill.works();

  const recovery: Record<string, number> = {};
  for (let round = 1; round <= rounds; round++) {
    for (const [place, disk] of disks) {
      disk.fill();
      await sleep(holdMs);
      // PostgreSQL needs a new segment of its log only now and then; in the last round, now.
      if (place === 'database' && round === rounds) await drill.switchLogs();
      const seen = await drill.whileFull();
      const freed = performance.now();
      disk.free();
      await drill.works();
      const seconds = (performance.now() - freed) / 1000;
      recovery[place] = Math.max(recovery[place] ?? 0, seconds);
      note(`round ${round}, ${place}: ${seen}; works again after ${seconds.toFixed(1)} s`);
    }
  }
  const { lost, acknowledged, halfWritten, refused } = await drill.end();
  await plant.stop();
  for (const disk of disks.values()) disk.unmount();
  disks.clear();
  const slowest = Math.max(...Object.values(recovery));
  const perPlace = Object.entries(recovery).map(([place, seconds]) => [
    `recovery${place[0]?.toUpperCase()}${place.slice(1)}S`,
    seconds,
  ]);
  tell({
    bench: 'disk',
    ok: exits === 0 && lost === 0 && halfWritten === 0 && slowest <= targetSeconds,
    figures: {
      rounds,
      exits,
      databaseRestarts,
      acknowledged,
      lost,
      halfWritten,
      refused507: refused,
      recoveryS: slowest,
      ...Object.fromEntries(perPlace),
    },
    ratio: slowest / targetSeconds,
    against: `seconds until everything works again, ${targetSeconds} at most`,
  });
});
