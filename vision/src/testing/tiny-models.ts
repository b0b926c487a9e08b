import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { OnnxGraph } from '../convert/onnx-graph.ts';
import { type PpeCard, ppeCardSchema } from '../detect/card/ppe.ts';
import type { PlanarPicture } from '../detect/prepare.ts';

/** Sizes of a graph's input; a name stands for a dynamic size. */
export type Dims = readonly (number | string)[];

/** One output with constant values. */
export interface ConstantOutput {
  readonly name: string;
  readonly type?: 'float' | 'int64';
  readonly dims: readonly number[];
  readonly values: ArrayLike<number>;
  /** Declared shape; left out: `dims`. */
  readonly said?: Dims;
}

/** A graph with a picture input and constant outputs. */
export function constantModel(input: Dims, outputs: readonly ConstantOutput[]): Uint8Array {
  const graph = new OnnxGraph();
  const infos = outputs.map(({ name, type = 'float', dims, values, said }) => {
    graph.name(graph.constant({ type, dims, values }), name);
    return { name, type, dims: said ?? dims };
  });
  return graph.encode('constant', [{ name: 'images', type: 'float', dims: input }], infos);
}

/** A card of a detector for tests; `change` overrides fields. */
export function testCard(
  weightsPath: string,
  change: Partial<z.input<typeof ppeCardSchema>>,
): PpeCard {
  const classes = change.classes ?? ['person', 'helmet', 'head', 'vest', 'no_vest'];
  const half = { keep: 0.25, trust: 0.5 };
  const { verdict: _, ...card } = ppeCardSchema.parse({
    card: 1,
    name: 'tiny',
    version: '1',
    task: 'ppe-detection',
    description: 'of a test',
    weights: { file: 'model.onnx', sha256: '0'.repeat(64) },
    classes,
    input: testInput({}),
    output: { head: 'yolox-decoded', name: 'output' },
    thresholds: { person: half, helmet: half, head: half, vest: half, no_vest: half },
    nms: { iou: 0.5 },
    region: {
      size: 128,
      belowHeight: 30,
      minHeight: 10,
      minScore: 0.2,
      side: 0.75,
      above: 0.12,
    },
    licence: 'none',
    baseWeights: { name: 'none', source: 'none', licence: 'none' },
    dataSets: [{ name: 'none', source: 'none', licence: 'none', attribution: 'none' }],
    recipe: 'none',
    recipeCommit: 'none',
    figures: [],
    limits: ['none'],
    ...change,
  });
  return { ...card, weightsPath };
}

type Input = z.input<typeof ppeCardSchema>['input'];

/** An input of 128 pixels of any shape, red first, 0 to 255. */
export function testInput(change: Partial<Input>): Input {
  return {
    name: 'images',
    layout: 'nchw',
    order: 'rgb',
    range: [0, 255],
    size: 128,
    multiple: 32,
    padding: { value: 114, place: 'bottom-right' },
    ...change,
  };
}

/** The declared input: pictures of any size, or of 128 x 128 only. */
export const anySize: Dims = [1, 3, 'height', 'width'];
export const onlySize: Dims = [1, 3, 128, 128];

/** A picture of one colour, as a frame. @param colour Y, U and V. */
export function grey(
  width: number,
  height: number,
  [y, u, v]: readonly [number, number, number] = [128, 128, 128],
): PlanarPicture {
  const pixels = new SharedArrayBuffer(width * height * 1.5);
  const bytes = new Uint8Array(pixels);
  bytes.fill(y, 0, width * height);
  bytes.fill(u, width * height, 1.25 * width * height);
  bytes.fill(v, 1.25 * width * height);
  return { width, height, pixels };
}

/** A temporary folder of weights. */
export class WeightsFolder {
  readonly #folder = mkdtempSync(join(tmpdir(), 'anshi-weights-'));
  #count = 0;

  /** @returns the path of the file. */
  write(bytes: Uint8Array): string {
    const file = join(this.#folder, `${this.#count++}.onnx`);
    writeFileSync(file, bytes);
    return file;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
