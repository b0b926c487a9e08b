import type { ClipTruth, FloorPoint, Scenario, WorkerTruth } from '../types.ts';
import {
  clipToPicture,
  crossing,
  isInside,
  type PixelPoint,
  toPicture,
} from './picture-geometry.ts';

/** Visible enough to be judged: half of the body in the picture, a third of it not hidden. */
const isSeen = ({ inFrame, visible }: WorkerTruth): boolean => inFrame >= 0.5 && visible >= 0.3;

/** The intervals, in seconds, in which a condition holds for a worker. */
function stretches(
  { frames, fps }: ClipTruth,
  id: string,
  holds: (worker: WorkerTruth) => boolean,
): string {
  const spans: [number, number][] = [];
  for (const { t, workers } of frames) {
    const worker = workers.find((candidate) => candidate.id === id);
    if (!worker || !holds(worker)) continue;
    const last = spans.at(-1);
    if (last && t - last[1] < 1.5 / fps) last[1] = t;
    else spans.push([t, t]);
  }
  return spans.map(([from, to]) => `${from.toFixed(1)}-${to.toFixed(1)}`).join(', ') || '-';
}

function workerRow(scenario: Scenario, truth: ClipTruth, id: string): string {
  const states = truth.frames.map(({ workers }) => workers.find((w) => w.id === id)!);
  const whole = states.filter(({ inFrame, visible }) => inFrame > 0.95 && visible > 0);
  const heights = whole.map(({ box }) => box[3] - box[1]);
  const range = heights.length
    ? `${Math.min(...heights).toFixed(0)}-${Math.max(...heights).toFixed(0)}`
    : '-';
  const { helmet, vest } = states[0]!;
  const spec = scenario.workers.find((worker) => worker.id === id);
  const cells = [
    id,
    helmet ? 'yes' : 'NO',
    vest ? 'yes' : 'NO',
    spec?.carriesBox ? 'box' : '-',
    stretches(truth, id, isSeen),
    stretches(truth, id, (w) => isSeen(w) && isInside(scenario.ppeArea, w.floor)),
    range,
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Every crossing of a line, in order. */
function crossings(truth: ClipTruth): string[] {
  const found: string[] = [];
  truth.frames.forEach((frame, i) => {
    const before = truth.frames[i - 1];
    for (const line of before ? truth.lines : []) {
      for (const worker of frame.workers) {
        const earlier = before?.workers.find(({ id }) => id === worker.id);
        const direction = earlier ? crossing(line, earlier.floor, worker.floor) : null;
        if (!direction) continue;
        found.push(`- ${frame.t.toFixed(1)} s: ${worker.id} crosses ${line.id} ${direction}`);
      }
    }
  });
  return found;
}

function stays(truth: ClipTruth): string[] {
  const ids = truth.frames[0]?.workers.map(({ id }) => id) ?? [];
  return truth.machines.flatMap((machine) =>
    ids
      .map((id) => ({ id, span: stretches(truth, id, (w) => isInside(machine.cell, w.floor)) }))
      .filter(({ span }) => span !== '-')
      .map(({ id, span }) => `- ${id} is in the cell of ${machine.id}: ${span} s`),
  );
}

const pixels = ([u, v]: PixelPoint): string => `[${Math.round(u)}, ${Math.round(v)}]`;

/** The geometry of a clip's camera in the format of cameras.yaml. */
function cameraFacts(scenario: Scenario, truth: ClipTruth): string {
  const { homography, width, height } = truth;
  const polygon = (points: readonly FloorPoint[]): string => {
    const projected = points.map((point) => toPicture(homography, point));
    return `[${clipToPicture(projected, width, height).map(pixels).join(', ')}]`;
  };
  const within = ([u, v]: PixelPoint): boolean => u >= 0 && u < width && v >= 0 && v < height;
  const pairs = scenario.calibration
    .map((floor) => ({ floor, at: toPicture(homography, floor) }))
    .filter(({ at }) => within(at))
    .map(({ floor, at }) => `  - { picture: ${pixels(at)}, floor: [${floor.join(', ')}] }`);
  return [
    `picture: [${width}, ${height}]`,
    'calibration:',
    ...pairs,
    'zones:',
    `  - { id: ppe-area, polygon: ${polygon(scenario.ppeArea)} }`,
    ...truth.machines.map(({ id, cell }) => `  - { id: ${id}-cell, polygon: ${polygon(cell)} }`),
    'lines:',
    ...truth.lines.map(({ id, from, to }) => {
      const [a, b] = [from, to].map((point) => pixels(toPicture(homography, point)));
      return `  - { id: ${id}, from: ${a}, to: ${b} }`;
    }),
  ].join('\n');
}

/** A Markdown summary of a clip, computed from its truth. */
export function describeClip(scenario: Scenario, truth: ClipTruth): string {
  const first = truth.frames[0]!;
  const last = truth.frames.at(-1)!;
  const seenIn = ({ workers }: typeof first): string =>
    workers
      .filter(({ visible }) => visible > 0)
      .map(({ id }) => id)
      .join(', ') || 'nobody';
  const most = Math.max(...truth.frames.map(({ workers }) => workers.filter(isSeen).length));
  const without = (item: 'helmet' | 'vest'): number => first.workers.filter((w) => !w[item]).length;
  return [
    `## ${truth.clip}`,
    '',
    `${truth.duration} s, ${truth.fps} frames a second, ${truth.frames.length} frames. ` +
      `${first.workers.length} workers, at most ${most} in the picture at once; ` +
      `${without('helmet')} without helmet, ${without('vest')} without vest. ` +
      `In the first frame: ${seenIn(first)}; in the last: ${seenIn(last)}.`,
    '',
    '| worker | helmet | vest | carries | seen, s | seen in the PPE area, s | height, px |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...first.workers.map(({ id }) => workerRow(scenario, truth, id)),
    '',
    ...crossings(truth),
    ...stays(truth),
    '',
    '```yaml',
    cameraFacts(scenario, truth),
    '```',
    '',
  ].join('\n');
}
