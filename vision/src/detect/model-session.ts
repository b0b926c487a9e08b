import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelCardError } from './card/common.ts';
import type { OutputTensor } from './head-parts.ts';
import type { ModelCard } from './model-card.ts';
import { type Placement, type PlanarPicture, type SourceRegion, TensorPainter } from './prepare.ts';
import { misfit, namesOf, unusable } from './weights-fit.ts';

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

/**
 * Tensors that are kept: a few sizes of whole pictures, of tiles and of looks come again and again,
 * and those of shared looks are many. Each has a memory of some megabytes.
 */
const KEPT_PAINTERS = 16;

/** Loaded weights, and the tensors that pictures are painted into. For one thread. */
export class ModelSession {
  readonly #card: ModelCard;
  readonly #session: InferenceSession;
  readonly #gate: InferenceGate;
  readonly #outputs: { readonly names: string[]; readonly sizeInput: string | undefined };
  readonly #painters = new Map<string, TensorPainter>();

  private constructor(card: ModelCard, session: InferenceSession, gate: InferenceGate) {
    this.#card = card;
    this.#session = session;
    this.#gate = gate;
    this.#outputs = namesOf(card);
  }

  /** @throws ModelCardError where the runtime cannot run the weights or the card does not fit them. */
  static async load(card: ModelCard, gate: InferenceGate): Promise<ModelSession> {
    let session: InferenceSession;
    try {
      session = await InferenceSession.create(card.weightsPath, SESSION_OPTIONS);
    } catch (error) {
      throw new ModelCardError(`model "${card.name}": weights.file: ${unusable(error as Error)}`);
    }
    const problem = misfit(card, session.inputMetadata, session.outputMetadata);
    if (problem) throw new ModelCardError(`model "${card.name}": ${problem}`);
    return new ModelSession(card, session, gate);
  }

  /**
   * Paints a picture, or a part of it, into a tensor and runs the model over it.
   *
   * @param width of the tensor, pixels.
   * @param height of the tensor, pixels.
   * @param read turns the numbers of the outputs into what the caller wants; they are gone afterwards.
   * @param times is added to.
   */
  async look<T>(
    picture: PlanarPicture,
    { width, height, region }: { width: number; height: number; region?: SourceRegion },
    times: LookTimes,
    read: (outputs: readonly OutputTensor[], placement: Placement) => T,
  ): Promise<T> {
    const begin = performance.now();
    const painter = this.#painter(width, height);
    const placement = painter.paint(picture, region);
    const feeds: Record<string, Tensor> = {
      [this.#card.input.name]: new Tensor('float32', painter.data, [1, 3, height, width]),
    };
    const { sizeInput } = this.#outputs;
    if (sizeInput) feeds[sizeInput] = sizeTensor(width, height);
    times.prepare += performance.now() - begin;
    const outputs = await this.#gate(async () => {
      const start = performance.now();
      const all = await this.#session.run(feeds, this.#outputs.names);
      times.infer += performance.now() - start;
      return this.#outputs.names.map((name) => all[name]!);
    });
    const start = performance.now();
    const result = read(outputs as unknown as OutputTensor[], placement);
    for (const output of outputs) output.dispose();
    times.decode += performance.now() - start;
    return result;
  }

  /** How many tensors are kept. */
  get tensors(): number {
    return this.#painters.size;
  }

  /** Gives the memory of the weights back. */
  async close(): Promise<void> {
    await this.#session.release();
  }

  #painter(width: number, height: number): TensorPainter {
    const key = `${width}x${height}`;
    const painter = this.#painters.get(key) ?? new TensorPainter(width, height, this.#card.input);
    // Put at the end: the first is then the one that was wanted longest ago.
    this.#painters.delete(key);
    this.#painters.set(key, painter);
    const [oldest] = this.#painters.keys();
    if (this.#painters.size > KEPT_PAINTERS) this.#painters.delete(oldest!);
    return painter;
  }
}

/** What a model is told of the size of its picture: width and height, as RT-DETR wants them. */
function sizeTensor(width: number, height: number): Tensor {
  return new Tensor('int64', BigInt64Array.of(BigInt(width), BigInt(height)), [1, 2]);
}

/**
 * The tensor of a whole picture: the longer side as the card says, the shorter padded as little as
 * may be; where pictures are stretched, the square.
 */
export function fullPassSize(
  { input: { size, multiple, padding } }: Pick<ModelCard, 'input'>,
  width: number,
  height: number,
): { width: number; height: number } {
  if (padding.place === 'none') return { width: size, height: size };
  const scale = size / Math.max(width, height);
  const pad = (length: number) =>
    Math.max(multiple, Math.ceil(Math.round(length * scale) / multiple) * multiple);
  return { width: pad(width), height: pad(height) };
}

/** Pixels of the full pass per pixel of the height of a picture of this size. */
export function fullPassScale(
  { input: { size, padding } }: Pick<ModelCard, 'input'>,
  width: number,
  height: number,
): number {
  return size / (padding.place === 'none' ? height : Math.max(width, height));
}
