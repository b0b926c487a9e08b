import { afterAll, describe, expect, it } from 'vitest';
import { anySize, constantModel, grey, testCard, WeightsFolder } from '../testing/tiny-models.ts';
import { ModelSession } from './model-session.ts';

const folder = new WeightsFolder();
afterAll(() => folder.remove());

describe('the tensor cache of a session', () => {
  it('stays small for many input sizes', async () => {
    const output = { name: 'output', dims: [1, 1, 10], values: new Float32Array(10) };
    const card = testCard(folder.write(constantModel(anySize, [output])), {});
    const session = await ModelSession.load(card, (work) => work());
    const times = { prepare: 0, infer: 0, decode: 0 };
    const crop = (width: number, height: number) =>
      session.infer(grey(64, 64), { width, height }, times, ([out]) => out!.data.length);
    for (let width = 32; width <= 256; width += 32) {
      for (let height = 32; height <= 256; height += 32) {
        expect(await crop(width, height)).toBe(10);
        expect(await crop(128, 128)).toBe(10);
      }
    }
    expect(session.tensors).toBeLessThanOrEqual(16);
    await session.close();
  });
});
