import type { CameraConfig, Observation, RuleConfig } from '@anshi/contracts';
import { type ArmingFacts, armingOf, isArmed } from './arming.ts';
import { LONGEST_BLIND_MS } from './continuity.ts';
import { dwell, emptyDwell, leaveOut } from './dwell.ts';
import type { EvidenceEvent, Sighting } from './evidence.ts';
import { explainEvidence } from './explain.ts';
import { isRunning } from './machines.ts';
import { occupancyOf } from './occupancy.ts';
import type { DwellMemory, JudgeState } from './state.ts';
import type { ConfirmedVerdict, EndedVerdict, Verdict } from './verdict.ts';
import { violationId } from './violation-id.ts';
import { subjectOf, type Watch } from './watches.ts';

/** Parameters of the scene; also in the cards of its rules. */
export const SCENE = {
  /** After a break, or while it starts, a camera has to give pictures for this long, ms. */
  warmUpMs: 3_000,
  /** Time between two pictures that is a break, ms; longer where a camera is analysed more seldom. */
  breakMs: 1_000,
  /** The same in intervals of analysis. */
  breakIntervals: 3,
  /** An interruption of this length begins the time of a rule again, ms. */
  graceMs: 1_000,
} as const;

type SceneConfig = Pick<CameraConfig, 'id' | 'analysisFps' | 'zones'>;
type SceneRule = Extract<
  RuleConfig,
  { kind: 'over-occupancy' | 'lone-work' | 'unattended-machine' }
>;

/** Time between two pictures that says that the camera saw nothing in between, ms. */
export const breakOf = ({ analysisFps }: Pick<CameraConfig, 'analysisFps'>): number =>
  Math.max(SCENE.breakMs, (1000 * SCENE.breakIntervals) / analysisFps);

/** One observation for the scene, after its people are known to the state. */
export interface SceneMoment {
  readonly config: SceneConfig;
  /** Modified: its `scene`. */
  readonly state: JudgeState;
  readonly observation: Observation;
  /** ms of the state's clock, and since the observation before; infinite for the first one. */
  readonly at: number;
  readonly gap: number;
}

/**
 * Judges the rules on zones and machines: how many people are in a zone, one alone, nobody at a machine.
 * Nothing is said, and no time counts, while the camera starts, after a break, and while its picture is
 * degraded: an empty picture is no empty zone.
 */
export function judgeScene(moment: SceneMoment, watches: readonly Watch[]): Verdict[] {
  const { state, at } = moment;
  const { scene } = state;
  const own = watches.filter(({ memory }) => memory === 'scene');
  const verdicts: Verdict[] = dropUnwatched(moment, own);
  const isBreak = moment.gap > breakOf(moment.config);
  if (moment.observation.degraded) scene.steadySince = null;
  else if (isBreak || scene.steadySince === null) scene.steadySince = at;
  const { steadySince } = scene;
  const isSteady = steadySince !== null && at - steadySince >= SCENE.warmUpMs;
  for (const watch of own) {
    const about = aboutOf(watch.rule);
    // Not the properties of every object: an id may be `constructor`.
    const known = Object.hasOwn(scene.rules, watch.key) ? scene.rules[watch.key] : undefined;
    let memory = known ?? emptyDwell(about);
    if (moment.gap > LONGEST_BLIND_MS && !memory.open) memory = emptyDwell(about);
    memory.about = about;
    scene.rules[watch.key] = memory;
    if (!isSteady) leaveOut(memory, at);
    else {
      const sighting = sceneSighting(watch.rule as SceneRule, moment);
      const event = dwell(memory, sighting, at, { ...watch, grace: SCENE.graceMs });
      if (event) verdicts.push(verdictOf(event, moment, watch, memory));
    }
  }
  return verdicts;
}

const factsOf = ({ config, observation }: SceneMoment): ArmingFacts => ({
  zones: config.zones,
  machines: observation.machines,
  arming: observation.arming,
});

/** Whether what a rule forbids is so in this picture. */
function sceneSighting(rule: SceneRule, moment: SceneMoment): Sighting {
  const { state, observation, at } = moment;
  const { machines, width, height } = observation;
  if (!isArmed(rule, factsOf(moment))) return 'gone';
  const count = (zone: string | null) => occupancyOf(state.actors, zone, at, [width, height]);
  const here = count(rule.zone);
  const unsure = here.fresh + here.hidden;
  switch (rule.kind) {
    case 'over-occupancy':
      if (here.certain > rule.maxPeople) return 'holds';
      return here.certain + unsure > rule.maxPeople ? 'unknown' : 'gone';
    case 'lone-work': {
      const all = rule.companyIn === 'zone' ? here : count(null);
      if (all.certain > 1) return 'gone';
      if (here.certain === 0) return unsure > 0 ? 'unknown' : 'gone';
      return all.fresh + all.hidden > 0 ? 'unknown' : 'holds';
    }
    case 'unattended-machine': {
      const running = isRunning(rule, machines);
      if (running !== 'yes') return running === 'no' ? 'gone' : 'unknown';
      if (here.certain > 0) return 'gone';
      return unsure > 0 ? 'unknown' : 'holds';
    }
  }
}

function verdictOf(
  event: EvidenceEvent,
  moment: SceneMoment,
  watch: Watch,
  memory: DwellMemory,
): Verdict {
  if (event.kind === 'ended') return end(moment, memory);
  const { config, state, observation, at } = moment;
  const { rule } = watch;
  const zone = 'zone' in rule ? (rule.zone ?? null) : null;
  const startedAt = state.epoch + event.startedAt;
  const confirmedAt = state.epoch + at;
  const violation = violationId(confirmedAt, [config.id, watch.key, 'scene', startedAt]);
  memory.open = { violation, rule: watch.violation, ruleId: rule.id, track: null, heldAt: at };
  const { tracks } = occupancyOf(state.actors, zone, at, [observation.width, observation.height]);
  return {
    type: 'confirmed',
    violation,
    rule: watch.violation,
    ruleId: rule.id,
    severity: rule.severity,
    zone,
    line: null,
    direction: null,
    startedAt,
    confirmedAt,
    confidence: Math.min(1, event.confidence),
    item: null,
    subject: subjectOf(rule.kind),
    actor: null,
    tracks: tracks.slice(0, 64),
    box: null,
    floor: null,
    path: [],
    arming: armingOf(rule, factsOf(moment)),
    why: explainEvidence(watch, event, watch.confirm, at),
  } satisfies ConfirmedVerdict;
}

/** What the time of a rule is the time of: with another one under its id, it begins again. */
function aboutOf(rule: RuleConfig): string {
  const zone = 'zone' in rule ? rule.zone : undefined;
  const machine = 'whileMachine' in rule ? rule.whileMachine?.machine : undefined;
  return [rule.kind, zone ?? '', machine ?? ''].join(' ');
}

/** Ends the episodes of rules that were removed or redefined. */
function dropUnwatched(moment: SceneMoment, watches: readonly Watch[]): EndedVerdict[] {
  const verdicts: EndedVerdict[] = [];
  const { rules } = moment.state.scene;
  for (const [key, memory] of Object.entries(rules)) {
    const watch = watches.find((one) => one.key === key);
    const isSame = memory.about === null || (watch && memory.about === aboutOf(watch.rule));
    if (watch && isSame && (!memory.open || memory.open.rule === watch.violation)) continue;
    if (memory.open) verdicts.push(end(moment, memory));
    delete rules[key];
  }
  return verdicts;
}

function end({ state }: SceneMoment, memory: DwellMemory): EndedVerdict {
  const { heldAt, ...episode } = memory.open!;
  memory.open = null;
  return { type: 'ended', ...episode, endedAt: state.epoch + heldAt };
}
