import type { Box } from '@anshi/contracts';
import type { DetectedPose, Detection } from '../frame.ts';
import { ModelCardError, type PoseCard } from './model-card.ts';
import {
  fullPassSize,
  type InferenceGate,
  type InferenceTimes,
  ModelSession,
} from './model-session.ts';
import { readMovenetPoses } from './movenet-poses.ts';
import { mergePoseCrops, type PoseCrop, poseInCrop, selectPoseCrops } from './pose-crops.ts';
import type { PlanarPicture, SourceRegion } from './prepare.ts';

/** The people of a frame, for the crops; picture pixels. */
export interface PoseRequest {
  /** Detected people. */
  readonly people: readonly Detection[];
  /** Where people are expected, including recently lost ones. */
  readonly expected: readonly Box[];
  /** Frame counter, for the rotation. */
  readonly round: number;
}

/** A loaded pose model and its two passes. For one thread; one frame at a time. */
export class PoseRunner {
  readonly #card: PoseCard;
  readonly #session: ModelSession;
  #times: InferenceTimes = { prepare: 0, infer: 0, decode: 0 };

  private constructor(card: PoseCard, session: ModelSession) {
    this.#card = card;
    this.#session = session;
  }

  /** @throws Error where the weights cannot be loaded or lack a name of the card. */
  static async load(card: PoseCard, gate: InferenceGate): Promise<PoseRunner> {
    return new PoseRunner(card, await ModelSession.load(card, gate));
  }

  /**
   * Runs on a grey picture, so that an output that does not match the card is found at load time.
   *
   * @throws ModelCardError with the actual output.
   */
  async selfTest(): Promise<void> {
    const [width, height] = [160, 90];
    const pixels = new SharedArrayBuffer(width * height * 1.5);
    new Uint8Array(pixels).fill(128);
    const { size } = this.#card.region;
    try {
      await this.#infer({ width, height, pixels }, { width: size, height: size });
    } catch (error) {
      const reason = (error as Error).message.split('\n')[0];
      throw new ModelCardError(`model "${this.#card.name}": output.head: ${reason}`);
    }
  }

  /** Frees the memory of the weights. */
  close(): Promise<void> {
    return this.#session.close();
  }

  /** @returns poses in picture pixels, best first, and the stage times. */
  async detect(
    picture: PlanarPicture,
    request: PoseRequest,
  ): Promise<{ poses: DetectedPose[]; timings: InferenceTimes }> {
    this.#times = { prepare: 0, infer: 0, decode: 0 };
    const card = this.#card;
    const { width, height } = picture;
    const size = fullPassSize(card, width, height);
    const poses = await this.#infer(picture, size);
    const scale = Math.min(size.width / width, size.height / height);
    const crops = selectPoseCrops(card, { ...request, poses, width, height, scale });
    const seen: { crop: PoseCrop; pose: DetectedPose }[] = [];
    for (const crop of crops) {
      const { size: side } = card.region;
      const found = await this.#infer(picture, { width: side, height: side, region: crop.region });
      const pose = poseInCrop(card, crop, found, request.people);
      if (pose) seen.push({ crop, pose });
    }
    return { poses: mergePoseCrops(card, poses, seen), timings: this.#times };
  }

  #infer(
    picture: PlanarPicture,
    size: { width: number; height: number; region?: SourceRegion },
  ): Promise<DetectedPose[]> {
    const { keep } = this.#card.thresholds;
    return this.#session.infer(picture, size, this.#times, ([output], placement) =>
      readMovenetPoses(output!.data as Float32Array, size.width, size.height, placement, keep),
    );
  }
}
