import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Ring } from './ring.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-ring-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const HOUR = 3_600_000;
let made = 0;
/** Adds one second of video that begins at `from`, as ffmpeg finishes it. */
async function add(ring: Ring, from: number): Promise<void> {
  const file = `run-ab12-${String(++made).padStart(6, '0')}.ts`;
  await writeFile(join(folder, file), 'x');
  await ring.add({ file, from, to: from + 1000, codec: 'h264' });
}
const fill = async (ring: Ring, from: number, seconds: number) => {
  for (let i = 0; i < seconds; i++) await add(ring, from + i * 1000);
};
const videos = async () => (await readdir(folder)).filter((name) => name.endsWith('.ts')).length;

describe('ring', () => {
  test('keeps its duration by the stream clock, independent of the wall clock', async () => {
    const ring = await Ring.open(folder, 30);
    const from = Date.now() - HOUR;
    await fill(ring, from, 40);
    expect(ring.cover(from + 12_000, from + 40_000)?.partial).toBe(false);
    expect(await videos()).toBeLessThan(33);
  });

  test('follows a clock that was set back: future segments are removed', async () => {
    const ring = await Ring.open(folder, 30);
    const from = Date.now();
    await fill(ring, from, 5);
    await fill(ring, from - HOUR, 3);
    expect(ring.end).toBe(from - HOUR + 3000);
    expect(await videos()).toBe(3);
  });

  test('after a restart, old segments stay until the pending clips are known', async () => {
    const from = Date.now() - HOUR;
    await fill(await Ring.open(folder, 30), from, 20);
    const ring = await Ring.open(folder, 30);
    const release = ring.hold(from + 5000, from + 10_000);
    await ring.prune();
    await add(ring, Date.now());
    expect(ring.cover(from + 5000, from + 10_000)?.partial).toBe(false);
    release();
    await ring.prune();
    expect(ring.cover(from, from + 20_000)).toBeNull();
  });

  test('a segment that cannot be removed does not block the next ones', async () => {
    const from = Date.now() - HOUR;
    const ring = await Ring.open(folder, 30);
    await add(ring, from);
    const [name] = await readdir(folder);
    await rm(join(folder, name!));
    await mkdir(join(folder, name!, 'inside'), { recursive: true });
    await expect(add(ring, from + 60_000)).rejects.toThrow();
    await add(ring, from + 61_000);
    expect(ring.cover(from + 60_000, from + 62_000)?.partial).toBe(false);
  });

  test('removes unfinished segments of a killed ffmpeg', async () => {
    const ring = await Ring.open(folder, 30);
    await add(ring, Date.now());
    await writeFile(join(folder, 'run-ab12-000099.ts'), 'cut off');
    await writeFile(join(folder, 'segments.csv'), '');
    await ring.sweep();
    expect(await readdir(folder)).toHaveLength(1);
    expect(ring.cover(Date.now(), Date.now() + 500)).not.toBeNull();
  });
});
