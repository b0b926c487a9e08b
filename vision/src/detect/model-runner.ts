import type { FrameDetections } from '../frame.ts';
import { type CloseLookResult, chooseCloseLooks, mergeLooks } from './close-looks.ts';
import { type DecodeHead, decodeHeadFor } from './decode-head.ts';
import type { DetectOptions } from './detector-pool.ts';
import type { PpeCard } from './model-card.ts';
import { fullPassSize, type InferenceGate, type LookTimes, ModelSession } from './model-session.ts';
import type { PlanarPicture, SourceRegion } from './prepare.ts';
import { dropFragments, suppressDoubles } from './suppress.ts';

/** Close looks for one frame where the caller does not say. */
export const DEFAULT_REGION_BUDGET = 4;

export interface RunnerOptions {
  /**
   * Boxes are kept from this score on, in place of the card's `keep` thresholds: an evaluation wants
   * also those that the worker throws away. What has a higher score comes out the same.
   */
  readonly scoreFloor?: number;
}

/** One loaded model and the two passes over a frame. For one thread; frames one after the other. */
export class ModelRunner {
  readonly #card: PpeCard;
  readonly #session: ModelSession;
  readonly #head: DecodeHead;
  #times: LookTimes = { prepare: 0, infer: 0, decode: 0 };

  private constructor(card: PpeCard, session: ModelSession, { scoreFloor }: RunnerOptions) {
    this.#card = card;
    this.#session = session;
    this.#head = decodeHeadFor(card, scoreFloor);
  }

  /** @throws Error where the weights cannot be loaded or lack the names that the card gives. */
  static async load(
    card: PpeCard,
    gate: InferenceGate,
    options: RunnerOptions = {},
  ): Promise<ModelRunner> {
    return new ModelRunner(card, await ModelSession.load(card, gate), options);
  }

  async detect(
    picture: PlanarPicture,
    sequence: number,
    options: DetectOptions,
  ): Promise<
    Omit<FrameDetections, 'timings'> & { timings: Omit<FrameDetections['timings'], 'wait'> }
  > {
    const card = this.#card;
    this.#times = { prepare: 0, infer: 0, decode: 0 };
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
      timings: this.#times,
    };
  }

  #look(width: number, height: number, picture: PlanarPicture, region?: SourceRegion) {
    const size = { width, height, ...(region && { region }) };
    return this.#session.look(picture, size, this.#times, (output, placement) => {
      const raw = this.#head.decode(output, width, height, placement);
      return { detections: suppressDoubles(raw, this.#card.nms.iou), scale: placement.scale };
    });
  }
}
