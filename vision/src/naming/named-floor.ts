import { Identifier } from '../identify/identifier.ts';
import type { HandOver, TrackIdentity } from '../identify/identity.ts';
import type { IdentifySettings } from '../identify/settings.ts';
import { Suspects } from '../identify/suspects.ts';
import type { FloorInput, Statement } from './messages.ts';
import { WatchedActor } from './watched-actor.ts';

/** Names are decided once in this time of the stream clock, ms. */
const DECIDE_MS = 500;
/** Clocks of cameras on one floor differ by less, ms. */
const SET_BACK_MS = 20_000;
/** So many violations are followed at once; the oldest go. */
const MOST_WATCHED = 500;

/** A decision as it was made. */
export interface Decided {
  readonly at: number;
  readonly identities: readonly TrackIdentity[];
  readonly handOvers: readonly HandOver[];
}

export interface NamedFloorOptions {
  readonly onStatement: (statement: Statement) => void;
  readonly onDecision?: (decided: Decided) => void;
  readonly settings?: Partial<IdentifySettings>;
}

/**
 * One floor plan with the badges on it: decides who is who, and says who the actors of violations were. It has no
 * clock: the same inputs in the same order give the same statements.
 */
export class NamedFloor {
  readonly #options: NamedFloorOptions;
  readonly #watched = new Map<string, WatchedActor>();
  /** Badges of this day that may no longer be used. */
  readonly #forgotten = new Set<string>();
  /** They stay where positions begin to count again: what was found here may not be known to the API yet. */
  readonly #suspects = new Suspects();
  #identifier: Identifier;
  #decidedAt = Number.NEGATIVE_INFINITY;
  /** Newest time of a frame, ms. */
  #at = Number.NEGATIVE_INFINITY;

  constructor(options: NamedFloorOptions) {
    this.#options = options;
    this.#identifier = new Identifier(options.settings, this.#suspects);
  }

  take(input: FloorInput): void {
    switch (input.kind) {
      case 'sightings':
        // A clock that was set back begins a new time: what was decided in the other one is no guide.
        if (input.at < this.#decidedAt - SET_BACK_MS) this.#decidedAt = input.at - DECIDE_MS;
        if (input.at >= this.#decidedAt + DECIDE_MS) this.#decide(input.at);
        this.#at = input.at;
        this.#identifier.take(input);
        return;
      case 'begin': {
        const { unseenBadge, noBadge } = input;
        this.#restart();
        this.#identifier.take({ kind: 'shares', unseenBadge, noBadge });
        return;
      }
      case 'end':
        this.#restart();
        return;
      case 'watch':
        this.#watch(new WatchedActor(input, this.#identifier), input.confirmedAt);
        return;
      case 'ended':
        this.#watched.get(input.violation)?.ended(input.at);
        return;
      case 'fix':
        if (!this.#forgotten.has(input.badge)) this.#identifier.take(input);
        return;
      case 'forget': {
        this.#forgotten.add(input.badge);
        this.#identifier.take(input);
        for (const actor of this.#watched.values()) this.#say(actor.forget(input.badge, this.#at));
        return;
      }
      default:
        this.#identifier.take(input);
    }
  }

  /** Violations that are followed. */
  get watched(): number {
    return this.#watched.size;
  }

  #restart(): void {
    this.#identifier = new Identifier(this.#options.settings, this.#suspects);
    this.#watched.clear();
    this.#forgotten.clear();
    this.#decidedAt = Number.NEGATIVE_INFINITY;
  }

  #watch(actor: WatchedActor, at: number): void {
    if (this.#watched.size >= MOST_WATCHED) {
      this.#watched.delete(this.#watched.keys().next().value!);
    }
    this.#watched.set(actor.violation, actor);
    this.#say(actor.first(this.#identifier, at));
  }

  #decide(at: number): void {
    this.#decidedAt = at;
    const { identities, handOvers } = this.#identifier.decide();
    this.#options.onDecision?.({ at, identities, handOvers });
    for (const [violation, actor] of this.#watched) {
      this.#say(actor.next(this.#identifier, at));
      if (actor.isOver(at)) this.#watched.delete(violation);
    }
  }

  #say(statement: Statement | undefined): void {
    if (statement) this.#options.onStatement(statement);
  }
}
