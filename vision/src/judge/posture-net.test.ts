import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { Random } from '../../bench/posture/random.ts';
import { someScene } from '../../bench/posture/scene.ts';
import { emptyBody, judgePosture } from './posture.ts';
import { PostureNet, postureNet, postureNetProblem } from './posture-net.ts';
import { INPUTS } from './posture-window.ts';

const folder = join(import.meta.dirname, '../../../models/posture');
const shipped = readFileSync(join(folder, 'posture.bin'));

function fileOf(bytes: Uint8Array): string {
  const made = mkdtempSync(join(tmpdir(), 'posture-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  const file = join(made, 'weights.bin');
  writeFileSync(file, bytes);
  return file;
}

describe('the weights of the posture network', () => {
  it('are those of the card', () => {
    const card = parse(readFileSync(join(folder, 'posture.yaml'), 'utf8'));
    expect(createHash('sha256').update(shipped).digest('hex')).toBe(card.weights.sha256);
    expect(shipped.length).toBe(card.weights.bytes);
    expect(postureNetProblem()).toBeNull();
  });

  it.each([
    ['of 0 bytes', new Uint8Array()],
    ['that are cut off', shipped.subarray(0, 1000)],
    ['of another shape', Buffer.concat([shipped, shipped])],
    ['that are no numbers', new Uint8Array(shipped.length).fill(255)],
  ])('%s are refused, and the file is named', (_, bytes) => {
    const file = fileOf(bytes);
    expect(() => PostureNet.read(file)).toThrow(file);
  });

  it('that were damaged are refused, and the file is named', () => {
    const bytes = Buffer.from(shipped);
    bytes.writeFloatLE(bytes.readFloatLE(400) + 1, 400);
    const file = fileOf(bytes);
    const sha256 = createHash('sha256').update(shipped).digest('hex');
    expect(PostureNet.read(fileOf(shipped), sha256)).toBeInstanceOf(PostureNet);
    expect(() => PostureNet.read(file, sha256)).toThrow(file);
  });

  it('that are not there are refused, and the file is named', () => {
    expect(() => PostureNet.read('/nowhere/posture.bin')).toThrow(/\/nowhere\/posture\.bin/);
  });
});

describe('the posture network', () => {
  it('gives probabilities, the same for the same window, whatever was judged between', () => {
    const [one, other] = [new Float32Array(INPUTS).fill(0.3), new Float32Array(INPUTS).fill(-0.2)];
    const first = postureNet()!.answer(one);
    postureNet()!.answer(other);
    expect(postureNet()!.answer(one)).toEqual(first);
    for (const share of [first.lying, first.fell]) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThanOrEqual(1);
    }
  });

  it('tells who lies, and who just fell, in acted scenes that it was not trained on', () => {
    const random = new Random(99);
    const told = { lying: [0, 0], up: [0, 0], fell: [0, 0] };
    const count = (pair: number[], hit: boolean) => {
      pair[0]! += hit ? 1 : 0;
      pair[1]! += 1;
    };
    for (let n = 0; n < 60; n++) {
      const { act, frames, picture } = someScene(random);
      const memory = emptyBody();
      for (const { at, told: seen, name } of frames) {
        if (!seen?.pose) continue;
        let answer = { lying: 0, fell: 0 };
        const watched = {
          isAlwaysEvaluated: true as const,
          answer(window: Float32Array) {
            answer = postureNet()!.answer(window);
            return { lying: 0, fell: 0 };
          },
        };
        judgePosture(memory, seen, at, picture, watched);
        if (name === 'lying') count(told.lying, answer.lying > 0.5);
        if (name === 'upright') count(told.up, answer.lying > 0.5);
        const [, end] = act.falls[0] ?? [0, Number.POSITIVE_INFINITY];
        if (at - end > 400 && at - end < 1400) count(told.fell, answer.fell > 0.5);
      }
    }
    const share = ([hits, all]: number[]) => hits! / all!;
    expect(share(told.lying)).toBeGreaterThan(0.85);
    expect(share(told.up)).toBeLessThan(0.02);
    expect(share(told.fell)).toBeGreaterThan(0.7);
  });
});
