import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Box, Point } from '@anshi/contracts';
import { type Homography, project } from '@anshi/contracts/homography';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { iou } from '../boxes.ts';
import { loadPpeCard } from '../detect/model-card.ts';
import type { ConfirmedVerdict } from '../judge/verdict.ts';
import { clipCamera } from './clip-config.ts';
import { runClip } from './run-clip.ts';

/* The rendered clips compared with their ground truth. */

const clips = join(import.meta.dirname, '../../../simulator/clips');
const card = loadPpeCard(join(import.meta.dirname, '../../../models/ppe'));
const point = z.tuple([z.number(), z.number()]);

/** The used part of a ground truth file. */
const truthFile = z.object({
  width: z.number(),
  height: z.number(),
  fps: z.number(),
  duration: z.number(),
  /** Floor metres to picture pixels. */
  homography: z.array(z.number()).length(9),
  lines: z.array(z.object({ id: z.string(), from: point, to: point })).default([]),
  frames: z.array(
    z.object({
      t: z.number(),
      workers: z.array(
        z.object({
          id: z.string(),
          floor: point,
          box: z.tuple([z.number(), z.number(), z.number(), z.number()]).nullable(),
          inFrame: z.number(),
          visible: z.number(),
          helmet: z.boolean(),
          vest: z.boolean(),
        }),
      ),
    }),
  ),
});
type Truth = z.infer<typeof truthFile>;
type Sight = Truth['frames'][number]['workers'][number];

const names = existsSync(clips)
  ? readdirSync(clips)
      .filter((file) => file.endsWith('.truth.json'))
      .map((file) => file.replace('.truth.json', ''))
      .filter((name) => existsSync(join(clips, `${name}.mp4`)))
  : [];
if (names.length === 0) console.warn('no rendered clips: render them with `npm run scenes`');

describe.skipIf(names.length === 0)('rendered clips', () => {
  it.each(names)(
    '[VIS-01] %s: people in full PPE are not recorded, the others once each',
    async (name) => {
      const truth = truthFile.parse(
        JSON.parse(readFileSync(join(clips, `${name}.truth.json`), 'utf8')),
      );
      const toPicture = facing(truth);
      const lines = truth.lines.flatMap(({ id, from, to }) => {
        const [a, b] = [project(toPicture, from), project(toPicture, to)];
        const inside = (p: Point | undefined) =>
          p !== undefined && p[0] >= 0 && p[1] >= 0 && p[0] <= truth.width && p[1] <= truth.height;
        return inside(a) && inside(b) ? [{ id, from: a!, to: b! }] : [];
      });
      const config = clipCamera(name, [truth.width, truth.height], lines);
      const { confirmed } = await runClip(config, card, { file: join(clips, `${name}.mp4`) });

      const recorded = (missing: string) =>
        confirmed
          .filter((verdict) => verdict.item === missing)
          .map((verdict) => whoIs(truth, verdict));
      for (const item of ['helmet', 'vest'] as const) {
        const without = workers(truth, (sights) => !sights[0]![item]);
        const plain = workers(truth, (sights) => !sights[0]![item] && plainlySeen(truth, sights));
        const found = recorded(item);
        console.info(
          `${name} without ${item}: recorded ${found.join(' ')}; truth ${plain.join(' ')}`,
        );
        expect(found.filter((id) => !without.includes(id))).toEqual([]);
        for (const id of plain) expect(found).toContain(id);
        expect(found.length).toBeLessThanOrEqual(
          Math.max(1.3 * new Set(found).size, new Set(found).size + 1),
        );
      }
      const crossings = lines.reduce((sum, line) => sum + passes(truth, line.id), 0);
      const counted = confirmed.filter(({ rule }) => rule === 'line-crossing').length;
      console.info(`${name}: crossings ${counted}, truth ${crossings}`);
      expect(Math.abs(counted - crossings)).toBeLessThanOrEqual(1);
    },
    600_000,
  );
});

/** A homography is defined up to sign; ours is positive in front of the camera. */
function facing({ homography, frames }: Truth): Homography {
  const seen = frames.flatMap((frame) => frame.workers).find(({ inFrame }) => inFrame > 0.9);
  const [x, y] = seen?.floor ?? [0, 0];
  const sign = homography[6]! * x + homography[7]! * y + homography[8]! < 0 ? -1 : 1;
  return homography.map((value) => sign * value) as unknown as Homography;
}

function workers(truth: Truth, wanted: (sights: Sight[]) => boolean): string[] {
  const byId = new Map<string, Sight[]>();
  for (const { workers: sights } of truth.frames) {
    for (const sight of sights) byId.set(sight.id, [...(byId.get(sight.id) ?? []), sight]);
  }
  return [...byId].filter(([, sights]) => wanted(sights)).map(([id]) => id);
}

/** Whole and visible in the picture, and tall enough, for 5 s in a row. */
function plainlySeen(truth: Truth, sights: Sight[]): boolean {
  let running = 0;
  for (const { box, inFrame, visible } of sights) {
    const plain = box !== null && inFrame > 0.95 && visible > 0.8 && box[3] - box[1] > 90;
    running = plain ? running + 1 : 0;
    if (running >= 5 * truth.fps) return true;
  }
  return false;
}

/** The person of a record, by IoU with the true boxes at that moment. */
function whoIs(truth: Truth, { confirmedAt, box }: ConfirmedVerdict): string {
  const frame =
    truth.frames[Math.min(truth.frames.length - 1, Math.round((confirmedAt / 1000) * truth.fps))];
  let best = 'nobody';
  let most = 0.2;
  for (const worker of frame?.workers ?? []) {
    const overlap = worker.box && box ? iou(worker.box as Box, box) : 0;
    if (overlap > most) {
      most = overlap;
      best = worker.id;
    }
  }
  return best;
}

/** How often a visible person crosses a line of the floor plan. */
function passes(truth: Truth, lineId: string): number {
  const { from, to } = truth.lines.find(({ id }) => id === lineId)!;
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  let count = 0;
  const sides = new Map<string, number>();
  for (const { workers: sights } of truth.frames) {
    for (const { id, floor, inFrame } of sights) {
      const [px, py] = [floor[0] - from[0], floor[1] - from[1]];
      const side = Math.sign(dx * py - dy * px);
      const along = (px * dx + py * dy) / (dx * dx + dy * dy);
      const before = sides.get(id);
      if (before && side && side !== before && along >= 0 && along <= 1 && inFrame > 0.5) count++;
      if (side) sides.set(id, side);
    }
  }
  return count;
}
