import type { PpeCard } from '../detect/model-card.ts';
import type { ModelRunner } from '../detect/model-runner.ts';
import type { PlanarPicture } from '../detect/prepare.ts';
import type { InferenceMeter, InferenceTime } from './inference-meter.ts';
import { LabelError } from './label-error.ts';
import { type LabelledSet, labelsInPixels } from './labelled-set.ts';
import type { SeenPicture } from './seen-picture.ts';
import { readStillPicture } from './still-picture.ts';

/** What both ways of looking at a set gave, picture by picture. */
export interface SetLooks {
  /** The full pass alone. */
  readonly full: SeenPicture[];
  /** As the worker looks: the full pass, then native-resolution looks at the people who need one. */
  readonly regions: SeenPicture[];
  /** Close looks in all pictures together. */
  readonly looks: number;
  /** Of each full pass, and of each close look. */
  readonly fullTimes: InferenceTime[];
  readonly lookTimes: InferenceTime[];
  /** Milliseconds of the whole detect stage, of each picture with its close looks. */
  readonly pictureMs: number[];
}

/**
 * The people whom the worker would know of if a camera showed it this picture for some seconds: each
 * part of it was searched for people far away, and everybody who may be one got a close look.
 */
async function knownPeople(card: PpeCard, runner: ModelRunner, picture: PlanarPicture) {
  const { trust } = card.thresholds.person!;
  const everything = Number.MAX_SAFE_INTEGER;
  const seen = await runner.detect(picture, 0, {
    search: 'all',
    regionBudget: everything,
    regionPixels: everything,
    turn: 0,
  });
  return seen.detections
    .filter(({ label, score }) => label === 'person' && score >= trust)
    .map(({ box }) => box);
}

/**
 * Lets a model look at all pictures of a set, as the worker does.
 *
 * @param runner with a low score floor, so that average precision has all boxes to count.
 * @param meter the one whose gate the runner goes through.
 * @param onProgress told after each picture, how many are done.
 * @throws LabelError where a picture cannot be read.
 */
export async function lookAtSet(
  card: PpeCard,
  runner: ModelRunner,
  meter: InferenceMeter,
  set: LabelledSet,
  onProgress: (done: number) => void = () => {},
): Promise<SetLooks> {
  const result: SetLooks = {
    full: [],
    regions: [],
    looks: 0,
    fullTimes: [],
    lookTimes: [],
    pictureMs: [],
  };
  let looks = 0;
  for (const [index, { id, file, labels }] of set.pictures.entries()) {
    const picture = await readStillPicture(file);
    const { width, height } = picture;
    if (width < 16 || height < 16) {
      throw new LabelError(`${file}: ${width} x ${height} pixels are too few to find anybody`);
    }
    const base = { id, file, width, height, labels: labelsInPixels(labels, width, height) };
    const full = await runner.detect(picture, 0, { regionBudget: 0 });
    const lookAt = await knownPeople(card, runner, picture);
    meter.take();
    const both = await runner.detect(picture, 0, {
      lookAt,
      regionBudget: lookAt.length,
      regionPixels: Number.MAX_SAFE_INTEGER,
    });
    result.full.push({ ...base, found: full.detections, looked: [] });
    result.regions.push({ ...base, found: both.detections, looked: both.looked ?? [] });
    const { prepare, infer, decode } = both.timings;
    result.pictureMs.push(prepare + infer + decode);
    // The first inference of a picture is its full pass.
    const [whole, ...close] = meter.take();
    if (whole) result.fullTimes.push(whole);
    result.lookTimes.push(...close);
    looks += both.regions;
    onProgress(index + 1);
  }
  return { ...result, looks };
}
