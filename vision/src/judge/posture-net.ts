import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { INPUTS, WINDOW } from './posture-window.ts';

/**
 * The posture network (models/posture): each sample of a person becomes a code, and the codes of the last
 * seconds become a posture and whether the person just fell. A few thousand multiplications, here rather than in the
 * runtime of the large models: a replay without them judges the same.
 */

/** What the network tells apart, in the order of its answers. */
const POSTURE_COUNT = 5;
const LYING = 4;
const SAMPLE = 48;
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
  [WINDOW.perStep, SAMPLE],
  [SAMPLE, CODE],
  [WINDOW.steps * CODE + WINDOW.now, HIDDEN],
  [HIDDEN, ANSWERS],
] as const;
const NUMBERS = SHAPES.reduce((sum, [from, to]) => sum + (from + 1) * to, 0);

/** The weights that are shipped, and their SHA-256; also in models/posture/posture.yaml. */
const SHIPPED = {
  file: join(import.meta.dirname, '../../../models/posture/posture.bin'),
  sha256: 'a99eb4d0de3b2bdf40279c31faacac41b9675d85204a674b749609c161652475',
};

/** The network with its weights; judges one person at a time. */
export class PostureNet {
  readonly #layers: readonly Layer[];
  readonly #sample = new Float32Array(SAMPLE);
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

  /**
   * @param sha256 of the file; left out, its content is not compared.
   * @throws Error that names the file where it cannot be read, is no such network, or is damaged.
   */
  static read(file: string, sha256?: string): PostureNet {
    const what = `${file}: the weights of the posture network`;
    let bytes: Buffer;
    try {
      bytes = readFileSync(file);
    } catch (error) {
      throw new Error(`${what} cannot be read: ${(error as Error).message}`);
    }
    if (bytes.length !== 4 * NUMBERS) {
      throw new Error(`${what} have ${bytes.length} bytes instead of ${4 * NUMBERS}`);
    }
    if (sha256 !== undefined && createHash('sha256').update(bytes).digest('hex') !== sha256) {
      throw new Error(`${what} are damaged: their SHA-256 is not ${sha256}`);
    }
    const numbers = new Float32Array(NUMBERS);
    for (let i = 0; i < NUMBERS; i++) numbers[i] = bytes.readFloatLE(4 * i);
    if (!numbers.every(Number.isFinite)) {
      throw new Error(`${what} contain values that are not finite`);
    }
    return new PostureNet(numbers);
  }

  /** @param window of `fillWindow`. */
  answer(window: Float32Array): PostureAnswer {
    const [sample, code, hidden, answer] = this.#layers as [Layer, Layer, Layer, Layer];
    const codes = this.#codes;
    for (let step = 0; step < WINDOW.steps; step++) {
      run(sample, window, step * WINDOW.perStep, this.#sample, 0, true);
      run(code, this.#sample, 0, codes, step * CODE, true);
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

let shipped: PostureNet | Error | undefined;

function readShipped(): PostureNet | Error {
  try {
    return PostureNet.read(SHIPPED.file, SHIPPED.sha256);
  } catch (error) {
    return error as Error;
  }
}

/** The shipped network, read once; null where it cannot be used, see {@link postureNetProblem}. */
export function postureNet(): PostureNet | null {
  shipped ??= readShipped();
  return shipped instanceof Error ? null : shipped;
}

/** Why the shipped network cannot be used, or null. */
export function postureNetProblem(): string | null {
  shipped ??= readShipped();
  return shipped instanceof Error ? shipped.message : null;
}
