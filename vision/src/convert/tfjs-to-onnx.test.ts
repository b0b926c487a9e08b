import { describe, expect, it } from 'vitest';
import { tfjsToOnnx } from './tfjs-to-onnx.ts';

const form = { name: 'test', input: 'image', output: 'out', outputDims: [1, 3] };
const weights = [{ name: 'two', shape: [3], dtype: 'float32' }];
const node = (name: string, op: string, input: string[] = [], attr = {}) => ({
  name,
  op,
  input,
  attr,
});
const graph = (...nodes: object[]) =>
  JSON.stringify({
    format: 'graph-model',
    modelTopology: { node: [node('picture', 'Placeholder'), node('two', 'Const'), ...nodes] },
    weightsManifest: [{ weights }],
  });
const numbers = new Uint8Array(Float32Array.of(1, 2, 3).buffer);

describe('tfjsToOnnx', () => {
  it('is reproducible', () => {
    const source = graph(node('sum', 'AddV2', ['picture', 'two']));
    const first = tfjsToOnnx(source, numbers, form);
    expect(first.length).toBeGreaterThan(100);
    expect(Buffer.compare(first, tfjsToOnnx(source, numbers, form))).toBe(0);
  });

  it.each([
    [
      'an operator that it does not know',
      graph(node('x', 'Erf', ['picture'])),
      'the operator Erf ("x") is not known',
    ],
    [
      'a tensor without a source',
      graph(node('x', 'Abs', ['nobody'])),
      'no node outputs the tensor "nobody"',
    ],
    ['nothing to compute', graph(), 'the graph computes nothing'],
    ['text that is not JSON', '{', 'the graph is not JSON'],
    [
      'a model of another kind',
      '{"format":"layers-model"}',
      'no TensorFlow.js graph model: format',
    ],
    [
      'a padding that it does not know',
      graph(node('x', 'MaxPool', ['picture'], { padding: { s: btoa('EXPLICIT') } })),
      'padding EXPLICIT is not known',
    ],
    [
      'bounds that are computed at run time',
      graph(node('x', 'StridedSlice', ['picture', 'picture', 'two', 'two'])),
      'input 1 has to be constant',
    ],
  ])('refuses %s, with a reason', (_, source, message) => {
    expect(() => tfjsToOnnx(source, numbers, form)).toThrow(message);
  });

  it('refuses too few or too many weights', () => {
    const source = graph(node('x', 'Abs', ['picture']));
    expect(() => tfjsToOnnx(source, numbers.subarray(0, 8), form)).toThrow('end within "two"');
    expect(() => tfjsToOnnx(source, new Uint8Array(13), form)).toThrow('1 bytes follow');
  });
});
