import type { CameraConfig, CameraRule, Observation, TrackedPerson } from '@anshi/contracts';
import { moveActor, newActor, pathOf, remember, uniqueByTrack } from './actors.ts';
import { type ArmingFacts, armingOf, isArmed } from './arming.ts';
import { CLIMB } from './climb.ts';
import { advance } from './clock.ts';
import { hasStayed, isGone, recognise } from './continuity.ts';
import { follow, isSameBody } from './crossing.ts';
import { dwell, emptyDwell, leaveOut } from './dwell.ts';
import { weigh } from './evidence.ts';
import { explainCrossing, explainEvidence } from './explain.ts';
import { beginLaterPath, laterPaths } from './later-path.ts';
import { crossingOf, dwellOf, evidenceOf } from './memories.ts';

import { footPoint } from './polygon.ts';
import { breakOf, judgeScene } from './scene.ts';
import { confirmTime, sightingOf } from './sightings.ts';
import {
  type Actor,
  type CrossingMemory,
  copyState,
  type DwellMemory,
  type EvidenceMemory,
  type JudgeState,
} from './state.ts';
import type { ConfirmedVerdict, Verdict } from './verdict.ts';
import { violationId } from './violation-id.ts';
import { STAY, type Watch, watchesOf } from './watches.ts';

export { CLOCK_SET_BACK_MS } from './clock.ts';

/**
 * A path with a longer gap is not used for crossings, ms; the limit is lower where the track broke
 * and the person was re-identified by place.
 */
const LONGEST_PATH_GAP_MS = 3_000;
const LONGEST_REJOINED_GAP_MS = 1_000;

export interface Judgement {
  readonly state: JudgeState;
  readonly verdicts: Verdict[];
  /** Current confirmed violations, by track, in the order of the configuration. */
  readonly holding: Map<string, CameraRule[]>;
}

/**
 * Judges one observation of one camera. Pure: the same states and observations give the same
 * verdicts. A repeated or late observation changes nothing; a clock that was set is followed:
 * records carry its times, durations are not measured across its step.
 */
export function judge(
  config: Pick<CameraConfig, 'id' | 'rules' | 'lines' | 'zones' | 'analysisFps'>,
  before: JudgeState,
  observation: Observation,
): Judgement {
  const state = copyState(before);
  const verdicts: Verdict[] = [];
  const watches = watchesOf(config.rules);
  const time = Date.parse(observation.at);
  const at = advance(state, time);
  if (at === undefined) return { state, verdicts, holding: holdingNow(state, watches) };
  const { width, height } = observation;
  const facts = { zones: config.zones, machines: observation.machines, arming: observation.arming };
  // The clock of the state makes a long outage short, for people who stayed; what it says of the time
  // in between is not known.
  const gap =
    before.at === null
      ? Number.POSITIVE_INFINITY
      : Math.max(at - before.at, time - before.epoch - before.at);
  const isBreak = gap > breakOf(config);
  const picture = [width, height] as const;
  const moment = { config, state, at, verdicts, facts, picture, isBreak };

  verdicts.push(...laterPaths(before, state, at));
  dropGone(moment);
  dropUnwatched(moment, watches);
  const people = uniqueByTrack(observation.people);
  const trackBefore = new Map(state.actors.map(({ track, id }) => [track, id]));
  const known = recognise(state.actors, people, at);
  for (const person of people) {
    const actor = known.get(person) ?? newActor(state, person, at);
    const sameTrack = actor.track === person.track;
    const longestGap = sameTrack ? LONGEST_PATH_GAP_MS : LONGEST_REJOINED_GAP_MS;
    const isBroken = at - actor.seenAt > longestGap;
    const owner = trackBefore.get(person.track);
    const isExchanged = owner !== undefined && owner !== actor.id;
    const path = { isBroken, isExchanged };
    const stays = sameTrack || hasStayed(actor, person, isBreak);
    moveActor(actor, person, at, 2 * breakOf(config), observation);
    remember(actor, person, watches, at, picture);
    for (const watch of watches) {
      if (watch.memory === 'crossing') crossLine(moment, watch, actor, person, path);
      else if (watch.memory === 'dwell') measureStay(moment, watch, actor, person, stays);
      else if (watch.memory === 'evidence') weighEvidence(moment, watch, actor, person);
    }
  }
  for (const actor of state.actors) {
    for (const [key, memory] of Object.entries(actor.rules)) {
      const watch = watches.find((one) => one.key === key);
      // A crossing has no duration; it is shown for a while.
      const over =
        memory.kind === 'crossing' && at - (memory.open?.heldAt ?? at) >= (watch?.clear ?? 0);
      if (over) end(moment, memory);
    }
  }
  verdicts.push(...judgeScene({ config, state, observation, at, gap }, watches));
  return { state, verdicts, holding: holdingNow(state, watches) };
}

/** Ends the episodes of expired actors and drops them. */
function dropGone(moment: Moment): void {
  const { state, at, picture } = moment;
  const gone = new Set(state.actors.filter((actor) => isGone(actor, at, picture)));
  for (const actor of gone) {
    for (const memory of Object.values(actor.rules)) end(moment, memory);
  }
  state.actors = state.actors.filter((actor) => !gone.has(actor));
}

/** Ends the episodes of rules that were removed or redefined. */
function dropUnwatched(moment: Moment, watches: readonly Watch[]): void {
  const kinds = new Map(watches.map(({ key, memory }) => [key, memory]));
  for (const actor of moment.state.actors) {
    for (const [key, memory] of Object.entries(actor.rules)) {
      const other =
        memory.open && memory.open.rule !== watches.find((w) => w.key === key)?.violation;
      if (kinds.get(key) === memory.kind && !other) continue;
      end(moment, memory);
      delete actor.rules[key];
    }
  }
}

/** The observation in progress, and its results. */
interface Moment {
  readonly config: Pick<CameraConfig, 'id' | 'lines' | 'zones'>;
  readonly state: JudgeState;
  readonly at: number;
  readonly verdicts: Verdict[];
  readonly facts: ArmingFacts;
  readonly picture: readonly [number, number];
  /** The camera saw nothing since the observation before. */
  readonly isBreak: boolean;
}

function weighEvidence(moment: Moment, watch: Watch, actor: Actor, person: TrackedPerson): void {
  const memory = evidenceOf(actor, watch.key);
  const sight = { person, actor, ...moment.facts, isOpen: memory.open !== null };
  const times = { ...watch, confirm: confirmTime(watch, actor) };
  const event = weigh(memory, sightingOf(watch, sight), moment.at, times);
  if (event?.kind === 'ended') end(moment, memory);
  if (event?.kind === 'confirmed') {
    confirm(moment, watch, actor, person, memory, {
      startedAt: event.startedAt,
      confidence: event.confidence,
      direction: null,
      why: explainEvidence(watch, event, times.confirm, moment.at, actor.body),
    });
  }
}

function measureStay(
  moment: Moment,
  watch: Watch,
  actor: Actor,
  person: TrackedPerson,
  stays: boolean,
): void {
  const known = dwellOf(actor, watch.key);
  const memory = stays || known.open ? known : emptyDwell();
  actor.rules[watch.key] = memory;
  if (moment.isBreak) leaveOut(memory, moment.at);
  const sight = { person, actor, ...moment.facts, isOpen: memory.open !== null };
  const times = { ...watch, grace: STAY.graceMs };
  const event = dwell(memory, sightingOf(watch, sight), moment.at, times);
  if (event?.kind === 'ended') end(moment, memory);
  if (event?.kind === 'confirmed') {
    const why = explainEvidence(watch, event, times.confirm, moment.at);
    confirm(moment, watch, actor, person, memory, { ...event, direction: null, why });
  }
}

function crossLine(
  moment: Moment,
  watch: Watch,
  actor: Actor,
  person: TrackedPerson,
  path: { readonly isBroken: boolean; readonly isExchanged: boolean },
): void {
  const { rule } = watch;
  if (rule.kind !== 'line-crossing' && rule.kind !== 'climbing') return;
  const line = moment.config.lines.find(({ id }) => id === rule.line);
  if (!line) return;
  const memory = crossingOf(actor, watch.key);
  const direction = rule.kind === 'climbing' ? 'both' : rule.direction;
  // The box changed, and the person has not walked.
  if (path.isBroken || path.isExchanged) {
    memory.side = 0;
    memory.path = [];
  }
  if (path.isBroken) memory.pending = null;
  const height = person.box[3] - person.box[1];
  const crossed = follow(memory, line, footPoint(person.box), height, moment.at);
  if (crossed) {
    // A person who is back over the line before the confirm time has not crossed it.
    const isBack = memory.pending !== null && memory.pending.direction !== crossed.direction;
    memory.pending =
      !isBack && (direction === 'both' || direction === crossed.direction)
        ? {
            direction: crossed.direction,
            startedAt: crossed.at,
            crossedAt: moment.at,
            trail: crossed.trail.map(([time, distance]) => [time, distance]),
          }
        : null;
  }
  if (rule.kind === 'climbing') {
    const climbed = isClimbed(memory, actor, moment.at);
    if (climbed === 'no') memory.pending = null;
    if (climbed !== 'yes') return;
  }
  const { pending } = memory;
  if (!pending || moment.at - pending.crossedAt < watch.confirm) return;
  // A line that was crossed while it was disarmed is not recorded later.
  if (!isArmed(rule, moment.facts)) {
    memory.pending = null;
    return;
  }
  memory.pending = null;
  const isTwin = moment.verdicts.some(
    (other) =>
      other.type === 'confirmed' &&
      other.ruleId === rule.id &&
      other.direction === pending.direction &&
      other.box !== null &&
      isSameBody(other.box, person.box),
  );
  if (isTwin) return;
  if (memory.open) end(moment, memory);
  confirm(moment, watch, actor, person, memory, {
    startedAt: pending.startedAt,
    confidence: person.score,
    direction: pending.direction,
    why: explainCrossing(watch, pending, height, moment.at),
  });
}

/**
 * Climbing: a raised leg belongs to a crossing shortly before or after it; without a crossing there
 * is none.
 */
function isClimbed(
  { pending }: CrossingMemory,
  { body }: Actor,
  at: number,
): 'yes' | 'not yet' | 'no' {
  if (!pending) return 'no';
  const raisedAt = body?.raisedAt ?? null;
  if (raisedAt !== null && pending.startedAt - raisedAt <= CLIMB.rememberedMs) return 'yes';
  return at - pending.crossedAt <= CLIMB.awaitedMs ? 'not yet' : 'no';
}

function confirm(
  { config, state, at, verdicts, facts }: Moment,
  watch: Watch,
  actor: Actor,
  person: TrackedPerson,
  memory: EvidenceMemory | CrossingMemory | DwellMemory,
  what: Pick<ConfirmedVerdict, 'startedAt' | 'confidence' | 'direction' | 'why'>,
): void {
  const startedAt = state.epoch + what.startedAt;
  const confirmedAt = state.epoch + at;
  const violation = violationId(confirmedAt, [
    config.id,
    watch.key,
    actor.id,
    // Two actors can have the id: one re-identified under a new track, and the owner of the old
    // one.
    person.track,
    startedAt,
  ]);
  memory.open = {
    violation,
    rule: watch.violation,
    ruleId: watch.rule.id,
    track: person.track,
    heldAt: at,
  };
  beginLaterPath(actor, violation, at);
  verdicts.push({
    type: 'confirmed',
    violation,
    rule: watch.violation,
    ruleId: watch.rule.id,
    severity: watch.rule.severity,
    zone: 'zone' in watch.rule ? (watch.rule.zone ?? null) : null,
    line: 'line' in watch.rule ? watch.rule.line : null,
    direction: what.direction,
    startedAt,
    confirmedAt,
    confidence: what.confidence,
    item: watch.item,
    subject: 'person',
    actor: actor.id,
    tracks: actor.tracks,
    box: person.box,
    floor: person.floor,
    path: pathOf(actor, state),
    arming: armingOf(watch.rule, facts),
    why: what.why,
  });
}

function end(
  { state, verdicts }: Moment,
  memory: EvidenceMemory | CrossingMemory | DwellMemory,
): void {
  if (!memory.open) return;
  const { heldAt, ...episode } = memory.open;
  verdicts.push({ type: 'ended', ...episode, endedAt: state.epoch + heldAt });
  memory.open = null;
}

function holdingNow(state: JudgeState, watches: readonly Watch[]): Map<string, CameraRule[]> {
  const holding = new Map<string, CameraRule[]>();
  for (const actor of state.actors) {
    const rules = watches.filter(({ key }) => actor.rules[key]?.open).map((w) => w.violation);
    if (rules.length > 0) holding.set(actor.track, [...new Set(rules)]);
  }
  return holding;
}
