import type { PpeCard } from '../detect/model-card.ts';
import type { ModelRunner } from '../detect/model-runner.ts';
import type { PlanarPicture } from '../detect/prepare.ts';
import { type Condition, inCondition } from './conditions.ts';
import type { InferenceMeter, InferenceTime } from './inference-meter.ts';
import { LabelError } from './label-error.ts';
import { type LabelledSet, labelsInPixels } from './labelled-set.ts';
import type { SeenPicture } from './seen-picture.ts';
import { readStillPicture } from './still-picture.ts';

/** Detections in a set with both modes, picture by picture. */
export interface SetDetections {
  /** The full pass alone. */
  readonly full: SeenPicture[];
  /** As in the worker: the full pass, then native-resolution crops of the people who need one. */
  readonly regions: SeenPicture[];
  /** Number of crops in all pictures. */
  readonly crops: number;
  /** Times of the full passes and of the crops. */
  readonly fullTimes: InferenceTime[];
  readonly cropTimes: InferenceTime[];
  /** Milliseconds of the whole detect stage, for each picture with its crops. */
  readonly pictureMs: number[];
}

/**
 * The people whom the worker would know of if a camera showed this picture for some seconds: every
 * tile was searched for distant people, and every candidate got a crop.
 */
async function knownPeople(card: PpeCard, runner: ModelRunner, picture: PlanarPicture) {
  const { trust } = card.thresholds.person!;
  const everything = Number.MAX_SAFE_INTEGER;
  const seen = await runner.detect(picture, 0, {
    search: 'all',
    regionBudget: everything,
    regionPixels: everything,
    round: 0,
    judged: [],
  });
  return seen.detections
    .filter(({ label, score }) => label === 'person' && score >= trust)
    .map(({ box }) => box);
}

/**
 * Runs a model on all pictures of a set, as the worker does.
 *
 * @param runner with a low score floor, because average precision needs all boxes.
 * @param meter the gate of the runner.
 * @param onProgress called after each picture with the number done.
 * @param condition simulated on each picture first.
 * @throws LabelError where a picture cannot be read.
 */
export async function detectInSet(
  card: PpeCard,
  runner: ModelRunner,
  meter: InferenceMeter,
  set: LabelledSet,
  onProgress: (done: number) => void = () => {},
  condition?: Condition,
): Promise<SetDetections> {
  const result: SetDetections = {
    full: [],
    regions: [],
    crops: 0,
    fullTimes: [],
    cropTimes: [],
    pictureMs: [],
  };
  let crops = 0;
  for (const [index, { id, file, labels }] of set.pictures.entries()) {
    const picture = await readStillPicture(
      file,
      condition && ((rgb) => inCondition(rgb, condition, id)),
    );
    const { width, height } = picture;
    if (width < 16 || height < 16) {
      throw new LabelError(`${file}: ${width} x ${height} pixels are too few to find anybody`);
    }
    const base = { id, file, width, height, labels: labelsInPixels(labels, width, height) };
    const full = await runner.detect(picture, 0, { regionBudget: 0, judged: [] });
    const targets = await knownPeople(card, runner, picture);
    meter.take();
    const both = await runner.detect(picture, 0, {
      targets,
      regionBudget: targets.length,
      regionPixels: Number.MAX_SAFE_INTEGER,
      judgedBudget: Number.MAX_SAFE_INTEGER,
    });
    result.full.push({ ...base, found: full.detections, cropped: [] });
    result.regions.push({
      ...base,
      found: both.detections,
      cropped: both.cropped ?? [],
      answers: both.answers,
      contrasts: both.contrasts,
    });
    const { prepare, infer, decode } = both.timings;
    result.pictureMs.push(prepare + infer + decode);
    // The first inference of a picture is its full pass; crops follow, then the classifier.
    const [whole, ...close] = meter.take();
    if (whole) result.fullTimes.push(whole);
    result.cropTimes.push(...close.slice(0, both.regions));
    crops += both.regions;
    onProgress(index + 1);
  }
  return { ...result, crops };
}
