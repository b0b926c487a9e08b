import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { FrameDetections } from '../frame.ts';
import { type CloseLookResult, chooseCloseLooks, mergeLooks } from './close-looks.ts';
import { type DecodeHead, decodeHeadFor } from './decode-head.ts';
import type { DetectOptions } from './detector-pool.ts';
import type { PpeCard } from './model-card.ts';
import { type PlanarPicture, TensorPainter } from './prepare.ts';
import { dropFragments, suppressDoubles } from './suppress.ts';

/** Runs `work` while this thread may use a core for inference. */
export type InferenceGate = <T>(work: () => Promise<T>) => Promise<T>;

/** Close looks for one frame where the caller does not say. */
export const DEFAULT_REGION_BUDGET = 4;

interface Canvas {
  readonly painter: TensorPainter;
  readonly tensor: Tensor;
}

/** One loaded model and the two passes over a frame. For one thread; frames one after the other. */
export class ModelRunner {
  readonly #card: PpeCard;
  readonly #session: InferenceSession;
  readonly #head: DecodeHead;
  readonly #gate: InferenceGate;
  readonly #canvases = new Map<string, Canvas>();
  #prepare = 0;
  #infer = 0;
  #decode = 0;

  private constructor(card: PpeCard, session: InferenceSession, gate: InferenceGate) {
    this.#card = card;
    this.#session = session;
    this.#head = decodeHeadFor(card);
    this.#gate = gate;
  }

  /** @throws Error where the weights cannot be loaded or lack the names that the card gives. */
  static async load(card: PpeCard, gate: InferenceGate): Promise<ModelRunner> {
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
    return new ModelRunner(card, session, gate);
  }

  async detect(
    picture: PlanarPicture,
    sequence: number,
    options: DetectOptions,
  ): Promise<
    Omit<FrameDetections, 'timings'> & { timings: Omit<FrameDetections['timings'], 'wait'> }
  > {
    const card = this.#card;
    this.#prepare = 0;
    this.#infer = 0;
    this.#decode = 0;
    const full = fullPassSize(card, picture.width, picture.height);
    const first = await this.#look(full.width, full.height, picture);
    const people = dropFragments(first.detections.filter(({ label }) => label === 'person'));
    const detections = [...people, ...first.detections.filter(({ label }) => label !== 'person')];
    const looks = chooseCloseLooks(card, {
      people,
      width: picture.width,
      height: picture.height,
      scale: first.scale,
      budget: options.regionBudget ?? DEFAULT_REGION_BUDGET,
      lookAt: options.lookAt,
      sequence,
    });
    const results: CloseLookResult[] = [];
    for (const look of looks) {
      const { size } = card.region;
      results.push({ look, ...(await this.#look(size, size, picture, look.region)) });
    }
    return {
      detections: mergeLooks(card, detections, results, picture.width, picture.height),
      regions: looks.length,
      looked: looks.map(({ person }) => person),
      timings: { prepare: this.#prepare, infer: this.#infer, decode: this.#decode },
    };
  }

  async #look(
    width: number,
    height: number,
    picture: PlanarPicture,
    region?: Parameters<TensorPainter['paint']>[1],
  ) {
    const begin = performance.now();
    const { painter, tensor } = this.#canvas(width, height);
    const placement = painter.paint(picture, region);
    this.#prepare += performance.now() - begin;
    const output = await this.#gate(async () => {
      const start = performance.now();
      const outputs = await this.#session.run({ [this.#card.input.name]: tensor });
      this.#infer += performance.now() - start;
      return outputs[this.#card.output.name]!;
    });
    const start = performance.now();
    const raw = this.#head.decode(output.data as Float32Array, width, height, placement);
    output.dispose();
    const detections = suppressDoubles(raw, this.#card.nms.iou);
    this.#decode += performance.now() - start;
    return { detections, scale: placement.scale };
  }

  #canvas(width: number, height: number): Canvas {
    const key = `${width}x${height}`;
    let canvas = this.#canvases.get(key);
    if (!canvas) {
      const { order, range, padding } = this.#card.input;
      const painter = new TensorPainter(width, height, { order, range, padding: padding.value });
      canvas = { painter, tensor: new Tensor('float32', painter.data, [1, 3, height, width]) };
      this.#canvases.set(key, canvas);
    }
    return canvas;
  }
}

/** One thread a session: throughput comes from several sessions, and cores are shared with ffmpeg. */
export const SESSION_OPTIONS: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
};

/** The tensor of the full pass: the longer side as the card says, the shorter padded as little as may be. */
export function fullPassSize(
  card: PpeCard,
  width: number,
  height: number,
): { width: number; height: number } {
  const { size, multiple } = card.input;
  const scale = size / Math.max(width, height);
  const pad = (length: number) =>
    Math.max(multiple, Math.ceil(Math.round(length * scale) / multiple) * multiple);
  return { width: pad(width), height: pad(height) };
}
