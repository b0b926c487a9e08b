import type { Box } from '@anshi/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { OnnxGraph } from '../convert/onnx-graph.ts';
import {
  anySize,
  type ConstantOutput,
  constantModel,
  type Dims,
  onlySize as fixed,
  grey,
  testCard,
  testInput,
  WeightsFolder,
} from '../testing/tiny-models.ts';
import type { PpeCard } from './model-card.ts';
import { ModelRunner } from './model-runner.ts';

/*
 * Miniature exports of the supported detectors: graphs with the same inputs and outputs and
 * constant results, through the real runtime and the whole runner.
 */

const folder = new WeightsFolder();
afterAll(() => folder.remove());
const weights = (bytes: Uint8Array) => folder.write(bytes);

/** 1280 x 720, grey: a tenth of it is 128 x 72. */
const picture = grey(1280, 720);
async function find(card: PpeCard) {
  const runner = await ModelRunner.load(card, (work) => work());
  await runner.selfTest();
  const { detections } = await runner.detect(picture, 0, { regionBudget: 0 });
  await runner.close();
  return detections;
}

/** The two detections of each graph, in picture pixels. */
const person: Box = [320, 180, 640, 540];
const helmet: Box = [400, 180, 500, 260];

function expectBoth(found: Awaited<ReturnType<typeof find>>): void {
  expect(found.map(({ label }) => label).sort()).toEqual(['helmet', 'person']);
  for (const [label, score, box] of [
    ['person', 0.9, person],
    ['helmet', 0.6, helmet],
  ] as const) {
    const one = found.find((detection) => detection.label === label)!;
    expect(one.score).toBeCloseTo(score, 5);
    for (const i of [0, 1, 2, 3]) expect(one.box[i]).toBeCloseTo(box[i]!, 2);
  }
}

/** cx, cy, width, height of a picture box in a tensor. */
function middle(
  [left, top, right, bottom]: Box,
  { x = 0.1, y = 0.1, down = 0 }: { x?: number; y?: number; down?: number } = {},
): [number, number, number, number] {
  return [
    ((left + right) / 2) * x,
    ((top + bottom) / 2) * y + down,
    (right - left) * x,
    (bottom - top) * y,
  ];
}

/** Class names of a site's own export: two other names, one unused class, one of ours. */
const named = {
  classes: ['Hardhat', 'Mask', 'NO-Hardhat', 'person'],
  meanings: { Hardhat: 'helmet', Mask: null, 'NO-Hardhat': 'head' },
} as const;
const own = { classes: [...named.classes], meanings: { ...named.meanings } };

/** Boxes and class scores of four queries: helmet, mask (unused), noise, person. */
function queries(
  place: (box: Box) => readonly number[],
): { box: readonly number[]; scores: number[] }[] {
  return [
    { box: place(helmet), scores: [0.6, 0.1, 0.2, 0] },
    { box: place([900, 300, 1000, 400]), scores: [0, 0.95, 0, 0] },
    { box: place([10, 10, 50, 50]), scores: [0.1, 0.1, 0.24, 0.24] },
    { box: place(person), scores: [0, 0, 0, 0.9] },
  ];
}

const output = (dims: readonly number[], values: number[], name = 'output'): ConstantOutput => ({
  name,
  dims,
  values,
});

describe('exports of known detectors', () => {
  it('YOLOX with its grid', async () => {
    // 128 x 96: the shorter side padded to a multiple of 32. Strides 8 and 16: 192 and 48 cells.
    const rows = Array.from({ length: 240 }, () => [0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const [cx, cy, w, h] = middle(person);
    const cell = 192 + Math.floor(cy / 16) * 8 + Math.floor(cx / 16);
    rows[cell] = [cx / 16 - 3, cy / 16 - 2, Math.log(w / 16), Math.log(h / 16), 0.9, 0, 0, 0, 1];
    const [hx, hy, hw, hh] = middle(helmet);
    const fine = Math.floor(hy / 8) * 16 + Math.floor(hx / 8);
    rows[fine] = [hx / 8 - 5, hy / 8 - 2, Math.log(hw / 8), Math.log(hh / 8), 0.8, 0.75, 1, 0.1, 0];
    expect([cell, fine]).toEqual([192 + 2 * 8 + 3, 2 * 16 + 5]);
    const bytes = constantModel(anySize, [
      { ...output([1, 240, 9], rows.flat()), said: [1, 'cells', 9] },
    ]);
    const card = testCard(weights(bytes), {
      ...own,
      output: { head: 'yolox-grid', name: 'output', strides: [8, 16] },
    });
    const runner = await ModelRunner.load(card, (work) => work());
    expectBoth((await runner.detect(picture, 0, { regionBudget: 0 })).detections);
  });

  it('YOLOX with decoded boxes, the picture at the top left', async () => {
    const rows = queries((box) => middle(box)).flatMap(({ box, scores }) => [...box, 1, ...scores]);
    const bytes = constantModel(anySize, [output([1, 4, 9], rows)]);
    const card = testCard(weights(bytes), {
      ...own,
      output: { head: 'yolox-decoded', name: 'output' },
    });
    expectBoth(await find(card));
  });

  it('keeps lower scores where an evaluation asks for them, and the rest unchanged', async () => {
    const rows = queries((box) => middle(box)).flatMap(({ box, scores }) => [...box, 1, ...scores]);
    const bytes = constantModel(anySize, [output([1, 4, 9], rows)]);
    const card = testCard(weights(bytes), own);
    const runner = await ModelRunner.load(card, (work) => work(), { scoreFloor: 0.05 });
    const { detections } = await runner.detect(picture, 0, { regionBudget: 0 });
    const kept = detections.filter(({ label, score }) => score >= card.thresholds[label]!.keep);
    expectBoth(kept);
    expect(detections.length).toBeGreaterThan(kept.length);
    expect(detections.every(({ score }) => score >= 0.05)).toBe(true);
  });

  it('YOLOv8 and YOLO11, the picture in the middle of a square, red first, 0 to 1', async () => {
    // 72 of 128 rows are picture: 28 above.
    const boxes = queries((box) => middle(box, { down: 28 }));
    const lines = [0, 1, 2, 3].map((k) => boxes.map(({ box }) => box[k]!));
    const scores = [0, 1, 2, 3].map((c) => boxes.map((one) => one.scores[c]!));
    const bytes = constantModel(fixed, [output([1, 8, 4], [...lines, ...scores].flat())]);
    const card = testCard(weights(bytes), {
      ...own,
      input: testInput({
        range: [0, 1],
        multiple: 128,
        padding: { value: 114, place: 'around' },
      }),
      output: { head: 'yolov8', name: 'output' },
    });
    expectBoth(await find(card));
  });

  const stretched = testInput({
    range: [0, 1],
    multiple: 128,
    padding: { value: 0, place: 'none' },
  });
  const share = (box: Box) => middle(box, { x: 1 / 1280, y: 1 / 720 });

  it('RT-DETR with logits, the picture stretched to a square', async () => {
    const all = queries(share);
    const logits = all.flatMap(({ scores }) =>
      scores.map((p) => (p === 0 ? -9 : Math.log(p / (1 - p)))),
    );
    const bytes = constantModel(fixed, [
      output([1, 4, 4], logits, 'logits'),
      output(
        [1, 4, 4],
        all.flatMap(({ box }) => box),
        'boxes',
      ),
    ]);
    const card = testCard(weights(bytes), {
      ...own,
      input: stretched,
      output: { head: 'rtdetr', logits: 'logits', boxes: 'boxes' },
    });
    expectBoth(await find(card));
  });

  it('RT-DETR in one output', async () => {
    const rows = queries(share).flatMap(({ box, scores }) => [...box, ...scores]);
    const bytes = constantModel(fixed, [output([1, 4, 8], rows)]);
    const card = testCard(weights(bytes), {
      ...own,
      input: stretched,
      output: { head: 'rtdetr-rows', name: 'output' },
    });
    expectBoth(await find(card));
  });

  it('RT-DETR with its post-processing, with the size of the tensor as an input', async () => {
    const corners = ([left, top, right, bottom]: Box) => [
      left / 1280,
      top / 720,
      right / 1280,
      bottom / 720,
    ];
    const all = [
      { label: 0, score: 0.6, box: corners(helmet) },
      { label: 1, score: 0.9, box: corners([900, 300, 1000, 400]) },
      { label: 3, score: 0.2, box: corners([10, 10, 50, 50]) },
      { label: 3, score: 0.9, box: corners(person) },
      { label: 99, score: 0.9, box: corners(person) },
    ];
    const graph = new OnnxGraph();
    const size = graph.node('Cast', ['size'], { to: 1 });
    const shares = graph.constant({
      type: 'float',
      dims: [1, 5, 4],
      values: all.flatMap(({ box }) => box),
    });
    graph.name(
      graph.node('Mul', [shares, graph.node('Concat', [size, size], { axis: 1 })]),
      'boxes',
    );
    const labels = { type: 'int64', dims: [1, 5], values: all.map(({ label }) => label) } as const;
    graph.name(graph.constant(labels), 'labels');
    const scores = { type: 'float', dims: [1, 5], values: all.map(({ score }) => score) } as const;
    graph.name(graph.constant(scores), 'scores');
    const bytes = graph.encode(
      'final',
      [
        { name: 'images', type: 'float', dims: fixed },
        { name: 'size', type: 'int64', dims: [1, 2] },
      ],
      [
        { name: 'labels', type: 'int64', dims: [1, 5] },
        { name: 'boxes', type: 'float', dims: [1, 5, 4] },
        { name: 'scores', type: 'float', dims: [1, 5] },
      ],
    );
    const final: PpeCard['output'] = {
      head: 'rtdetr-final',
      labels: 'labels',
      boxes: 'boxes',
      scores: 'scores',
      sizeInput: 'size',
    };
    expectBoth(await find(testCard(weights(bytes), { ...own, input: stretched, output: final })));
  });

  it('runs fixed-size weights with that size only, also for a crop of two people', async () => {
    const near = [
      [100, 100, 170, 260],
      [180, 100, 250, 260],
    ].map((box) => [...middle(box as Box), 1, 0.9]);
    const dims: Dims[] = [anySize, fixed];
    const regions: number[] = [];
    for (const input of dims) {
      const bytes = constantModel(input, [output([1, 2, 6], near.flat())]);
      const card = testCard(weights(bytes), {
        classes: ['person'],
        input: testInput(input === fixed ? { multiple: 128 } : {}),
      });
      const runner = await ModelRunner.load(card, (work) => work());
      regions.push((await runner.detect(picture, 0, {})).regions);
    }
    expect(regions).toEqual([1, 2]);
  });

  it('normalises each channel, in the card’s channel order', async () => {
    // One box whose scores are the means of the three planes of the tensor.
    const graph = new OnnxGraph();
    const planes = graph.node('ReduceMean', ['images'], { axes: [2, 3], keepdims: 0 });
    const scores = graph.node('Unsqueeze', [planes, graph.int64s([1])]);
    const box = graph.constant({ type: 'float', dims: [1, 1, 5], values: [64, 36, 20, 40, 1] });
    graph.name(graph.node('Concat', [box, scores], { axis: 2 }), 'output');
    const bytes = graph.encode(
      'colours',
      [{ name: 'images', type: 'float', dims: anySize }],
      [{ name: 'output', type: 'float', dims: [1, 1, 8] }],
    );
    const file = weights(bytes);
    const low = { keep: 0.001, trust: 0.5 };
    const scoresOf = async (order: 'rgb' | 'bgr', normalise?: PpeCard['input']['normalise']) => {
      const card = testCard(file, {
        classes: ['person', 'helmet', 'vest'],
        thresholds: { person: low, helmet: low, vest: low },
        input: testInput({
          order,
          range: [0, 1],
          size: 128,
          multiple: 128,
          ...(normalise && { normalise }),
        }),
      });
      const runner = await ModelRunner.load(card, (work) => work());
      // BT.709, limited range, of red 200, green 120, blue 40; square, so that nothing is padding.
      const coloured = grey(256, 256, [127, 83, 172]);
      const { detections } = await runner.detect(coloured, 0, { regionBudget: 0 });
      return ['person', 'helmet', 'vest'].map(
        (label) => detections.find((d) => d.label === label)?.score ?? 0,
      );
    };
    const near = (found: number[], expected: number[]) => {
      for (const [i, value] of found.entries()) {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(0.02);
      }
    };
    const plain = await scoresOf('rgb');
    const [red, green, blue] = plain as [number, number, number];
    expect(red).toBeGreaterThan(green + 0.2);
    expect(green).toBeGreaterThan(blue + 0.2);
    near(await scoresOf('bgr'), [blue, green, red]);
    const mean: [number, number, number] = [0.1, 0.2, 0.05];
    const deviation: [number, number, number] = [0.9, 0.5, 0.4];
    const expected = plain.map((value, i) => Math.min(1, (value - mean[i]!) / deviation[i]!));
    near(await scoresOf('rgb', { mean, deviation }), expected);
    near(await scoresOf('bgr', { mean, deviation }), [...expected].reverse());
  });

  it('pads with the grey of the card, normalised as the picture is', async () => {
    // The score is the mean of the whole tensor; half of it is padding.
    const graph = new OnnxGraph();
    const all = graph.node('ReduceMean', ['images'], { axes: [1, 2, 3], keepdims: 0 });
    const score = graph.node('Reshape', [all, graph.int64s([1, 1, 1])]);
    const box = graph.constant({ type: 'float', dims: [1, 1, 5], values: [64, 36, 20, 40, 1] });
    graph.name(graph.node('Concat', [box, score], { axis: 2 }), 'output');
    const bytes = graph.encode(
      'grey',
      [{ name: 'images', type: 'float', dims: anySize }],
      [{ name: 'output', type: 'float', dims: [1, 1, 6] }],
    );
    for (const place of ['around', 'bottom-right'] as const) {
      const card = testCard(weights(bytes), {
        classes: ['person'],
        input: testInput({
          range: [0, 1],
          multiple: 128,
          padding: { value: 255, place },
          normalise: { mean: [0, 0, 0], deviation: [2, 2, 2] },
        }),
      });
      const runner = await ModelRunner.load(card, (work) => work());
      // Black, twice as wide as high: half of the tensor is padding.
      const black = grey(512, 256, [16, 128, 128]);
      const { detections } = await runner.detect(black, 0, { regionBudget: 0 });
      expect(detections[0]!.score).toBeCloseTo(0.25, 3);
    }
  });
});
