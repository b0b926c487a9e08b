import type { CameraConfig, CameraRule, ViolationSubject } from '@anshi/contracts';
import { BEYOND_DOUBT_SHARE, HOLD_SHARE, progressOf } from '../judge/evidence.ts';
import { confirmTime } from '../judge/sightings.ts';
import type { Actor, CrossingMemory, DwellMemory, EvidenceMemory } from '../judge/state.ts';
import { subjectOf, type Watch, watchesOf } from '../judge/watches.ts';
import type { Judged } from './replay.ts';

/** What failed of something that was almost recorded. */
export type Failed =
  /** It did not hold for long enough. */
  | 'too-short'
  /** It held for too small a share of the time. */
  | 'share'
  /** It did so in the longer time before, which makes it doubtful. */
  | 'doubt'
  /** The person was back over the line before the confirm time. */
  | 'returned'
  /** The line was crossed, and no leg was raised for it. */
  | 'no-climb';

/** Something that a rule saw and did not record. Times in ms since the epoch. */
export interface NearMiss {
  readonly ruleId: string;
  readonly rule: CameraRule;
  readonly item: string | null;
  readonly subject: ViolationSubject;
  /** The last track of the person; null for a zone or machine. */
  readonly track: string | null;
  /** When it was seen first, and when it was nearest to a record. */
  readonly from: number;
  readonly at: number;
  /** Seconds in which it could be told, in which it held, and that were needed. */
  readonly countedSeconds: number;
  readonly heldSeconds: number;
  readonly neededSeconds: number;
  readonly failed: Failed;
  /** How near it was: 1 is a record. */
  readonly reached: number;
}

/** Less than this share of what is needed is not told: people pass everywhere. */
export const LEAST_REACHED = 0.5;

const seconds = (ms: number) => Math.round(ms) / 1000;

/** Finds what was almost recorded in a stream that is judged. */
export class NearMisses {
  /** The nearest moment of each attempt that goes on, by actor and rule. */
  readonly #open = new Map<string, NearMiss>();
  #config: CameraConfig | undefined;
  #watches: readonly Watch[] = [];

  /** @returns attempts that are over with this observation. */
  take({ at, state, config }: Pick<Judged, 'at' | 'state' | 'config'>): NearMiss[] {
    if (config !== this.#config) this.#watches = watchesOf(config.rules);
    this.#config = config;
    const seen = new Set<string>();
    for (const watch of this.#watches) {
      if (watch.memory === 'scene') {
        const memory = state.scene.rules[watch.key];
        if (memory) this.#look(seen, watch, null, memory, at);
        continue;
      }
      for (const actor of state.actors) {
        const memory = Object.hasOwn(actor.rules, watch.key) ? actor.rules[watch.key] : undefined;
        if (memory) this.#look(seen, watch, actor, memory, at);
      }
    }
    return this.#over(seen);
  }

  /**
   * The rest, at the end of a stream. What was never nearer than at its last moment has not failed.
   *
   * @param at of the last observation, ms since the epoch.
   */
  end(at: number): NearMiss[] {
    return this.#over(new Set()).filter((miss) => miss.at < at);
  }

  #look(
    seen: Set<string>,
    watch: Watch,
    actor: Actor | null,
    memory: Actor['rules'][string],
    at: number,
  ): void {
    const key = `${actor?.id ?? ''} ${watch.key}`;
    if (memory.open) {
      // Recorded: no near miss, and none of what follows in the episode.
      this.#open.delete(key);
      return;
    }
    const now = measured(watch, actor, memory);
    if (!now) return;
    seen.add(key);
    const before = this.#open.get(key);
    if (before && before.reached >= now.reached) return;
    const miss: NearMiss = {
      ruleId: watch.rule.id,
      rule: watch.violation,
      item: watch.item,
      subject: subjectOf(watch.rule.kind),
      track: actor?.track ?? null,
      from: before?.from ?? at,
      at,
      ...now,
    };
    this.#open.set(key, miss);
  }

  #over(seen: ReadonlySet<string>): NearMiss[] {
    const over: NearMiss[] = [];
    for (const [key, miss] of this.#open) {
      if (seen.has(key)) continue;
      this.#open.delete(key);
      if (miss.reached >= LEAST_REACHED) over.push(miss);
    }
    return over;
  }
}

type Measured = Pick<
  NearMiss,
  'countedSeconds' | 'heldSeconds' | 'neededSeconds' | 'failed' | 'reached'
>;

/** How near a rule is to a record; undefined where nothing of it is seen. */
function measured(
  watch: Watch,
  actor: Actor | null,
  memory: EvidenceMemory | CrossingMemory | DwellMemory,
): Measured | undefined {
  switch (memory.kind) {
    case 'evidence':
      return evidenceOf(memory, actor ? confirmTime(watch, actor) : watch.confirm, watch.doubt);
    case 'dwell': {
      if (memory.since === null) return undefined;
      const counted = memory.held + memory.gone;
      const isLong = memory.held >= watch.confirm;
      return {
        countedSeconds: seconds(counted),
        heldSeconds: seconds(memory.held),
        neededSeconds: seconds(watch.confirm),
        failed: isLong ? 'share' : 'too-short',
        reached: isLong
          ? memory.held / Math.max(1, HOLD_SHARE * counted)
          : memory.held / watch.confirm,
      };
    }
    case 'crossing': {
      if (!memory.pending) return undefined;
      const waited = Math.max(0, (actor?.seenAt ?? 0) - memory.pending.crossedAt);
      return {
        countedSeconds: seconds(waited),
        heldSeconds: seconds(waited),
        neededSeconds: seconds(watch.confirm),
        failed: watch.rule.kind === 'climbing' ? 'no-climb' : 'returned',
        reached: Math.max(LEAST_REACHED, Math.min(0.99, waited / Math.max(1, watch.confirm))),
      };
    }
  }
}

function evidenceOf(memory: EvidenceMemory, confirm: number, doubt: number): Measured | undefined {
  const { counted, held, remembered, isBroken } = progressOf(memory, confirm);
  if (held <= 0) return undefined;
  const isEnough = counted >= confirm && held >= HOLD_SHARE * counted;
  const isDoubtful = isEnough && doubt > 0 && remembered < BEYOND_DOUBT_SHARE;
  const failed = isDoubtful ? 'doubt' : isBroken ? 'share' : 'too-short';
  const reached = isDoubtful
    ? remembered / BEYOND_DOUBT_SHARE
    : held / Math.max(1, HOLD_SHARE * confirm);
  return {
    countedSeconds: seconds(counted),
    heldSeconds: seconds(held),
    neededSeconds: seconds(confirm),
    failed,
    reached: Math.min(0.99, reached),
  };
}
