import type { Box } from '@anshi/contracts';
import type { DetectedPose, Detection } from '../frame.ts';
import { ModelCardError, type PoseCard } from './model-card.ts';
import { fullPassSize, type InferenceGate, type LookTimes, ModelSession } from './model-session.ts';
import { readMovenetPoses } from './movenet-poses.ts';
import { choosePoseLooks, mergePoseLooks, type PoseLook, poseOfLook } from './pose-looks.ts';
import type { PlanarPicture, SourceRegion } from './prepare.ts';

/** Who is in a frame, for the second looks; picture pixels. */
export interface PoseRequest {
  /** People that the detector found. */
  readonly people: readonly Detection[];
  /** Where people are expected, those lost a moment ago too. */
  readonly expected: readonly Box[];
  /** Counts the frames, so that everyone gets a turn. */
  readonly turn: number;
}

/** A loaded pose model and its two passes. For one thread; frames one after the other. */
export class PoseRunner {
  readonly #card: PoseCard;
  readonly #session: ModelSession;
  #times: LookTimes = { prepare: 0, infer: 0, decode: 0 };

  private constructor(card: PoseCard, session: ModelSession) {
    this.#card = card;
    this.#session = session;
  }

  /** @throws Error where the weights cannot be loaded or lack the names that the card gives. */
  static async load(card: PoseCard, gate: InferenceGate): Promise<PoseRunner> {
    return new PoseRunner(card, await ModelSession.load(card, gate));
  }

  /**
   * Looks at a grey picture, so that an output which is not what the card says shows at once.
   *
   * @throws ModelCardError with what the weights gave.
   */
  async tryOut(): Promise<void> {
    const [width, height] = [160, 90];
    const pixels = new SharedArrayBuffer(width * height * 1.5);
    new Uint8Array(pixels).fill(128);
    const { size } = this.#card.region;
    try {
      await this.#look({ width, height, pixels }, { width: size, height: size });
    } catch (error) {
      const reason = (error as Error).message.split('\n')[0];
      throw new ModelCardError(`model "${this.#card.name}": output.head: ${reason}`);
    }
  }

  /** Gives the memory of the weights back. */
  close(): Promise<void> {
    return this.#session.close();
  }

  /** @returns poses in picture pixels, best first, and the time that it took. */
  async detect(
    picture: PlanarPicture,
    request: PoseRequest,
  ): Promise<{ poses: DetectedPose[]; timings: LookTimes }> {
    this.#times = { prepare: 0, infer: 0, decode: 0 };
    const card = this.#card;
    const { width, height } = picture;
    const size = fullPassSize(card, width, height);
    const poses = await this.#look(picture, size);
    const scale = Math.min(size.width / width, size.height / height);
    const looks = choosePoseLooks(card, { ...request, poses, width, height, scale });
    const seen: { look: PoseLook; pose: DetectedPose }[] = [];
    for (const look of looks) {
      const { size: side } = card.region;
      const found = await this.#look(picture, { width: side, height: side, region: look.region });
      const pose = poseOfLook(card, look, found, request.people);
      if (pose) seen.push({ look, pose });
    }
    return { poses: mergePoseLooks(card, poses, seen), timings: this.#times };
  }

  #look(
    picture: PlanarPicture,
    size: { width: number; height: number; region?: SourceRegion },
  ): Promise<DetectedPose[]> {
    const { keep } = this.#card.thresholds;
    return this.#session.look(picture, size, this.#times, ([output], placement) =>
      readMovenetPoses(output!.data as Float32Array, size.width, size.height, placement, keep),
    );
  }
}
