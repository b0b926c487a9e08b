import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadPpeCard } from '../detect/model-card.ts';
import { clipCamera } from './clip-config.ts';
import { runClip } from './run-clip.ts';

/*
 * Real video through decoding, inference, tracking and judging. The ground truth is in
 * real-clips.md; it was counted by eye before the first run.
 */

const root = join(import.meta.dirname, '../../..');
const shared = process.env.ANSHI_SHARED ?? join(root, '../shared');
const videos = join(shared, 'videos');
const absent = !existsSync(join(videos, 'worker_zone.mp4'));
if (absent) {
  console.warn(
    `no clips in ${videos}: the real clips are skipped, the rendered ones are judged instead`,
  );
}
const card = loadPpeCard(join(root, 'models/ppe'));

describe.skipIf(absent)('real clips', () => {
  it('[VIS-01] [VIS-02] the worker in helmet and vest: no PPE violation, one crossing per pass in the right direction', async () => {
    const passes = 3;
    const config = clipCamera(
      'worker-zone',
      [480, 270],
      [{ id: 'strip', from: [104, 270], to: [244, 137] }],
    );
    const file = join(videos, 'worker_zone.mp4');
    const { confirmed, observations } = await runClip(config, card, { file, loops: passes - 1 });
    const people = observations.flatMap((one) => one.people);
    expect(people.filter((one) => one.equipment.helmet === 'worn').length).toBeGreaterThan(
      people.length / 2,
    );
    expect(people.filter((one) => one.equipment.vest === 'worn').length).toBeGreaterThan(
      people.length / 2,
    );
    expect(confirmed.map(({ rule, direction }) => `${rule} ${direction}`)).toEqual(
      Array(passes).fill('line-crossing right-to-left'),
    );
    confirmed.forEach(({ startedAt }, pass) => {
      const inPass = startedAt / 1000 - pass * 4.733;
      expect(inPass).toBeGreaterThan(1.8);
      expect(inPass).toBeLessThan(3.1);
    });
  }, 600_000);

  it('[VIS-01] [VIS-02] pedestrians without PPE: one record each with few duplicates, and crossings as counted by eye', async () => {
    // One of the 20 is 33 px high, below what the card vouches for.
    const byEye = { people: 19, leftToRight: 13, rightToLeft: 8 };
    const config = clipCamera(
      'pets',
      [768, 576],
      [{ id: 'entrance', from: [700, 228], to: [700, 500] }],
    );
    const file = join(videos, 'pedestrians_pets.mp4');
    const { confirmed } = await runClip(config, card, { file });
    const count = (rule: string, direction?: string) =>
      confirmed.filter((v) => v.rule === rule && (!direction || v.direction === direction)).length;
    const without = (item: string) => confirmed.filter((v) => v.item === item).length;
    console.info(
      `missing helmet ${without('helmet')}, missing vest ${without('vest')}, crossings ` +
        `${count('line-crossing', 'left-to-right')} + ${count('line-crossing', 'right-to-left')}; by eye ` +
        `${byEye.people} people, ${byEye.leftToRight} + ${byEye.rightToLeft}`,
    );
    expect(without('helmet')).toBeLessThanOrEqual(1.3 * byEye.people);
    expect(without('helmet')).toBeGreaterThanOrEqual(0.6 * byEye.people);
    const off = (found: number, seen: number) => Math.abs(found - seen);
    expect(off(count('line-crossing'), byEye.leftToRight + byEye.rightToLeft)).toBeLessThanOrEqual(
      1,
    );
    expect(off(count('line-crossing', 'left-to-right'), byEye.leftToRight)).toBeLessThanOrEqual(1);
    expect(off(count('line-crossing', 'right-to-left'), byEye.rightToLeft)).toBeLessThanOrEqual(1);
  }, 600_000);
});
