import { InferenceSession, Tensor } from 'onnxruntime-node';
import { ModelCardError } from './card/common.ts';
import type { VerdictCard } from './card/verdict.ts';
import type { OutputTensor } from './head-parts.ts';
import type { ModelCard } from './model-card.ts';
import { type Placement, type PlanarPicture, type SourceRegion, TensorPainter } from './prepare.ts';
import { misfit, namesOf, unusable } from './weights-fit.ts';

/** Runs `work` while this thread holds an inference permit. */
export type InferenceGate = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * One thread per session: throughput comes from several sessions, and cores are shared with ffmpeg.
 */
export const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
};

/** Milliseconds of one frame, summed over its inferences. */
export interface InferenceTimes {
  prepare: number;
  infer: number;
  decode: number;
}

/**
 * Size of the tensor cache: the sizes of full passes, tiles and single crops repeat, those of
 * shared crops vary. Each has some megabytes.
 */
const KEPT_PAINTERS = 16;

/** The card of weights that can be loaded. */
export type SessionCard = ModelCard | VerdictCard;

/** Loaded weights, and the input tensors. For one thread. */
export class ModelSession {
  readonly #card: SessionCard;
  readonly #session: InferenceSession;
  readonly #gate: InferenceGate;
  readonly #outputs: { readonly names: string[]; readonly sizeInput: string | undefined };
  readonly #painters = new Map<string, TensorPainter>();

  private constructor(card: SessionCard, session: InferenceSession, gate: InferenceGate) {
    this.#card = card;
    this.#session = session;
    this.#gate = gate;
    this.#outputs = namesOf(card);
  }

  /**
   * @throws ModelCardError where the runtime cannot run the weights or they do not match the card.
   */
  static async load(card: SessionCard, gate: InferenceGate): Promise<ModelSession> {
    let session: InferenceSession;
    try {
      session = await InferenceSession.create(card.weightsPath, SESSION_OPTIONS);
    } catch (error) {
      const field = card.task === 'ppe-verdict' ? 'verdict.weights.file' : 'weights.file';
      throw new ModelCardError(`model "${card.name}": ${field}: ${unusable(error as Error)}`);
    }
    const problem = misfit(card, session.inputMetadata, session.outputMetadata);
    if (problem) throw new ModelCardError(`model "${card.name}": ${problem}`);
    return new ModelSession(card, session, gate);
  }

  /**
   * Preprocesses a picture, or a region of it, into a tensor and runs the model.
   *
   * @param width of the tensor, pixels.
   * @param height of the tensor, pixels.
   * @param read decodes the outputs; they are invalid afterwards.
   * @param times is added to.
   */
  async infer<T>(
    picture: PlanarPicture,
    { width, height, region }: { width: number; height: number; region?: SourceRegion },
    times: InferenceTimes,
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

  /** Number of cached tensors. */
  get tensors(): number {
    return this.#painters.size;
  }

  /** Frees the memory of the weights. */
  async close(): Promise<void> {
    await this.#session.release();
  }

  #painter(width: number, height: number): TensorPainter {
    const key = `${width}x${height}`;
    const painter = this.#painters.get(key) ?? new TensorPainter(width, height, this.#card.input);
    // Moved to the end: the first is the least recently used.
    this.#painters.delete(key);
    this.#painters.set(key, painter);
    const [oldest] = this.#painters.keys();
    if (this.#painters.size > KEPT_PAINTERS) this.#painters.delete(oldest!);
    return painter;
  }
}

/** The size input of a model: width and height, as RT-DETR has it. */
function sizeTensor(width: number, height: number): Tensor {
  return new Tensor('int64', BigInt64Array.of(BigInt(width), BigInt(height)), [1, 2]);
}

/**
 * The tensor size of a whole picture: the longer side as in the card, the shorter with minimum
 * padding; a square where pictures are stretched.
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

/** Tensor pixels of the full pass per picture pixel of height. */
export function fullPassScale(
  { input: { size, padding } }: Pick<ModelCard, 'input'>,
  width: number,
  height: number,
): number {
  return size / (padding.place === 'none' ? height : Math.max(width, height));
}
