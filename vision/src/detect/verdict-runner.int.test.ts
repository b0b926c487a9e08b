import { afterAll, describe, expect, it } from 'vitest';
import { OnnxGraph } from '../convert/onnx-graph.ts';
import { constantModel, grey, testCard, testInput, WeightsFolder } from '../testing/tiny-models.ts';
import type { VerdictCard } from './card/verdict.ts';
import { ModelRunner } from './model-runner.ts';
import { VerdictRunner } from './verdict-runner.ts';

const folder = new WeightsFolder();
afterAll(() => folder.remove());
const free = <T>(work: () => Promise<T>) => work();

function cardOf(weightsPath: string, change: Partial<VerdictCard> = {}): VerdictCard {
  const { multiple: _, ...input } = testInput({ size: 32 });
  const both = { worn: 0.7, missing: 0.7, partsAlone: true };
  return {
    task: 'ppe-verdict',
    name: 'tiny',
    weights: { file: 'verdict.onnx', sha256: '0'.repeat(64) },
    weightsPath,
    input: { ...input, padding: { value: 114, place: 'around' } },
    output: { name: 'answers' },
    items: ['helmet', 'vest'],
    square: { ofWidth: 1.15, ofHeight: 0.62, above: 0.12 },
    trust: { helmet: both, vest: both },
    perFrame: 2,
    ...change,
  };
}

const answers = [0.9, 0.08, 0.02, 0.1, 0.2, 0.7];
const constant = () =>
  folder.write(
    constantModel([1, 3, 32, 32], [{ name: 'answers', dims: [1, 2, 3], values: answers }]),
  );

/** Weights that answer with the mean of the picture: what they see shows. */
function meanModel(): string {
  const graph = new OnnxGraph();
  const mean = graph.node('ReduceMean', ['images'], { axes: [0, 1, 2, 3], keepdims: 0 });
  const ones = graph.constant({ type: 'float', dims: [1, 2, 3], values: [1, 0, 0, 0, 1, 0] });
  graph.name(graph.node('Mul', [mean, ones]), 'answers');
  return folder.write(
    graph.encode(
      'mean',
      [{ name: 'images', type: 'float', dims: [1, 3, 32, 32] }],
      [{ name: 'answers', type: 'float', dims: [1, 2, 3] }],
    ),
  );
}

describe('a classifier of equipment', () => {
  it('gives the answers of each judged person, by item', async () => {
    const runner = await VerdictRunner.load(cardOf(constant()), free);
    await runner.selfTest();
    const times = { prepare: 0, infer: 0, decode: 0 };
    const people = [
      [10, 10, 30, 70],
      [-5, 40, 20, 100],
      [80, 0, 100, 60],
    ] as [number, number, number, number][];
    const found = await runner.judge(grey(160, 96), { people, round: 0, most: 2 }, times);
    expect(found.map(({ box }) => box)).toEqual(people.slice(0, 2));
    expect(found[0]!.items.helmet!.worn).toBeCloseTo(0.9);
    expect(found[0]!.items.vest).toEqual({
      worn: expect.closeTo(0.1),
      missing: expect.closeTo(0.2),
    });
    expect(times.infer).toBeGreaterThan(0);
    await runner.close();
  });

  it('sees the square of the person, padded where it leaves the picture', async () => {
    const runner = await VerdictRunner.load(cardOf(meanModel()), free);
    const white = grey(160, 96, [235, 128, 128]);
    const seen = async (box: [number, number, number, number]) => {
      const times = { prepare: 0, infer: 0, decode: 0 };
      const [one] = await runner.judge(white, { people: [box], round: 0, most: 1 }, times);
      return one!.items.helmet!.worn;
    };
    expect(await seen([60, 20, 80, 90])).toBeCloseTo(255, 0);
    // Half of the square lies left of the picture.
    const half = await seen([-10, 20, 10, 90]);
    expect(half).toBeGreaterThan(175);
    expect(half).toBeLessThan(195);
    await runner.close();
  });

  it('is refused where it answers for other items than the card names', async () => {
    await expect(
      VerdictRunner.load(cardOf(constant(), { items: ['helmet'] }), free),
    ).rejects.toThrow(
      'model "tiny": verdict.items: the card names helmet, so the weights must give 1 x 1 x 3, not 1 x 2 x 3',
    );
  });

  it('is refused where its answers are no probabilities', async () => {
    const runner = await VerdictRunner.load(cardOf(meanModel()), free);
    await expect(runner.selfTest()).rejects.toThrow(
      /verdict\.output: helmet: .* are no probabilities/,
    );
  });

  it('is refused with another size or output than the card names', async () => {
    const load = (change: Partial<VerdictCard>) =>
      VerdictRunner.load(cardOf(constant(), change), free);
    const { input } = cardOf('');
    await expect(load({ input: { ...input, size: 64 } })).rejects.toThrow(
      /verdict\.input\.size: the card says 64/,
    );
    await expect(load({ output: { name: 'other' } })).rejects.toThrow(/the card says "other"/);
  });

  it('judges the people whom the detector trusts', async () => {
    // Rows of cx, cy, w, h, objectness, classes: one person above the threshold, one below.
    const row = (cx: number, score: number) => [cx, 64, 30, 80, 1, score, 0, 0, 0, 0];
    const values = [...row(40, 0.9), ...row(100, 0.4)];
    const detector = folder.write(
      constantModel([1, 3, 'height', 'width'], [{ name: 'output', dims: [1, 2, 10], values }]),
    );
    const card = { ...testCard(detector, {}), verdict: cardOf(constant()) };
    const runner = await ModelRunner.load(card, free);
    const picture = grey(128, 128);
    const found = await runner.detect(picture, 0, { regionBudget: 0 });
    expect(found.answers).toHaveLength(1);
    const [person] = found.detections.filter(({ label }) => label === 'person');
    expect(found.answers![0]!.box).toEqual(person!.box);
    expect((await runner.detect(picture, 1, { regionBudget: 0, judged: [] })).answers).toEqual([]);
    await runner.close();
  });
});
