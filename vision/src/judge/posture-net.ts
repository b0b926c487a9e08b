import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INPUTS, WINDOW } from './posture-window.ts';

/**
 * The network of postures (models/posture): each look at a person becomes a code, and the codes of the last
 * seconds become a posture and whether the person just fell. A few thousand multiplications, here rather than in the
 * runtime of the large models: a replay without them judges the same.
 */

/** What the network tells apart, in the order of its answers. */
const POSTURE_COUNT = 5;
const LYING = 4;
const LOOK = 48;
const CODE = 24;
const HIDDEN = 48;
const ANSWERS = POSTURE_COUNT + 1;

/** Probabilities. */
export interface PostureAnswer {
  readonly lying: number;
  /** A fall ended in the last seconds, or is about to. */
  readonly fell: number;
}

interface Layer {
  /** Row after row, one for each output. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly from: number;
  readonly to: number;
}

const SHAPES = [
  [WINDOW.perStep, LOOK],
  [LOOK, CODE],
  [WINDOW.steps * CODE + WINDOW.now, HIDDEN],
  [HIDDEN, ANSWERS],
] as const;
const NUMBERS = SHAPES.reduce((sum, [from, to]) => sum + (from + 1) * to, 0);

/** The weights that are shipped. */
const SHIPPED = join(import.meta.dirname, '../../../models/posture/posture.bin');

/** The network with its weights; judges one person at a time. */
export class PostureNet {
  readonly #layers: readonly Layer[];
  readonly #look = new Float32Array(LOOK);
  readonly #codes = new Float32Array(WINDOW.steps * CODE + WINDOW.now);
  readonly #hidden = new Float32Array(HIDDEN);
  readonly #answers = new Float32Array(ANSWERS);

  private constructor(numbers: Float32Array) {
    let at = 0;
    const take = (count: number) => {
      at += count;
      return numbers.subarray(at - count, at);
    };
    this.#layers = SHAPES.map(([from, to]) => ({
      weights: take(from * to),
      bias: take(to),
      from,
      to,
    }));
  }

  /** @throws Error that names the file where it is not there or is no such network. */
  static read(file: string = SHIPPED): PostureNet {
    if (!existsSync(file))
      throw new Error(`${file}: the weights of the network of postures are not there`);
    const bytes = readFileSync(file);
    if (bytes.length !== 4 * NUMBERS) {
      throw new Error(
        `${file}: ${bytes.length} bytes are no weights of the network of postures, which has ${4 * NUMBERS}`,
      );
    }
    const numbers = new Float32Array(NUMBERS);
    for (let i = 0; i < NUMBERS; i++) numbers[i] = bytes.readFloatLE(4 * i);
    if (!numbers.every(Number.isFinite)) {
      throw new Error(`${file}: the weights of the network of postures hold what is no number`);
    }
    return new PostureNet(numbers);
  }

  /** @param window of `fillWindow`. */
  answer(window: Float32Array): PostureAnswer {
    const [look, code, hidden, answer] = this.#layers as [Layer, Layer, Layer, Layer];
    const codes = this.#codes;
    for (let step = 0; step < WINDOW.steps; step++) {
      run(look, window, step * WINDOW.perStep, this.#look, 0, true);
      run(code, this.#look, 0, codes, step * CODE, true);
    }
    const now = WINDOW.steps * WINDOW.perStep;
    codes.set(window.subarray(now, INPUTS), WINDOW.steps * CODE);
    run(hidden, codes, 0, this.#hidden, 0, true);
    const answers = this.#answers;
    run(answer, this.#hidden, 0, answers, 0, false);
    let sum = 0;
    const most = Math.max(...answers.subarray(0, POSTURE_COUNT));
    for (let i = 0; i < POSTURE_COUNT; i++) sum += Math.exp(answers[i]! - most);
    return {
      lying: Math.exp(answers[LYING]! - most) / sum,
      fell: 1 / (1 + Math.exp(-answers[POSTURE_COUNT]!)),
    };
  }
}

/** One layer; `rectified` without what is below zero. */
function run(
  { weights, bias, from, to }: Layer,
  input: Float32Array,
  inputAt: number,
  output: Float32Array,
  outputAt: number,
  rectified: boolean,
): void {
  for (let i = 0, w = 0; i < to; i++) {
    let sum = bias[i]!;
    for (let j = 0; j < from; j++, w++) sum += weights[w]! * input[inputAt + j]!;
    output[outputAt + i] = rectified && sum < 0 ? 0 : sum;
  }
}

let shipped: PostureNet | undefined;

/** The shipped network, read once. @throws Error, see `PostureNet.read`. */
export function postureNet(): PostureNet {
  shipped ??= PostureNet.read();
  return shipped;
}
