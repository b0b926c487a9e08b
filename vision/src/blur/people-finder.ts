import type { Box } from '@anshi/contracts';
import type { PoseCard, PpeCard } from '../detect/model-card.ts';
import { ModelRunner } from '../detect/model-runner.ts';
import { PoseRunner } from '../detect/pose-runner.ts';
import type { PlanarPicture } from '../detect/prepare.ts';
import type { Detection } from '../frame.ts';
import type { SeenPeople } from './faces.ts';
import { mirrored, mirroredBox } from './mirror.ts';

/** Boxes are asked for from this score on: a face that is blurred for nothing costs little. */
const SCORE_FLOOR = 0.05;
const EVERYTHING = Number.MAX_SAFE_INTEGER;
/** Close looks of one picture of a clip; the next picture comes soon. */
const CLIP_CROPS = { crops: 6, pixels: 320_000 };

/** How much is done for one picture: one of many of a clip, or one that stands alone. */
export type Effort = 'clip' | 'still';

/** Finds people for the blurring: more of them than a rule may count on, at a low priority. */
export class PeopleFinder {
  readonly #runner: ModelRunner;
  readonly #poser: PoseRunner | null;
  #round = 0;

  private constructor(runner: ModelRunner, poser: PoseRunner | null) {
    this.#runner = runner;
    this.#poser = poser;
  }

  /** @throws Error where the weights cannot be loaded. */
  static async load(card: PpeCard, pose: PoseCard | null): Promise<PeopleFinder> {
    const gate = <T>(work: () => Promise<T>) => work();
    const runner = await ModelRunner.load(card, gate, { scoreFloor: SCORE_FLOOR });
    return new PeopleFinder(runner, pose && (await PoseRunner.load(pose, gate)));
  }

  async find(picture: PlanarPicture, effort: Effort): Promise<SeenPeople> {
    const round = this.#round++;
    if (effort === 'clip') {
      const looks = {
        search: round,
        regionBudget: CLIP_CROPS.crops,
        regionPixels: CLIP_CROPS.pixels,
      };
      const { detections } = await this.#runner.detect(picture, round, {
        ...looks,
        round,
        judged: [],
      });
      return { boxes: detections, poses: [] };
    }
    const boxes = [
      ...(await this.#lookClosely(picture, round)),
      // A head that is missed in a picture may be found in the mirrored one.
      ...(await this.#lookClosely(mirrored(picture), round)).map((one) => ({
        ...one,
        box: mirroredBox(one.box, picture.width),
      })),
    ];
    if (!this.#poser) return { boxes, poses: [] };
    const people = boxes.filter(({ label }) => label === 'person');
    const expected: Box[] = people.map(({ box }) => box);
    const { poses } = await this.#poser.detect(picture, { people, expected, round });
    return { boxes, poses };
  }

  /** Tiles are not searched: who is too distant for the full pass has a head of a few pixels. */
  async #lookClosely(picture: PlanarPicture, round: number): Promise<Detection[]> {
    const looks = { regionBudget: EVERYTHING, regionPixels: EVERYTHING, round, judged: [] };
    return (await this.#runner.detect(picture, round, looks)).detections;
  }

  async close(): Promise<void> {
    await this.#runner.close();
    await this.#poser?.close();
  }
}
