import type { Detection, FrameDetections } from '../frame.ts';
import { ModelCardError } from './card/common.ts';
import { chooseLooks } from './choose-looks.ts';
import { decodeHeadFor } from './decode-head.ts';
import type { DetectOptions } from './detect-options.ts';
import type { DecodeHead } from './head-parts.ts';
import type { CloseLook, LookBudget } from './look-regions.ts';
import { type CloseLookResult, mergeLooks } from './merge-looks.ts';
import type { PpeCard } from './model-card.ts';
import { fullPassSize, type InferenceGate, type LookTimes, ModelSession } from './model-session.ts';
import type { PlanarPicture, SourceRegion } from './prepare.ts';
import { searchTiles } from './search-tiles.ts';
import {
  averageDrawings,
  dropFragments,
  dropMergers,
  isKept,
  suppressDoubles,
} from './suppress.ts';

/** What close looks may take of one frame where the caller does not say. */
export const DEFAULT_LOOK_BUDGET: LookBudget = { looks: 4, pixels: 250_000 };

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

  /**
   * Looks at a grey picture, so that an output which is not what the card says shows at once.
   *
   * @throws ModelCardError with what the card promises and what the weights gave.
   */
  async tryOut(): Promise<void> {
    const [width, height] = [160, 90];
    const pixels = new SharedArrayBuffer(width * height * 1.5);
    new Uint8Array(pixels).fill(128);
    const picture = { width, height, pixels };
    const { size } = this.#card.region;
    try {
      const full = fullPassSize(this.#card, width, height);
      await this.#look(full.width, full.height, picture);
      await this.#look(size, size, picture, { left: 0, top: 0, width: height, height });
    } catch (error) {
      const reason = (error as Error).message.split('\n')[0];
      throw new ModelCardError(`model "${this.#card.name}": output.head: ${reason}`);
    }
  }

  /** Gives the memory of the weights back. */
  close(): Promise<void> {
    return this.#session.close();
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
    const people = dropMergers(dropFragments(first.detections.filter(isPerson)));
    const detections = [...people, ...first.detections.filter((one) => !isPerson(one))];
    const { width, height } = picture;
    const results: CloseLookResult[] = [];
    for (const tile of tilesOf(searchTiles(card, picture), options.search)) {
      results.push(await this.#lookClosely(picture, tile));
    }
    const searched = results.reduce((sum, { look }) => sum + look.width * look.height, 0);
    const looks = chooseLooks(card, {
      people: mergeLooks(card, detections, results, width, height).filter(isPerson),
      width,
      height,
      scale: first.scale,
      budget: {
        looks: options.regionBudget ?? DEFAULT_LOOK_BUDGET.looks,
        pixels: (options.regionPixels ?? DEFAULT_LOOK_BUDGET.pixels) - searched,
      },
      lookAt: options.lookAt,
      known: options.known,
      turn: options.turn ?? sequence,
    });
    for (const look of looks) results.push(await this.#lookClosely(picture, look));
    return {
      detections: mergeLooks(card, detections, results, width, height),
      regions: results.length,
      regionSizes: results.map(({ look }) => [look.width, look.height] as const),
      looked: looks.flatMap((look) => look.people.map(({ person }) => person)),
      lookedFor: looks.flatMap((look) => look.people.map(({ asked }) => asked)),
      timings: this.#times,
    };
  }

  async #lookClosely(picture: PlanarPicture, look: CloseLook): Promise<CloseLookResult> {
    const { detections } = await this.#look(look.width, look.height, picture, look.region);
    return { look, detections };
  }

  #look(width: number, height: number, picture: PlanarPicture, region?: SourceRegion) {
    const size = { width, height, ...(region && { region }) };
    return this.#session.look(picture, size, this.#times, (outputs, placement) => {
      const raw = this.#head.decode(outputs, size, placement);
      const { iou } = this.#card.nms;
      const kept = suppressDoubles(raw, iou);
      // What a bench reads below that must not move what the worker would see.
      const sure = raw.filter((one) => isKept(this.#card, one));
      return { detections: averageDrawings(kept, sure, iou), scale: placement.scaleY };
    });
  }
}

const isPerson = ({ label }: Detection) => label === 'person';

function tilesOf(tiles: readonly CloseLook[], which: DetectOptions['search']): CloseLook[] {
  if (which === 'all') return [...tiles];
  const tile = which === undefined ? undefined : tiles[which % Math.max(1, tiles.length)];
  return tile ? [tile] : [];
}
