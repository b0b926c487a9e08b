import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelCard } from './model-card.ts';
import { type Placement, type PlanarPicture, type SourceRegion, TensorPainter } from './prepare.ts';

/** Runs `work` while this thread may use a core for inference. */
export type InferenceGate = <T>(work: () => Promise<T>) => Promise<T>;

/** One thread a session: throughput comes from several sessions, and cores are shared with ffmpeg. */
export const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
};

/** Milliseconds of one frame, over all looks at it. */
export interface LookTimes {
  prepare: number;
  infer: number;
  decode: number;
}

/** Loaded weights, and the tensors that pictures are painted into. For one thread. */
export class ModelSession {
  readonly #card: ModelCard;
  readonly #session: InferenceSession;
  readonly #gate: InferenceGate;
  readonly #painters = new Map<string, TensorPainter>();

  private constructor(card: ModelCard, session: InferenceSession, gate: InferenceGate) {
    this.#card = card;
    this.#session = session;
    this.#gate = gate;
  }

  /** @throws Error where the weights cannot be loaded or lack the names that the card gives. */
  static async load(card: ModelCard, gate: InferenceGate): Promise<ModelSession> {
    const session = await InferenceSession.create(card.weightsPath, SESSION_OPTIONS);
    for (const [kind, name, names] of [
      ['input', card.input.name, session.inputNames],
      ['output', card.output.name, session.outputNames],
    ] as const) {
      if (!names.includes(name)) {
        throw new Error(
          `model "${card.name}": ${kind}.name: the card says "${name}", the weights have ${names.join(', ')}`,
        );
      }
    }
    return new ModelSession(card, session, gate);
  }

  /**
   * Paints a picture, or a part of it, into a tensor and runs the model over it.
   *
   * @param width of the tensor, pixels.
   * @param height of the tensor, pixels.
   * @param read turns the numbers of the output into what the caller wants; they are gone afterwards.
   * @param times is added to.
   */
  async look<T>(
    picture: PlanarPicture,
    { width, height, region }: { width: number; height: number; region?: SourceRegion },
    times: LookTimes,
    read: (output: Float32Array, placement: Placement) => T,
  ): Promise<T> {
    const begin = performance.now();
    const painter = this.#painter(width, height);
    const placement = painter.paint(picture, region);
    const tensor = new Tensor('float32', painter.data, [1, 3, height, width]);
    times.prepare += performance.now() - begin;
    const output = await this.#gate(async () => {
      const start = performance.now();
      const outputs = await this.#session.run({ [this.#card.input.name]: tensor });
      times.infer += performance.now() - start;
      return outputs[this.#card.output.name]!;
    });
    const start = performance.now();
    const result = read(output.data as Float32Array, placement);
    output.dispose();
    times.decode += performance.now() - start;
    return result;
  }

  #painter(width: number, height: number): TensorPainter {
    const key = `${width}x${height}`;
    let painter = this.#painters.get(key);
    if (!painter) {
      const { order, range, padding } = this.#card.input;
      painter = new TensorPainter(width, height, { order, range, padding: padding.value });
      this.#painters.set(key, painter);
    }
    return painter;
  }
}

/** The tensor of a whole picture: the longer side as the card says, the shorter padded as little as may be. */
export function fullPassSize(
  { input: { size, multiple } }: ModelCard,
  width: number,
  height: number,
): { width: number; height: number } {
  const scale = size / Math.max(width, height);
  const pad = (length: number) =>
    Math.max(multiple, Math.ceil(Math.round(length * scale) / multiple) * multiple);
  return { width: pad(width), height: pad(height) };
}
