import type { Box, CameraConfig, Observation, TrackedPerson } from '@anshi/contracts';
import { ulid } from 'ulid';
import type { DetectOptions } from '../detect/detect-options.ts';
import type { PoseCard, PpeCard } from '../detect/model-card.ts';
import { fullPassScale } from '../detect/model-session.ts';
import { searchTiles } from '../detect/search-tiles.ts';
import type { DetectedPose, Detection, FrameDetections } from '../frame.ts';
import { endEpisodes } from '../judge/end-episodes.ts';
import { CLOCK_SET_BACK_MS, judge } from '../judge/judge.ts';
import { type MachineWords, machinesAt } from '../judge/machines.ts';
import { footPoint, insidePolygon, placeInPicture } from '../judge/polygon.ts';
import { emptyJudgeState, type JudgeState, judgeState } from '../judge/state.ts';
import type { Verdict } from '../judge/verdict.ts';
import { CalibrationRefused, FloorLocator } from '../locate/floor-locator.ts';
import { PersonSize } from '../locate/person-size.ts';
import { type TrackedBox, Tracker } from '../track/tracker.ts';
import { CameraPoses } from './camera-poses.ts';
import { equipmentInFrame } from './frame-equipment.ts';
import { LookOrder } from './look-order.ts';
import { invert, isDistorted, type Scaling, scaleBox, scalePose, scalingOf } from './scaling.ts';

/** What is known of a frame besides its pixels. */
export interface FrameMeta {
  readonly camera: string;
  readonly sequence: number;
  /** Stream clock, milliseconds since the epoch. */
  readonly at: number;
  readonly width: number;
  readonly height: number;
}

/** What one analysed frame gave. */
export interface FrameOutcome {
  /** Coordinates in pixels of the camera's configured `picture`. */
  readonly observation: Observation;
  readonly verdicts: Verdict[];
}

/** JSON that lets a restarted worker go on without recording an open episode again. */
export type CameraState = JudgeState;

export interface CameraPipelineOptions {
  readonly config: CameraConfig;
  readonly card: PpeCard;
  /** The pose model; a sentence that says why there is none, for the rules that would need it. */
  readonly pose?: PoseCard | string;
  /** What {@link CameraPipeline.exportState} of an earlier run gave. */
  readonly state?: unknown;
  /** Begins the names of this run's tracks; left out, a new one is made. */
  readonly trackPrefix?: string;
}

/** What was seen in a frame besides the people's boxes, picture pixels. */
interface Sights {
  readonly parts: readonly Detection[];
  /** People who got a close look. */
  readonly looked: readonly Box[];
  readonly poses: readonly DetectedPose[];
}

/** Somebody whom the full pass misses is looked at where they are expected, so long, seconds. */
const MISSED_SECONDS = 0.7;
/** How long a track that is not seen is looked for, seconds. */
const LOST_SECONDS = 2.5;
/** A foot point is good to this share of the person's height, at least 2 pixels. */
const FOOT_NOISE = 0.04;
/** Part scores below this are not published. */
const SHOWN_PART_SCORE = 0.2;

/** track -> locate -> judge of one camera. Feed frames in the order of their time. */
export class CameraPipeline {
  readonly #card: PpeCard;
  readonly #poses: CameraPoses;
  readonly #tracker: Tracker;
  readonly #looks = new LookOrder();
  #config: CameraConfig;
  #locator: FloorLocator | undefined;
  #size: PersonSize | undefined;
  #state: JudgeState;
  #problems: string[] = [];
  #stateProblem: string | undefined;
  #distorted: string | undefined;
  #last: { at: number; observation: Observation } | undefined;
  #turn = 0;
  /** The next tile to be searched, and when the last one was. */
  #search = { tile: 0, at: Number.NEGATIVE_INFINITY };
  /** The tracks that the detector was last asked to look at, in its order. */
  #asked: readonly string[] = [];

  constructor(options: CameraPipelineOptions) {
    this.#card = options.card;
    const { trust } = options.card.thresholds.person!;
    const begin = Math.min(1, trust + 0.05);
    this.#poses = new CameraPoses(options.pose ?? 'there is no pose model', begin);
    this.#tracker = new Tracker({
      prefix: options.trackPrefix ?? ulid().slice(-8),
      trust,
      begin,
      lostSeconds: LOST_SECONDS,
    });
    this.#config = options.config;
    this.#state = emptyJudgeState(options.config.id);
    if (options.state !== undefined) this.#restore(options.state);
    this.reconfigure(options.config);
  }

  /** What is wrong and was left out: a refused calibration, a state that is no good, a missing model. */
  get problems(): readonly string[] {
    return [this.#stateProblem, this.#distorted, this.idleRules, ...this.#problems].filter(
      (problem) => problem !== undefined,
    );
  }

  /** Which rules cannot run for want of a pose model, and why there is none. */
  get idleRules(): string | undefined {
    return this.#poses.problem(this.#config);
  }

  /** Takes a changed configuration; tracks and open episodes of rules that stay are kept. */
  reconfigure(config: CameraConfig): void {
    this.#config = config;
    this.#problems = [];
    this.#locator = undefined;
    this.#size = undefined;
    if (!config.calibration) return;
    try {
      this.#locator = new FloorLocator(config.calibration);
      this.#size = PersonSize.from(config.calibration, config.picture);
    } catch (error) {
      if (!(error instanceof CalibrationRefused)) throw error;
      this.#problems.push(`camera "${config.id}": calibration: ${error.message}`);
    }
  }

  /** Who is to be looked at closely in a frame of this size at this time; for the detector. */
  detectOptions(meta: Pick<FrameMeta, 'at' | 'width' | 'height'>): DetectOptions {
    const { model, zones, rules, picture } = this.#config;
    const asking = new Set(rules.flatMap((r) => (r.kind === 'missing-ppe' ? [r.zone] : [])));
    const outlines = zones.filter(({ id }) => asking.has(id)).map(({ polygon }) => polygon);
    const boxes = new Map<string, Box>();
    const expected = this.#tracker.expect(meta.at, MISSED_SECONDS);
    for (const { track, box } of expected) {
      const place = placeInPicture(box, picture);
      if (outlines.some((outline) => insidePolygon(place, outline))) boxes.set(track, box);
    }
    const toFrame = invert(scalingOf(meta, picture));
    this.#asked = this.#looks.due([...boxes.keys()], meta.at);
    const lookAt = this.#asked.map((track) => scaleBox(boxes.get(track)!, toFrame));
    const known = [...expected.map(({ box }) => box), ...this.#looks.strangers(meta.at)].map(
      (box) => scaleBox(box, toFrame),
    );
    const poses = this.#poses.wanted(this.#config);
    const posesAt = poses
      ? this.#tracker.expect(meta.at, LOST_SECONDS).map(({ box }) => scaleBox(box, toFrame))
      : [];
    const { perFrame, megapixels } = this.#config.closeLooks;
    const budget = { regionBudget: perFrame, regionPixels: Math.round(1e6 * megapixels) };
    const search = this.#searchDue(meta);
    return { model, ...budget, ...search, lookAt, known, turn: this.#turn++, poses, posesAt };
  }

  /**
   * Takes the detections of one frame further. A repeated or late frame changes nothing and gives
   * the last observation again; a clock that was set back is followed.
   *
   * @param told the last word on each machine; one that is not in it counts as running.
   */
  process(meta: FrameMeta, found: FrameDetections, told: MachineWords = new Map()): FrameOutcome {
    const late =
      this.#last && meta.at <= this.#last.at && this.#last.at - meta.at < CLOCK_SET_BACK_MS;
    if (this.#last && late) return { observation: this.#last.observation, verdicts: [] };
    const scaling = scalingOf(meta, this.#config.picture);
    this.#distorted = isDistorted(scaling)
      ? `camera "${this.#config.id}": the stream is ${meta.width} x ${meta.height}, its outlines are drawn on ${this.#config.picture.join(' x ')}: the shapes differ`
      : undefined;
    const detections = found.detections.map((detection) => ({
      ...detection,
      box: scaleBox(detection.box, scaling),
    }));
    const looked = (found.looked ?? []).map((box) => scaleBox(box, scaling));
    this.#noteLooks(meta.at, looked, found.lookedFor ?? []);
    const poses = (found.poses ?? []).map((pose) => scalePose(pose, scaling));
    const people = detections.filter(
      ({ label, box }) => label === 'person' && !this.#size?.isImpossible(box),
    );
    const tracked = this.#tracker.update(meta.at, this.#poses.people(people, poses));
    const parts = detections.filter(({ label }) => label !== 'person');
    const observation: Observation = {
      camera: this.#config.id,
      at: new Date(meta.at).toISOString(),
      width: this.#config.picture[0],
      height: this.#config.picture[1],
      people: this.#people(meta, tracked, { parts, looked, poses }, scaling),
      parts: parts.filter(({ score }) => score >= SHOWN_PART_SCORE),
      machines: machinesAt(this.#config.rules, told, meta.at),
    };
    const { state, verdicts, holding } = judge(this.#config, this.#state, observation);
    this.#state = state;
    for (const person of observation.people) person.violations = holding.get(person.track) ?? [];
    this.#last = { at: meta.at, observation };
    return { observation, verdicts };
  }

  /** Ends all open episodes, of a camera that is watched no longer. */
  endEpisodes(): Verdict[] {
    const { state, verdicts } = endEpisodes(this.#state);
    this.#state = state;
    return verdicts;
  }

  exportState(): CameraState {
    return structuredClone(this.#state);
  }

  /** Once in `searchSeconds` each part of the picture is searched for people far away. */
  #searchDue(meta: Pick<FrameMeta, 'at' | 'width' | 'height'>): { search?: number } {
    const { closeLooks, rules } = this.#config;
    if (rules.length === 0 || closeLooks.perFrame === 0 || closeLooks.searchSeconds === 0)
      return {};
    const tiles = searchTiles(this.#card, meta).length;
    if (tiles === 0) return {};
    const interval = (1000 * closeLooks.searchSeconds) / tiles;
    const { at, tile } = this.#search;
    const waited = meta.at - at;
    if (waited >= 0 && waited < interval) return {};
    // Frames do not come at the very moment; what was waited for too long is not made up for.
    const isLate = waited < 0 || waited >= 2 * interval;
    this.#search = { tile: tile + 1, at: isLate ? meta.at : at + interval };
    return { search: tile };
  }

  /** Whoever got a look has had their turn, and strangers are not looked at in every frame. */
  #noteLooks(at: number, looked: readonly Box[], lookedFor: readonly (number | null)[]): void {
    looked.forEach((box, i) => {
      const asked = lookedFor[i];
      const track = typeof asked === 'number' ? this.#asked[asked] : undefined;
      if (track !== undefined) this.#looks.given(track, at);
      else if (asked === null) this.#looks.givenToStranger(box, at);
    });
  }

  #restore(saved: unknown): void {
    const checked = judgeState.safeParse(saved);
    if (checked.success && checked.data.camera === this.#config.id) {
      this.#state = checked.data;
      return;
    }
    const reason = checked.success
      ? `it is of camera "${checked.data.camera}"`
      : checked.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; ');
    this.#stateProblem = `camera "${this.#config.id}": the saved state is left out: ${reason}`;
  }

  #people(
    meta: FrameMeta,
    tracked: readonly TrackedBox[],
    { parts, looked, poses }: Sights,
    scaling: Scaling,
  ): TrackedPerson[] {
    const people = tracked.map(({ box }) => box);
    // Pixels of the model's full pass per pixel of the picture.
    const fullScale = fullPassScale(this.#card, meta.width, meta.height) / scaling.y;
    const equipment = equipmentInFrame(this.#card, { people, parts, looked, fullScale });
    const posesOf = this.#poses.of(people, poses);
    this.#looks.keep(new Set(tracked.map(({ track }) => track)));
    return tracked.map(({ track, box, score }, i) => {
      const { helmet, vest, looked: wasLooked } = equipment[i]!;
      if (wasLooked) this.#looks.looked(track, meta.at, `${helmet}/${vest}`);
      const foot = footPoint(box);
      const noise = Math.max(2, FOOT_NOISE * (box[3] - box[1]));
      const place = placeInPicture(box, this.#config.picture);
      const floor = this.#locator?.locate(foot, [noise, noise]) ?? null;
      return {
        track,
        box,
        score,
        floor: floor?.at ?? null,
        floorDeviation: floor?.deviation ?? null,
        helmet,
        vest,
        pose: posesOf[i]!,
        zones: this.#config.zones
          .filter((zone) => zone.plane !== 'picture' && insidePolygon(place, zone.polygon))
          .map(({ id }) => id),
        violations: [],
      };
    });
  }
}
