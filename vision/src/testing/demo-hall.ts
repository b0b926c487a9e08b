import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Box, type Point, readCamerasFile } from '@anshi/contracts';
import { randomOf } from '@anshi/contracts/testing/random';
import { sightingsOf } from '../naming/camera-sightings.ts';
import type { FloorInput } from '../naming/messages.ts';
import { Placement, type SeenPerson } from '../replay/place.ts';
import { frameText, readLine } from '../replay/recorded-lines.ts';
import { Tracker } from '../track/tracker.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FPS = 5;
/** The loop of the hall, seconds: its longest clip. */
export const ROUND = 20;
/** The simulator's rounds begin at this second of a minute. */
const SECOND = 2;
/** Of the simulator's badges along each axis, metres. */
const SIGMA = 0.3;

interface Truth {
  readonly fps: number;
  readonly frames: readonly {
    readonly workers: readonly {
      readonly id: string;
      readonly floor: Point;
      readonly inFrame: number;
      readonly visible: number;
      readonly visibleBox: Box;
    }[];
  }[];
}

/** Something that a worker of the clips does, as the judge confirms it; seconds in the round. */
export interface Deed {
  readonly camera: string;
  readonly worker: string;
  readonly from: number;
  readonly confirmed: number;
}

/** The handle of a worker's badge. */
export const handleOf = (worker: string): string => worker.padEnd(16, '_');

/**
 * What a vision worker sees of the simulator's hall: the people of its clips as a perfect detector finds them, through
 * the real tracker and the calibrations of `cameras.yaml`, and the fixes of badges that follow them.
 *
 * @param agreed workers whose badges may be used.
 * @param isRecorded whether the frames go through the lines of a recording.
 */
export function demoHall(
  rounds: number,
  agreed: readonly string[],
  deeds: readonly Deed[],
  isRecorded = false,
): FloorInput[] {
  const text = readFileSync(join(ROOT, 'cameras.yaml'), 'utf8');
  const { cameras } = readCamerasFile(
    text.replaceAll(/\$\{ANSHI_SIM_RTSP_PORT\}/g, '8554'),
    'demo',
  );
  const views = cameras.map((camera) => ({
    camera,
    truth: JSON.parse(
      readFileSync(join(ROOT, `simulator/clips/${camera.id}.truth.json`), 'utf8'),
    ) as Truth,
    tracker: new Tracker({ prefix: camera.id, trust: 0.4, begin: 0.45, lostSeconds: 2.5 }),
    placement: new Placement(camera),
  }));
  const random = randomOf('demo hall');
  const refused = 1 - agreed.length / 10;
  const inputs: FloorInput[] = [{ kind: 'begin', unseenBadge: refused, noBadge: 0 }];
  for (let step = 0; step < rounds * ROUND * FPS; step++) {
    const at = 1000 * SECOND + (1000 * step) / FPS;
    const time = (step / FPS) % ROUND;
    const badges = new Map<string, Point>();
    for (const { camera, truth, tracker, placement } of views) {
      const { workers } =
        truth.frames[Math.min(truth.frames.length - 1, Math.round(time * truth.fps))]!;
      for (const { id, floor } of workers) if (agreed.includes(id)) badges.set(id, floor);
      const shown = workers.filter(({ visible, inFrame }) => visible > 0.3 && inFrame > 0.5);
      const boxes = shown.map(({ visibleBox: box }) => ({ label: 'person', score: 0.9, box }));
      const tracked = tracker.update(at, boxes);
      const seen = tracked.map(
        ({ track, box, score }): SeenPerson => ({ track, box, score, equipment: {}, pose: null }),
      );
      const people = placement.people(isRecorded ? recorded(at, seen) : seen);
      const [width, height] = camera.picture;
      inputs.push(sightingsOf(camera.id, at, { people, width, height }));
      for (const deed of deeds) {
        if (deed.camera !== camera.id || Math.round(FPS * deed.confirmed) !== step % (FPS * ROUND))
          continue;
        const { visibleBox } = shown.find(({ id }) => id === deed.worker)!;
        const [track] = tracked
          .filter(({ box }) => isSame(box, visibleBox))
          .map((one) => one.track);
        inputs.push({
          kind: 'watch',
          violation: `${deed.worker} ${step}`,
          camera: camera.id,
          track: track!,
          startedAt: at - 1000 * (deed.confirmed - deed.from),
          confirmedAt: at,
        });
      }
    }
    if (step % FPS !== 0) continue;
    for (const [worker, [x, y]] of badges) {
      inputs.push({
        kind: 'fix',
        badge: handleOf(worker),
        reader: 'main-hall',
        at,
        arrivedAt: at + 150,
        position: [x + random.normal(SIGMA), y + random.normal(SIGMA)],
        accuracy: SIGMA,
        isZone: false,
      });
    }
  }
  return inputs;
}

function recorded(at: number, people: readonly SeenPerson[]): readonly SeenPerson[] {
  const item = readLine(frameText({ at, lag: 0, people, degraded: false }));
  if (item.kind !== 'frame') throw new Error('a frame was recorded as another line');
  return item.frame.people;
}

const isSame = (one: Box, other: Box) =>
  Math.abs(one[0] - other[0]) + Math.abs(one[3] - other[3]) < 40;
