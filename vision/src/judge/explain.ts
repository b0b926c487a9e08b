import type { ViolationWhy } from '@anshi/contracts';
import { LINE } from './crossing.ts';
import { BEYOND_DOUBT_SHARE, type EvidenceEvent, HOLD_SHARE } from './evidence.ts';
import { PACE } from './pace.ts';
import type { BodyMemory, CrossingMemory } from './state.ts';
import type { Watch } from './watches.ts';

/** Of a record; more are the oldest ones, which go. */
const MOST_SAMPLES = 128;

/** What the judge itself says of a record; the version of the configuration is added by the worker. */
type Explanation = Omit<ViolationWhy, 'configuration'>;
type Confirmed = Extract<EvidenceEvent, { kind: 'confirmed' }>;

const seconds = (ms: number): number => Math.round(ms) / 1000;

/**
 * Why evidence was confirmed: what was decided when, against the thresholds of its rule.
 *
 * @param confirm the time that it needed, ms.
 * @param at of the confirmation, ms of the state's clock.
 * @param body of the person.
 */
export function explainEvidence(
  watch: Watch,
  event: Confirmed,
  confirm: number,
  at: number,
  body: BodyMemory | null = null,
): Explanation {
  const { counted, held, stretches } = event;
  const hasDoubt = watch.memory === 'evidence' && watch.doubt > confirm;
  return {
    measure: watch.memory === 'evidence' ? 'share' : 'time',
    needed: {
      ...limitsOf(watch, confirm),
      share: HOLD_SHARE,
      doubtSeconds: hasDoubt ? seconds(watch.doubt) : null,
      doubtShare: hasDoubt ? BEYOND_DOUBT_SHARE : null,
    },
    reached: {
      countedSeconds: seconds(counted),
      heldSeconds: seconds(held),
      share: event.confidence,
      ...(watch.rule.kind === 'person-down' && learntOf(body)),
    },
    samples: stretches
      .slice(-MOST_SAMPLES)
      .map(([from, to, holds]) => [seconds(from - at), seconds(to - at), holds]),
  };
}

/** What the posture network said, where the fall was found by it. */
function learntOf(body: BodyMemory | null): Pick<Explanation['reached'], 'posture'> {
  const found = body?.fell ? body.learnt?.found : null;
  if (!found) return {};
  return { posture: { lying: rounded(found.lying), fell: rounded(found.fell) } };
}

const rounded = (probability: number): number => Math.round(1000 * probability) / 1000;

/** Why a crossing was confirmed: the way over the line. @param height of the person's box, pixels. */
export function explainCrossing(
  watch: Watch,
  pending: NonNullable<CrossingMemory['pending']>,
  height: number,
  at: number,
): Explanation {
  const over = seconds(at - pending.crossedAt);
  return {
    measure: 'crossing',
    needed: {
      ...limitsOf(watch, watch.confirm),
      distance: Math.round(10 * Math.max(2, LINE.clear * height)) / 10,
    },
    reached: { countedSeconds: over, heldSeconds: over, share: null },
    samples: pending.trail
      .slice(-MOST_SAMPLES)
      .map(([time, distance]) => [seconds(time - at), seconds(time - at), distance]),
  };
}

function limitsOf({ rule, clear }: Watch, confirm: number): Explanation['needed'] {
  return {
    seconds: seconds(confirm),
    share: null,
    clearSeconds: seconds(clear),
    doubtSeconds: null,
    doubtShare: null,
    distance: null,
    speed: rule.kind === 'running' ? (rule.speed ?? PACE.speed) : null,
    maxPeople: rule.kind === 'over-occupancy' ? rule.maxPeople : null,
  };
}
