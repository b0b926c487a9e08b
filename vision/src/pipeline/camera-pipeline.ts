import type { ArmingSeen, Box, CameraConfig, Observation } from '@anshi/contracts';
import { ulid } from 'ulid';
import { itemsOf } from '../detect/card/ppe.ts';
import type { DetectOptions } from '../detect/detect-options.ts';
import type { PoseCard, PpeCard } from '../detect/model-card.ts';
import { fullPassScale } from '../detect/model-session.ts';
import type {
  DetectedPose,
  Detection,
  FrameDetections,
  PersonAnswers,
  PersonContrast,
} from '../frame.ts';
import { endEpisodes } from '../judge/end-episodes.ts';
import { CLOCK_SET_BACK_MS, judge } from '../judge/judge.ts';
import { type MachineReports, machinesAt } from '../judge/machines.ts';
import { insidePolygon, placeInPicture } from '../judge/polygon.ts';
import { emptyJudgeState, type JudgeState, judgeState } from '../judge/state.ts';
import type { Verdict } from '../judge/verdict.ts';
import { PersonSize } from '../locate/person-size.ts';
import { Placement, type SeenPerson } from '../replay/place.ts';
import { type TrackedBox, Tracker } from '../track/tracker.ts';
import { CameraPoses } from './camera-poses.ts';
import { DistantSearch } from './distant-search.ts';
import { EmptyScene } from './empty-scene.ts';
import { equipmentInFrame } from './frame-equipment.ts';
import { JudgedPeople } from './judged-people.ts';
import { type ContrastCount, LegibleEquipment } from './legible-equipment.ts';
import { PersonScheduler } from './person-scheduler.ts';
import { roundedPerson } from './rounding.ts';
import { invert, isDistorted, type Scaling, scaleBox, scalePose, scalingOf } from './scaling.ts';
import { unseenItems } from './unseen-items.ts';

/** Metadata of a frame. */
export interface FrameMeta {
  readonly camera: string;
  readonly sequence: number;
  /** Stream clock, milliseconds since the epoch. */
  readonly at: number;
  /** In the live stream; left out where not known. */
  readonly rtpTimestamp?: number;
  readonly width: number;
  readonly height: number;
}

/** The result of one analysed frame. */
export interface FrameOutcome {
  /** Coordinates in pixels of the camera's configured `picture`. */
  readonly observation: Observation;
  readonly verdicts: Verdict[];
  /** The people of the observation as they are recorded; undefined for a repeated or late frame. */
  readonly seen?: readonly SeenPerson[];
  /** The contrast of people, where a rule needs their equipment; left out for a repeated or late frame. */
  readonly contrasts?: ContrastCount;
}

/** JSON state with which a restarted worker continues without duplicate records. */
export type CameraState = JudgeState;

export interface CameraPipelineOptions {
  readonly config: CameraConfig;
  readonly card: PpeCard;
  /** The pose model; or a sentence that says why there is none. */
  readonly pose?: PoseCard | string;
  /** The state exported by an earlier run. */
  readonly state?: unknown;
  /** Whether the models rest while nothing moves in an empty picture (default true). */
  readonly rests?: boolean;
  /** Prefix of this run's track ids; left out, a new one is made. */
  readonly trackPrefix?: string;
}

/** The rest of a frame's detections, picture pixels. */
interface Sights {
  readonly parts: readonly Detection[];
  /** People who got a crop. */
  readonly cropped: readonly Box[];
  readonly answers: readonly PersonAnswers[] | undefined;
  readonly contrasts: readonly PersonContrast[];
  readonly poses: readonly DetectedPose[];
}

/** A person whom the full pass misses gets crops at the expected place for this long, seconds. */
const MISSED_SECONDS = 0.7;
/** How long a lost track is kept, seconds. */
const LOST_SECONDS = 2.5;
/** Lower part scores are not published. */
const SHOWN_PART_SCORE = 0.2;

/** track -> locate -> judge for one camera. Frames must be passed in order of time. */
export class CameraPipeline {
  readonly #card: PpeCard;
  readonly #poses: CameraPoses;
  readonly #tracker: Tracker;
  readonly #crops: PersonScheduler;
  readonly #judged: JudgedPeople;
  readonly #empty: EmptyScene | undefined;
  readonly #search: DistantSearch;
  readonly #legible = new LegibleEquipment();
  #config: CameraConfig;
  #placement: Placement;
  #size: PersonSize | undefined;
  #state: JudgeState;
  #problems: string[] = [];
  #stateProblem: string | undefined;
  #distorted: string | undefined;
  #last: { at: number; observation: Observation } | undefined;
  #round = 0;
  /** The tracks of the last crop targets, in the same order. */
  #asked: readonly string[] = [];

  constructor(options: CameraPipelineOptions) {
    this.#card = options.card;
    this.#judged = new JudgedPeople(options.card);
    this.#search = new DistantSearch(options.card);
    const { verdict } = options.card;
    const isHeld = itemsOf(options.card).every(({ item }) => verdict?.items.includes(item));
    this.#crops = new PersonScheduler({ holdsAnswers: isHeld });
    const { trust } = options.card.thresholds.person!;
    const begin = Math.min(1, trust + 0.05);
    this.#poses = new CameraPoses(options.pose ?? 'there is no pose model', begin);
    this.#tracker = new Tracker({
      prefix: options.trackPrefix ?? ulid().slice(-8),
      trust,
      begin,
      lostSeconds: LOST_SECONDS,
    });
    if (options.rests ?? true) this.#empty = new EmptyScene();
    this.#config = options.config;
    this.#placement = new Placement(options.config);
    this.#state = emptyJudgeState(options.config.id);
    if (options.state !== undefined) this.#restore(options.state);
    this.reconfigure(options.config);
  }

  /**
   * Problems of parts that were ignored: a refused calibration, an invalid state, a missing model.
   */
  get problems(): readonly string[] {
    return [this.#stateProblem, this.#distorted, this.idleRules, ...this.#problems].filter(
      (problem) => problem !== undefined,
    );
  }

  /** Which rules cannot run without a pose model, and why there is none. */
  get idleRules(): string | undefined {
    return this.#poses.problem(this.#config);
  }

  /** Applies a changed configuration; tracks and open episodes of unchanged rules are kept. */
  reconfigure(config: CameraConfig): void {
    this.#config = config;
    this.#problems = unseenItems(config, this.#card);
    this.#placement = new Placement(config);
    const { problem, isCalibrated } = this.#placement;
    if (problem !== undefined) this.#problems.push(problem);
    this.#size =
      config.calibration && isCalibrated
        ? PersonSize.from(config.calibration, config.picture)
        : undefined;
  }

  /**
   * The detector's options for a frame of this size at this time, with its crop targets.
   *
   * @param shedding how much of the optional work is left out, 0 to 1 (`LoadShedding`).
   */
  detectOptions(meta: Pick<FrameMeta, 'at' | 'width' | 'height'>, shedding = 0): DetectOptions {
    const { model, zones, rules, picture } = this.#config;
    const load = { shedding, frameInterval: 1000 / this.#config.analysisFps };
    const asking = new Set(rules.flatMap((r) => (r.kind === 'missing-ppe' ? [r.zone] : [])));
    const outlines = zones.filter(({ id }) => asking.has(id)).map(({ polygon }) => polygon);
    const boxes = new Map<string, Box>();
    const expected = this.#tracker.expect(meta.at, MISSED_SECONDS);
    for (const { track, box } of expected) {
      if (this.#placement.maskOf(box) !== undefined) continue;
      const place = placeInPicture(box, picture);
      if (outlines.some((outline) => insidePolygon(place, outline))) boxes.set(track, box);
    }
    const toFrame = invert(scalingOf(meta, picture));
    this.#asked = this.#crops.due([...boxes.keys()], meta.at, load);
    const targets = this.#asked.map((track) => scaleBox(boxes.get(track)!, toFrame));
    const shown = expected.filter(({ box }) => this.#placement.maskOf(box) === undefined);
    const asks = { tracked: shown, inZones: new Set(boxes.keys()), toFrame, at: meta.at, load };
    const judged = this.#judged
      .due(outlines.length > 0 ? asks : undefined)
      .map((box) => scaleBox(box, toFrame));
    const known = [...expected.map(({ box }) => box), ...this.#crops.candidates(meta.at)].map(
      (box) => scaleBox(box, toFrame),
    );
    const poses = this.#poses.wanted(this.#config);
    const posesAt = poses
      ? this.#tracker.expect(meta.at, LOST_SECONDS).map(({ box }) => scaleBox(box, toFrame))
      : [];
    const { perFrame, megapixels } = this.#config.closeLooks;
    const budget = { regionBudget: perFrame, regionPixels: Math.round(1e6 * megapixels) };
    const stillSince = this.#tracker.size === 0 ? this.#empty?.since : undefined;
    const search = this.#search.due(this.#config, { ...meta, shedding, stillSince });
    const isSearching = search.search !== undefined;
    const rest = this.#tracker.size === 0 ? this.#empty?.options(meta, isSearching) : undefined;
    const round = this.#round++;
    const looks = { targets, known, judged };
    return { model, ...budget, ...search, ...looks, round, poses, posesAt, rest };
  }

  /**
   * Processes the detections of one frame. A repeated or late frame changes nothing and returns the
   * last observation; a clock that was set back is followed.
   *
   * @param told the last message of each machine; one without a message counts as running.
   * @param arming what is known of the arming of zones and rules; what is missing arms them.
   */
  process(
    meta: FrameMeta,
    found: FrameDetections,
    told: MachineReports = new Map(),
    arming: readonly ArmingSeen[] = [],
  ): FrameOutcome {
    const late =
      this.#last && meta.at <= this.#last.at && this.#last.at - meta.at < CLOCK_SET_BACK_MS;
    if (this.#last && late) {
      this.#empty?.disturbed();
      return { observation: this.#last.observation, verdicts: [] };
    }
    const scaling = scalingOf(meta, this.#config.picture);
    this.#distorted = isDistorted(scaling)
      ? `camera "${this.#config.id}": the stream is ${meta.width} x ${meta.height}, its outlines are drawn on ${this.#config.picture.join(' x ')}: the shapes differ`
      : undefined;
    const detections = found.detections.map((detection) => ({
      ...detection,
      box: scaleBox(detection.box, scaling),
    }));
    const cropped = (found.cropped ?? []).map((box) => scaleBox(box, scaling));
    const contrasts = (found.contrasts ?? []).map((one) => ({
      ...one,
      box: scaleBox(one.box, scaling),
    }));
    this.#noteCrops(meta.at, cropped, found.targetOf ?? []);
    const poses = (found.poses ?? []).map((pose) => scalePose(pose, scaling));
    const people = detections.filter(
      ({ label, box }) => label === 'person' && !this.#size?.isImpossible(box),
    );
    const tracked = this.#tracker.update(meta.at, this.#poses.people(people, poses));
    const seen = detections.filter(({ label }) => label !== 'person');
    const isEmpty = poses.length === 0 && seen.length === detections.length;
    const parts = this.#empty?.parts(meta.at, found, { isEmpty, parts: seen }) ?? seen;
    this.#search.done(meta.at, isEmpty);
    const { answers } = found;
    const sights = { parts, cropped, answers, contrasts, poses };
    const sightings = this.#people(meta, tracked, sights, scaling);
    const observation: Observation = {
      camera: this.#config.id,
      at: new Date(meta.at).toISOString(),
      ...(meta.rtpTimestamp !== undefined && { rtpTimestamp: meta.rtpTimestamp }),
      width: this.#config.picture[0],
      height: this.#config.picture[1],
      people: this.#placement.people(sightings),
      parts: parts.filter(
        ({ score, box }) => score >= SHOWN_PART_SCORE && !this.#placement.isHidden(box),
      ),
      machines: machinesAt(this.#config, told, meta.at),
      ...(arming.length > 0 && { arming: [...arming] }),
      ...(this.#distorted !== undefined && { degraded: true as const }),
    };
    const { state, verdicts, holding } = judge(this.#config, this.#state, observation);
    this.#state = state;
    for (const person of observation.people) person.violations = holding.get(person.track) ?? [];
    this.#last = { at: meta.at, observation };
    return { observation, verdicts, seen: sightings, contrasts: this.#legible.takeCount() };
  }

  /** Ends all open episodes, of a removed camera. */
  endEpisodes(): Verdict[] {
    const { state, verdicts } = endEpisodes(this.#state);
    this.#state = state;
    return verdicts;
  }

  exportState(): CameraState {
    return structuredClone(this.#state);
  }

  /**
   * Records the crops of this frame, so that others come next and candidates are not cropped in
   * every frame.
   */
  #noteCrops(at: number, cropped: readonly Box[], targetOf: readonly (number | null)[]): void {
    cropped.forEach((box, i) => {
      const asked = targetOf[i];
      const track = typeof asked === 'number' ? this.#asked[asked] : undefined;
      if (track !== undefined) this.#crops.markRead(track, at);
      else if (asked === null) this.#crops.markCandidate(box, at);
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
    { parts, cropped, answers, contrasts, poses }: Sights,
    scaling: Scaling,
  ): SeenPerson[] {
    const people = tracked.map(({ box }) => box);
    // Tensor pixels of the full pass per picture pixel.
    const fullScale = fullPassScale(this.#card, meta.width, meta.height) / scaling.y;
    const frameScale = 1 / scaling.y;
    const judged = this.#judged.answersFor(tracked, answers);
    const worn = equipmentInFrame(this.#card, {
      people,
      parts,
      cropped,
      answers: judged,
      contrasts,
      fullScale,
      frameScale,
    });
    const posesOf = this.#poses.of(people, poses);
    const kept = new Set(tracked.map(({ track }) => track));
    this.#crops.keep(kept);
    this.#judged.keep(kept);
    this.#legible.keep(kept);
    const isAsked = this.#config.rules.some(({ kind }) => kind === 'missing-ppe');
    return tracked.map(({ track, box, score, velocity }, i) => {
      const { byParts, isCropped, isLegible } = worn[i]!;
      let { equipment } = worn[i]!;
      if (isCropped) this.#crops.answered(track, meta.at, Object.values(byParts).join('/'));
      if (judged?.[i]) this.#judged.answered(track, meta.at, equipment);
      else if (judged) equipment = this.#judged.held(track, meta.at, equipment);
      equipment = this.#legible.of(track, equipment, isLegible);
      if (isAsked && this.#placement.maskOf(box) === undefined)
        this.#legible.count(track, meta.at, isLegible);
      return roundedPerson({ track, box, score, velocity, equipment, pose: posesOf[i]! });
    });
  }
}
