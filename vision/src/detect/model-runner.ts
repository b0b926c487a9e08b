import type { Detection, FrameDetections, PersonAnswers } from '../frame.ts';
import { ModelCardError } from './card/common.ts';
import { isLegible, upperBodyContrast } from './contrast.ts';
import type { Crop, CropBudget } from './crop-layout.ts';
import { decodeHeadFor } from './decode-head.ts';
import type { DetectOptions } from './detect-options.ts';
import type { DecodeHead } from './head-parts.ts';
import { type CropResult, mergeCrops } from './merge-crops.ts';
import type { PpeCard } from './model-card.ts';
import {
  fullPassSize,
  type InferenceGate,
  type InferenceTimes,
  ModelSession,
} from './model-session.ts';
import type { PlanarPicture, SourceRegion } from './prepare.ts';
import { searchTiles } from './search-tiles.ts';
import { selectCrops } from './select-crops.ts';
import {
  averageBoxes,
  dropFragments,
  dropMergers,
  isKept,
  suppressDuplicates,
} from './suppress.ts';
import type { CropsRead } from './thread-messages.ts';
import { VerdictRunner } from './verdict-runner.ts';

/** The budget of crops where the caller gives none. */
export const DEFAULT_CROP_BUDGET: CropBudget = { crops: 4, pixels: 250_000 };

export interface RunnerOptions {
  /**
   * Boxes are kept from this score on, in place of the card's `keep` thresholds: an evaluation
   * needs those that the worker discards, too. Higher scores are unaffected.
   */
  readonly scoreFloor?: number;
}

/**
 * Reads crops of a frame, some by `read`, some elsewhere.
 *
 * @param read reads the crop of this index here.
 * @returns what was read elsewhere. Crops that are in neither are read afterwards.
 */
export type CropReader = (
  crops: readonly Crop[],
  read: (crop: number) => Promise<void>,
) => Promise<readonly CropsRead[]>;

/**
 * One loaded model and the passes over a frame: the whole picture, crops, and the classifier of each person,
 * where the model has one. For one thread; one frame at a time.
 */
export class ModelRunner {
  readonly #card: PpeCard;
  readonly #session: ModelSession;
  readonly #head: DecodeHead;
  readonly #verdicts: VerdictRunner | undefined;
  #times: InferenceTimes = { prepare: 0, infer: 0, decode: 0 };

  private constructor(
    card: PpeCard,
    session: ModelSession,
    verdicts: VerdictRunner | undefined,
    { scoreFloor }: RunnerOptions,
  ) {
    this.#card = card;
    this.#verdicts = verdicts;
    this.#session = session;
    this.#head = decodeHeadFor(card, scoreFloor);
  }

  /** @throws Error where the weights cannot be loaded or lack a name of the card. */
  static async load(
    card: PpeCard,
    gate: InferenceGate,
    options: RunnerOptions = {},
  ): Promise<ModelRunner> {
    const verdicts = card.verdict && (await VerdictRunner.load(card.verdict, gate));
    return new ModelRunner(card, await ModelSession.load(card, gate), verdicts, options);
  }

  /**
   * Runs on a grey picture, so that an output that does not match the card is found at load time.
   *
   * @throws ModelCardError with the expected and the actual output.
   */
  async selfTest(): Promise<void> {
    const [width, height] = [160, 90];
    const pixels = new SharedArrayBuffer(width * height * 1.5);
    new Uint8Array(pixels).fill(128);
    const picture = { width, height, pixels };
    const { size } = this.#card.region;
    try {
      const full = fullPassSize(this.#card, width, height);
      await this.#infer(full.width, full.height, picture, this.#times);
      const square = { left: 0, top: 0, width: height, height };
      await this.#infer(size, size, picture, this.#times, square);
      await this.#verdicts?.selfTest();
    } catch (error) {
      if (error instanceof ModelCardError) throw error;
      const reason = (error as Error).message.split('\n')[0];
      throw new ModelCardError(`model "${this.#card.name}": output.head: ${reason}`);
    }
  }

  /** Frees the memory of the weights. */
  async close(): Promise<void> {
    await this.#verdicts?.close();
    await this.#session.close();
  }

  async detect(
    picture: PlanarPicture,
    sequence: number,
    options: DetectOptions,
    reader?: CropReader,
  ): Promise<
    Omit<FrameDetections, 'timings'> & { timings: Omit<FrameDetections['timings'], 'wait'> }
  > {
    const card = this.#card;
    this.#times = { prepare: 0, infer: 0, decode: 0 };
    const full = fullPassSize(card, picture.width, picture.height);
    const first = await this.#infer(full.width, full.height, picture, this.#times);
    const people = dropMergers(dropFragments(first.detections.filter(isPerson)));
    const detections = [...people, ...first.detections.filter((one) => !isPerson(one))];
    const { width, height } = picture;
    const results: CropResult[] = [];
    for (const tile of tilesOf(searchTiles(card, picture), options.search)) {
      results.push(await this.readCrop(picture, tile, this.#times));
    }
    const searched = results.reduce((sum, { crop }) => sum + crop.width * crop.height, 0);
    const crops = selectCrops(card, {
      people: mergeCrops(card, detections, results, width, height).filter(isPerson),
      width,
      height,
      scale: first.scale,
      budget: {
        crops: options.regionBudget ?? DEFAULT_CROP_BUDGET.crops,
        pixels: (options.regionPixels ?? DEFAULT_CROP_BUDGET.pixels) - searched,
      },
      targets: options.targets,
      known: options.known,
      round: options.round ?? sequence,
    });
    results.push(...(await this.#readCrops(picture, crops, reader)));
    const merged = mergeCrops(card, detections, results, width, height);
    const answers = await this.#judge(picture, merged, options, sequence);
    return {
      detections: merged,
      ...(answers && { answers }),
      ...this.#contrasts(picture, merged, answers),
      regions: results.length,
      regionSizes: results.map(({ crop }) => [crop.width, crop.height] as const),
      cropped: crops.flatMap((crop) => crop.people.map(({ person }) => person)),
      targetOf: crops.flatMap((crop) => crop.people.map(({ target }) => target)),
      timings: this.#times,
    };
  }

  /**
   * Reads one crop.
   *
   * @param times is added to, milliseconds.
   */
  async readCrop(picture: PlanarPicture, crop: Crop, times: InferenceTimes): Promise<CropResult> {
    const { width, height, region } = crop;
    const { detections } = await this.#infer(width, height, picture, times, region);
    return { crop, detections };
  }

  /** Whether the people have the contrast that the card asks for. */
  #contrasts(
    picture: PlanarPicture,
    detections: readonly Detection[],
    answers: readonly PersonAnswers[] = [],
  ): Pick<FrameDetections, 'contrasts'> {
    const { leastContrast: least, thresholds } = this.#card;
    if (!least) return {};
    const people = detections.filter(
      (one) => isPerson(one) && one.score >= thresholds.person!.keep,
    );
    const boxes = new Set([...people.map(({ box }) => box), ...answers.map(({ box }) => box)]);
    const contrasts = [...boxes].map((box) => ({
      box,
      isLegible: isLegible(upperBodyContrast(picture, box), least),
    }));
    return { contrasts };
  }

  async #judge(
    picture: PlanarPicture,
    detections: readonly Detection[],
    options: DetectOptions,
    sequence: number,
  ): Promise<PersonAnswers[] | undefined> {
    const { verdict } = this.#card;
    if (!(this.#verdicts && verdict)) return undefined;
    // Tracks go on with boxes that the detector trusts less.
    const { keep, trust } = this.#card.thresholds.person!;
    const least = options.judged ? keep : trust;
    const people = detections.filter((one) => isPerson(one) && one.score >= least);
    const request = {
      people: people.map(({ box }) => box),
      wanted: options.judged,
      round: options.round ?? sequence,
      most: options.judgedBudget ?? verdict.perFrame,
    };
    return this.#verdicts.judge(picture, request, this.#times);
  }

  /** The results in the order of the crops, whichever thread read them. */
  async #readCrops(
    picture: PlanarPicture,
    crops: readonly Crop[],
    reader: CropReader = async () => [],
  ): Promise<CropResult[]> {
    const results: (CropResult | undefined)[] = crops.map(() => undefined);
    const readHere = async (at: number) => {
      results[at] = await this.readCrop(picture, crops[at]!, this.#times);
    };
    for (const { found, times } of await reader(crops, readHere)) {
      for (const { crop, detections } of found) results[crop] = { crop: crops[crop]!, detections };
      this.#times.prepare += times.prepare;
      this.#times.infer += times.infer;
      this.#times.decode += times.decode;
    }
    for (const at of results.keys()) if (!results[at]) await readHere(at);
    return results as CropResult[];
  }

  #infer(
    width: number,
    height: number,
    picture: PlanarPicture,
    times: InferenceTimes,
    region?: SourceRegion,
  ) {
    const size = { width, height, ...(region && { region }) };
    return this.#session.infer(picture, size, times, (outputs, placement) => {
      const raw = this.#head.decode(outputs, size, placement);
      const { iou } = this.#card.nms;
      const kept = suppressDuplicates(raw, iou);
      // Low-score detections of a bench must not move what the worker would see.
      const sure = raw.filter((one) => isKept(this.#card, one));
      return { detections: averageBoxes(kept, sure, iou), scale: placement.scaleY };
    });
  }
}

const isPerson = ({ label }: Detection) => label === 'person';

function tilesOf(tiles: readonly Crop[], which: DetectOptions['search']): Crop[] {
  if (which === 'all') return [...tiles];
  const tile = which === undefined ? undefined : tiles[which % Math.max(1, tiles.length)];
  return tile ? [tile] : [];
}
