import type { DetectedPose } from '../frame.ts';
import type { PoseCard } from './model-card.ts';
import { fullPassSize, type InferenceGate, type LookTimes, ModelSession } from './model-session.ts';
import { readMovenetPoses } from './movenet-poses.ts';
import type { PlanarPicture } from './prepare.ts';

/** A loaded pose model. For one thread; frames one after the other. */
export class PoseRunner {
  readonly #card: PoseCard;
  readonly #session: ModelSession;

  private constructor(card: PoseCard, session: ModelSession) {
    this.#card = card;
    this.#session = session;
  }

  /** @throws Error where the weights cannot be loaded or lack the names that the card gives. */
  static async load(card: PoseCard, gate: InferenceGate): Promise<PoseRunner> {
    return new PoseRunner(card, await ModelSession.load(card, gate));
  }

  /** @returns poses in picture pixels, best first, and the time that it took. */
  async detect(picture: PlanarPicture): Promise<{ poses: DetectedPose[]; timings: LookTimes }> {
    const timings: LookTimes = { prepare: 0, infer: 0, decode: 0 };
    const { keep } = this.#card.thresholds;
    const size = fullPassSize(this.#card, picture.width, picture.height);
    const poses = await this.#session.look(picture, size, timings, ([output], placement) =>
      readMovenetPoses(output!.data as Float32Array, size.width, size.height, placement, keep),
    );
    return { poses, timings };
  }
}
