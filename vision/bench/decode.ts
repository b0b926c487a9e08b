/**
 * Cost of decoding the output of each kind of detector: 8,400 boxes, as for a picture of 640 x 640
 * (RT-DETR: 300 queries), five classes, 60 boxes above the threshold.
 *
 *   npm run -s bench -- decode [--rounds 400]
 *
 * Baseline: one bare pass over the output of YOLOv8 that compares each number with the threshold.
 * Target: no head takes longer than 1 ms.
 *
 * Figures: microseconds of one decode, median of the rounds, by head; `barePassUs`; `rounds`.
 */
import { parseArgs } from 'node:util';
import type { DecodeHead, OutputTensor } from '../src/detect/head-parts.ts';
import { RtdetrHead } from '../src/detect/rtdetr.ts';
import { YoloColumnsHead } from '../src/detect/yolo-columns.ts';
import { YoloRowsHead } from '../src/detect/yolo-rows.ts';
import { YoloxGridHead } from '../src/detect/yolox-grid.ts';
import { median, rounded } from './ppe-parts.ts';

const TARGET_US = 1000;
const SIDE = 640;
const BOXES = 8400;
const QUERIES = 300;
const FOUND = 60;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '400' } } });
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`--rounds must be a whole number above 0, not "${values.rounds}"`);
  process.exit(2);
}

const classes = ['person', 'helmet', 'head', 'vest', 'no_vest'].map((label) => ({
  label,
  keep: 0.1,
}));
const placement = { scaleX: 0.5, scaleY: 0.5, left: 0, top: 0 };
const size = { width: SIDE, height: SIDE };

/** Rows of `before` numbers and five scores; every n-th row has one score above the threshold. */
function rows(count: number, before: number, score: (found: boolean) => number): Float32Array {
  const columns = before + classes.length;
  const numbers = new Float32Array(count * columns);
  for (let i = 0; i < count; i++) {
    const isFound = i % Math.floor(count / FOUND) === 0;
    for (let k = 0; k < before; k++) numbers[i * columns + k] = k < 4 ? 0.5 : isFound ? 0.9 : 0.01;
    for (let c = 0; c < classes.length; c++) {
      numbers[i * columns + before + c] = score(isFound && c === i % classes.length);
    }
  }
  return numbers;
}

const plain = (found: boolean) => (found ? 0.8 : 0.02);
const yolox = { data: rows(BOXES, 5, plain), dims: [1, BOXES, 10] };
const across = rows(BOXES, 4, plain);
const turned = new Float32Array(across.length);
for (let i = 0; i < BOXES; i++)
  for (let k = 0; k < 9; k++) turned[k * BOXES + i] = across[i * 9 + k]!;
const heads: [name: string, head: DecodeHead, outputs: OutputTensor[]][] = [
  ['yoloxGridUs', new YoloxGridHead(classes, [8, 16, 32]), [yolox]],
  ['yoloxDecodedUs', new YoloRowsHead(classes), [yolox]],
  ['yolov8Us', new YoloColumnsHead(classes), [{ data: turned, dims: [1, 9, BOXES] }]],
  [
    'rtdetrUs',
    new RtdetrHead(classes),
    [
      { data: rows(QUERIES, 0, (found) => (found ? 1.5 : -4)), dims: [1, QUERIES, 5] },
      { data: new Float32Array(4 * QUERIES).fill(0.4), dims: [1, QUERIES, 4] },
    ],
  ],
];

/** Microseconds, median; each kind is warmed up first, so that its code is compiled. */
function measure(work: () => number): number {
  for (let i = 0; i < 100; i++) work();
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    work();
    times.push(1000 * (performance.now() - start));
  }
  return median(times);
}

const barePassUs = measure(() => {
  let over = 0;
  for (let i = 0; i < turned.length; i++) if (turned[i]! >= 0.1) over++;
  return over;
});
const figures: Record<string, number> = {};
for (const [name, head, outputs] of heads) {
  figures[name] = measure(() => head.decode(outputs, size, placement).length);
}
const slowest = Math.max(...Object.values(figures));
const ok = slowest <= TARGET_US;
console.log(
  JSON.stringify(
    rounded({
      bench: 'decode',
      ok,
      figures: { ...figures, barePassUs, rounds },
      ratio: barePassUs / slowest,
      against: `one bare pass over 9 x ${BOXES} numbers; target: no head over ${TARGET_US} microseconds`,
    }),
  ),
);
process.exitCode = ok ? 0 : 1;
