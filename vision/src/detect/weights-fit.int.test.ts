import { afterAll, describe, expect, it } from 'vitest';
import { OnnxGraph } from '../convert/onnx-graph.ts';
import {
  anySize,
  constantModel,
  type Dims,
  onlySize as fixed,
  testCard,
  testInput,
  WeightsFolder,
} from '../testing/tiny-models.ts';
import type { PpeCard } from './model-card.ts';
import { ModelRunner } from './model-runner.ts';

const folder = new WeightsFolder();
afterAll(() => folder.remove());
const weights = (bytes: Uint8Array) => folder.write(bytes);

describe('cards that do not match their weights', () => {
  const load = async (card: PpeCard) => {
    try {
      const runner = await ModelRunner.load(card, (work) => work());
      await runner.selfTest();
    } catch (error) {
      expect((error as Error).name).toBe('ModelCardError');
      return (error as Error).message;
    }
    throw new Error('the model was accepted');
  };
  const decoded = (dims: readonly number[], said?: Dims, input = anySize) => {
    const length = dims.reduce((product, size) => product * size, 1);
    const numbers = { name: 'output', dims, values: new Float32Array(length) };
    return weights(constantModel(input, [{ ...numbers, ...(said && { said }) }]));
  };

  it('names surplus or missing classes', async () => {
    const message = await load(testCard(decoded([1, 4, 13]), {}));
    expect(message).toMatch(/model "tiny": classes: the card has 5, the weights have 8/);
    expect(message).toContain('the card declares 1 x boxes x 10, the weights give 1 x 4 x 13');
  });

  it('names a head for a transposed output', async () => {
    const message = await load(
      testCard(decoded([1, 40, 9]), { output: { head: 'yolov8', name: 'output' } }),
    );
    expect(message).toMatch(
      /output\.head: the card declares 1 x 9 x boxes, the weights give 1 x 40 x 9: transposed/,
    );
  });

  it('names a mismatch that shows only at run time', async () => {
    // The shape depends on a value computed at run time.
    const graph = new OnnxGraph();
    const mean = graph.node('ReduceMean', ['images'], { axes: [0, 1, 2, 3], keepdims: 0 });
    const zero = graph.constant({ type: 'float', dims: [1], values: [0] });
    const nothing = graph.node('Cast', [graph.node('Mul', [mean, zero])], { to: 7 });
    const shape = graph.node('Add', [graph.int64s([1, 4, 13]), nothing]);
    const one = graph.constant({ type: 'float', dims: [1, 1, 1], values: [0] });
    graph.name(graph.node('Expand', [one, shape]), 'output');
    const quiet = graph.encode(
      'quiet',
      [{ name: 'images', type: 'float', dims: anySize }],
      [{ name: 'output', type: 'float', dims: [1, 'boxes', 'numbers'] }],
    );
    expect(await load(testCard(weights(quiet), {}))).toMatch(
      /output\.head: the model gave 1 x 4 x 13, its card declares 1 x boxes x 10/,
    );
    const grid = testCard(decoded([1, 77, 10], [1, 'cells', 10]), {
      output: { head: 'yolox-grid', name: 'output', strides: [8, 16, 32] },
    });
    expect(await load(grid)).toMatch(
      /output\.head: the model gave 770 numbers, its card declares \d+ cells of 10/,
    );
  });

  it('names inputs that are missing, surplus, or of another size, layout or type', async () => {
    const good = decoded([1, 4, 10]);
    const input = (change: Parameters<typeof testInput>[0]) => ({ input: testInput(change) });
    expect(await load(testCard(good, input({ name: 'x' })))).toContain(
      'input.name: the card says "x", the weights have images',
    );
    const square = decoded([1, 4, 10], undefined, fixed);
    expect(await load(testCard(square, input({ size: 160 })))).toContain(
      'input.size: the card says 160, the weights take 1 x 3 x 128 x 128 and no other size',
    );
    expect(await load(testCard(square, {}))).toContain('input.multiple: ');
    const small = {
      size: 96,
      belowHeight: 30,
      minHeight: 10,
      minScore: 0.2,
      side: 0.75,
      above: 0.1,
    };
    expect(await load(testCard(square, { ...input({ multiple: 128 }), region: small }))).toContain(
      'region.size: the card says 96, the weights take 1 x 3 x 128 x 128',
    );
    const last = decoded([1, 4, 10], undefined, [1, 128, 128, 3]);
    expect(await load(testCard(last, {}))).toContain('input.layout: nchw has 3 channels');
    const batch = decoded([1, 4, 10], undefined, [8, 3, 128, 128]);
    expect(await load(testCard(batch, {}))).toContain('batch size of 1');
    const graph = new OnnxGraph();
    graph.name(
      graph.constant({ type: 'float', dims: [1, 1, 10], values: new Float32Array(10) }),
      'output',
    );
    const result = { name: 'output', type: 'float', dims: [1, 1, 10] } as const;
    const images = { name: 'images', type: 'float', dims: anySize } as const;
    const extra = { name: 'scale', type: 'float', dims: [1] } as const;
    const two = weights(graph.encode('two', [images, extra], [result]));
    expect(await load(testCard(two, {}))).toContain('have another input "scale"');
    const whole = weights(graph.encode('int', [{ ...images, type: 'int32' }], [result]));
    expect(await load(testCard(whole, {}))).toContain('the weights take int32');
  });

  it('names weights that the runtime cannot run', async () => {
    expect(await load(testCard(weights(Buffer.from('no model')), {}))).toMatch(
      /model "tiny": weights\.file: the runtime cannot run the weights: /,
    );
    const graph = new OnnxGraph();
    graph.name(graph.node('NoSuchOperator', ['images']), 'output');
    const images = { name: 'images', type: 'float', dims: anySize } as const;
    const result = { name: 'output', type: 'float', dims: [1, 1, 10] } as const;
    const bytes = graph.encode('unknown', [images], [result]);
    expect(await load(testCard(weights(bytes), {}))).toMatch(
      /NoSuchOperator.*export them without this operator/,
    );
    const later = Uint8Array.from(
      constantModel(anySize, [{ name: 'output', dims: [1, 1, 10], values: Array(10).fill(0) }]),
    );
    // The version of the operator set comes last: field 2 of its entry.
    const at = later.findLastIndex((byte, i) => byte === 0x10 && later[i + 1] === 13);
    later[at + 1] = 99;
    expect(await load(testCard(weights(later), {}))).toMatch(
      /opset.*export them with a lower opset/s,
    );
  });
});
