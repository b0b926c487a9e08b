import {
  AHEAD_MS,
  type PositionFix,
  type PositionsStateContent,
  positionsContent,
  positionsNotice,
  positionsStateContent,
  topics,
} from '@anshi/contracts';
import { isTextSigned } from '@anshi/contracts/bus-signature';
import type { Logger } from 'pino';

/** Positions that were told longer ago count for nothing, ms. */
const OLDEST_MS = 10_000;
/** A fix is of a time around now: the clocks of readers are off by seconds, and some fixes come late, ms. */
const FIX_AHEAD_MS = 7_000;
const FIX_BEHIND_MS = 60_000;
/** A floor plan whose messages are refused is logged again after this, ms. */
const TELL_AGAIN_MS = 60_000;

/** What of the positions on a floor plan counts, as it changes. */
export interface PositionListener {
  /** Positions count from now on: nothing is known of any badge. */
  begin(floorPlan: string, state: PositionsStateContent): void;
  /** How many refused or have no badge. */
  shares(floorPlan: string, state: PositionsStateContent): void;
  /** They count no longer: all that is known of badges there is to be forgotten. */
  end(floorPlan: string): void;
  /** These badges may no longer be used, anywhere. */
  forget(handles: readonly string[]): void;
  /** In order of their arrival; `arrivedAt` is by the clock of this machine. */
  fixes(floorPlan: string, fixes: readonly PositionFix[], arrivedAt: number): void;
}

interface Known {
  readonly state: PositionsStateContent;
  readonly signature: string;
  /** Monotonic time after which it says nothing, whatever the clock does. */
  readonly heldUntil: number;
  readonly withdrawn: ReadonlySet<string>;
  counts: boolean;
}

export interface PositionStatesOptions {
  readonly tenant: string;
  readonly worker: string;
  /** Which this worker shares with the API alone. */
  readonly key: string;
  readonly log: Pick<Logger, 'warn'>;
  readonly listener: PositionListener;
  /** Milliseconds of wall time, and milliseconds that no change of the clock touches. */
  readonly now?: () => number;
  readonly monotonic?: () => number;
}

/**
 * What the API says of positions on the floor plans of the cameras. Without a state of the API that counts now there
 * are no positions: consents may have changed since. Handles are in no log, no file and no figure.
 */
export class PositionStates {
  /** Messages that were not believed. */
  refused = 0;
  readonly #options: PositionStatesOptions;
  readonly #now: () => number;
  readonly #monotonic: () => number;
  #floorPlans: ReadonlySet<string> = new Set();
  readonly #known = new Map<string, Known>();
  /** Floor plans on which positions ever counted. */
  readonly #ever = new Set<string>();
  /** The last message of each floor plan: its time and its signature. */
  readonly #last = new Map<string, { at: number; signature: string }>();
  readonly #logged = new Map<string, number>();

  constructor(options: PositionStatesOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#monotonic = options.monotonic ?? (() => performance.now());
  }

  /** The floor plans of the cameras: others are not listened to, and what is known of them is forgotten. */
  follow(floorPlans: ReadonlySet<string>): void {
    this.#floorPlans = floorPlans;
    for (const floorPlan of this.#known.keys()) {
      if (!floorPlans.has(floorPlan)) this.#end(floorPlan);
    }
  }

  /** Whether positions ever counted on a floor plan since this worker started. */
  hadAny(floorPlan: string): boolean {
    return this.#ever.has(floorPlan);
  }

  /** Whether positions on a floor plan count now. */
  counts(floorPlan: string): boolean {
    this.expire();
    return this.#known.get(floorPlan)?.counts ?? false;
  }

  /** Floor plans on which positions count now, with what holds there. */
  get counting(): PositionsStateContent[] {
    return [...this.#known.values()].filter(({ counts }) => counts).map(({ state }) => state);
  }

  isWithdrawn(handle: string): boolean {
    return [...this.#known.values()].some(({ withdrawn }) => withdrawn.has(handle));
  }

  /** Ends what is over; call it several times a second. */
  expire(): void {
    const [now, monotonic] = [this.#now(), this.#monotonic()];
    for (const [floorPlan, known] of this.#known) {
      const isOver = now >= Date.parse(known.state.validUntil) || monotonic >= known.heldUntil;
      // A clock that was set back behind the message: what it says may be over long since.
      const isAhead = Date.parse(known.state.at) > now + AHEAD_MS;
      if (known.counts && (isOver || isAhead)) {
        known.counts = false;
        this.#options.listener.end(floorPlan);
      }
    }
  }

  /** Takes the bytes of a message; what the API did not sign for this worker and topic changes nothing. */
  take(topic: string, payload: Buffer): void {
    const floorPlan = topic.split('/').at(-1) ?? '';
    if (!this.#floorPlans.has(floorPlan)) return;
    const isState = topic === topics.positionsState(this.#options.tenant, floorPlan);
    if (payload.length === 0) {
      if (isState) this.#end(floorPlan);
      return;
    }
    const why = this.#take(topic, floorPlan, isState, payload);
    if (why === null) return;
    this.refused += 1;
    const now = this.#monotonic();
    const logged = this.#logged.get(floorPlan);
    if (logged !== undefined && now - logged < TELL_AGAIN_MS) return;
    this.#logged.set(floorPlan, now);
    this.#options.log.warn({ topic, why }, 'positions of badges are not believed');
  }

  /** @returns why it is not believed, where it is not. */
  #take(topic: string, floorPlan: string, isState: boolean, payload: Buffer): string | null {
    const { tenant, worker, key } = this.#options;
    try {
      if (!isState && topic !== topics.positions(tenant, floorPlan))
        return 'it is of another tenant';
      const { content, signatures } = positionsNotice.parse(JSON.parse(payload.toString()));
      const signature = Object.hasOwn(signatures, worker) ? signatures[worker] : undefined;
      if (signature === undefined) return 'it is not signed for this worker';
      if (!isTextSigned(key, topic, content, signature)) return 'its signature is wrong';
      const json: unknown = JSON.parse(content);
      return isState
        ? this.#takeState(floorPlan, signature, positionsStateContent.parse(json))
        : this.#takeFixes(floorPlan, signature, json);
    } catch {
      return 'it is damaged';
    }
  }

  #takeState(floorPlan: string, signature: string, state: PositionsStateContent): string | null {
    if (state.floorPlan !== floorPlan) return 'it is of another floor plan';
    const [now, monotonic] = [this.#now(), this.#monotonic()];
    const at = Date.parse(state.at);
    if (at > now + AHEAD_MS) return 'it is of the future';
    const before = this.#known.get(floorPlan);
    const beforeAt = before ? Date.parse(before.state.at) : Number.NEGATIVE_INFINITY;
    // Our own clock may have been set back since: what is itself of the future keeps nothing out.
    if (beforeAt <= now + AHEAD_MS && at < beforeAt) return 'it is older than the last';
    // The retained one again, after a connection: it counts no longer for that.
    if (before?.signature === signature) return null;
    const until = Date.parse(state.validUntil);
    const { listener } = this.#options;
    const withdrawn = new Set(state.withdrawn);
    const isOver = until <= now;
    const isOtherDay = before !== undefined && before.state.day !== state.day;
    if (before?.counts && (isOver || isOtherDay)) listener.end(floorPlan);
    const heldUntil = monotonic + Math.max(0, until - at);
    const counted = before?.counts === true && !isOtherDay;
    this.#known.set(floorPlan, { state, signature, heldUntil, withdrawn, counts: !isOver });
    const fresh = state.withdrawn.filter((handle) => !before?.withdrawn.has(handle));
    if (fresh.length > 0) listener.forget(fresh);
    if (isOver) return null;
    this.#ever.add(floorPlan);
    if (counted) listener.shares(floorPlan, state);
    else listener.begin(floorPlan, state);
    return null;
  }

  #takeFixes(floorPlan: string, signature: string, json: unknown): string | null {
    const content = positionsContent.parse(json);
    if (content.floorPlan !== floorPlan) return 'it is of another floor plan';
    const now = this.#now();
    const at = Date.parse(content.at);
    if (at > now + AHEAD_MS) return 'it is of the future';
    if (at < now - OLDEST_MS) return 'it is too old';
    const last = this.#last.get(floorPlan);
    const isAgain = last && (at < last.at || signature === last.signature);
    if (isAgain && last.at <= now + AHEAD_MS) return 'it was told before';
    this.#last.set(floorPlan, { at, signature });
    if (!this.counts(floorPlan)) return null;
    const fixes = content.fixes.filter((fix) => {
      const taken = Date.parse(fix.at);
      const isNow = taken <= now + FIX_AHEAD_MS && taken >= now - FIX_BEHIND_MS;
      return isNow && !this.isWithdrawn(fix.handle);
    });
    if (fixes.length > 0) this.#options.listener.fixes(floorPlan, fixes, now);
    return null;
  }

  #end(floorPlan: string): void {
    const known = this.#known.get(floorPlan);
    this.#known.delete(floorPlan);
    this.#last.delete(floorPlan);
    if (known?.counts) this.#options.listener.end(floorPlan);
  }
}
