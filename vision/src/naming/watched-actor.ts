import type { ViolationIdentity } from '@anshi/contracts';
import type { Body } from '../identify/body.ts';
import type { Identifier } from '../identify/identifier.ts';
import type { Segment } from '../identify/segment.ts';
import { type ActorSaid, identityOf, nothingOf, withoutBadges } from './actor-identity.ts';
import type { Statement, WatchInput } from './messages.ts';

/** After its end more may become known for so long, ms. */
export const AFTER_END_MS = 60_000;
/** A name that comes and goes is told at most so often, ms. */
const NAMES_EVERY_MS = 1_000;
/** Other candidates alone are told at most so often, ms. */
const CANDIDATES_EVERY_MS = 10_000;
/** More statements on one violation are not made: a person would have to read them. */
const MOST_STATEMENTS = 50;
/** That the track of the evidence had taken another person shows this long after the evidence, ms. */
const MISTAKE_MS = 3_000;

/**
 * Who the actor of a violation was. The evidence is of one stretch of a track that is surely of one person: what is
 * said of that person, then and later, is said of the actor. A stretch that began after the evidence gives no name.
 */
export class WatchedActor {
  readonly violation: string;
  readonly #camera: string;
  readonly #startedAt: number;
  readonly #confirmedAt: number;
  /** Undefined where nothing more can become known. */
  #segment: Segment | undefined;
  #body: Body | undefined;
  #began: ActorSaid | null = null;
  #number = 0;
  #toldAt = Number.NEGATIVE_INFINITY;
  #told: ViolationIdentity | undefined;
  #until = Number.POSITIVE_INFINITY;

  constructor(input: WatchInput, identifier: Identifier) {
    this.violation = input.violation;
    this.#camera = input.camera;
    this.#startedAt = input.startedAt;
    this.#confirmedAt = input.confirmedAt;
    const segment = identifier.segmentOf(input.camera, input.track, input.confirmedAt);
    if (segment === undefined) this.#began = nothingOf('out-of-sight');
    else if (segment === null) this.#began = nothingOf('possible-swap');
    this.#segment = segment ?? undefined;
  }

  /** What is said first, at a time of the stream clock, ms. */
  first(identifier: Identifier, at: number): Statement {
    return this.#tell(this.#began ?? this.#look(identifier) ?? nothingOf('too-new'), at);
  }

  /** What is to be said after a decision; undefined where nothing changed that matters. */
  next(identifier: Identifier, at: number): Statement | undefined {
    const told = this.#told!;
    if (!this.#segment || this.#number >= MOST_STATEMENTS) return undefined;
    const said = this.#look(identifier);
    if (!said) return undefined;
    const isOther = said.state !== told.state || said.handle !== told.handle;
    if (told.handle !== null && said.handle === null && this.#isOfLater(said, at)) return undefined;
    if (isOther) return at - this.#toldAt >= NAMES_EVERY_MS ? this.#tell(said, at) : undefined;
    const names = (list: readonly { handle: string }[]) =>
      list
        .map(({ handle }) => handle)
        .sort()
        .join();
    const isSame = names(said.candidates) === names(told.candidates);
    return !isSame && at - this.#toldAt >= CANDIDATES_EVERY_MS ? this.#tell(said, at) : undefined;
  }

  /** Badges that may no longer be used: what was said of them is taken back. */
  forget(badge: string, at: number): Statement | undefined {
    const told = this.#told!;
    const left = withoutBadges(told, (handle) => handle === badge);
    if (left === told) return undefined;
    this.#told = left;
    return this.#statement(left, at);
  }

  ended(at: number): void {
    this.#until = Math.min(this.#until, at + AFTER_END_MS);
  }

  isOver(at: number): boolean {
    return at > this.#until;
  }

  /**
   * Whether a doubt is of whom the track follows from now on, and not of who did it. A stretch that is over was of one
   * person, and so was one up to where another person came near: what was said before stays.
   */
  #isOfLater({ reasons }: ActorSaid, at: number): boolean {
    if (this.#body?.isParted || reasons.some(({ code }) => code === 'hand-over')) return false;
    const isMeeting = reasons[0]?.code === 'possible-swap' && at >= this.#confirmedAt + MISTAKE_MS;
    return this.#segment!.isClosed || isMeeting;
  }

  /** What is said of the person now; undefined where it stays as it was. */
  #look(identifier: Identifier): ActorSaid | undefined {
    const segment = this.#segment!;
    this.#body ??= identifier.bodyOf(segment);
    if (!this.#body) {
      // It ended before it was put to a person.
      if (segment.isClosed) this.#segment = undefined;
      return undefined;
    }
    const found = identifier.saidOf(segment, this.#body);
    switch (found.kind) {
      case 'new':
        return undefined;
      case 'gone':
        // Nothing of the badges stays here.
        this.#segment = undefined;
        this.#body = undefined;
        return undefined;
      case 'parted':
        return nothingOf('possible-swap');
      case 'said':
        return this.#startedAt >= segment.seenFrom ? found.said : beganBefore(found.said);
    }
  }

  #tell(said: ActorSaid, at: number): Statement {
    this.#told = identityOf(said, this.#segment?.from ?? null);
    this.#toldAt = at;
    return this.#statement(this.#told, at);
  }

  #statement(identity: ViolationIdentity, at: number): Statement {
    this.#number += 1;
    return { violation: this.violation, number: this.#number, at, identity };
  }

  get camera(): string {
    return this.#camera;
  }
}

/** It is the same person only from later on: at most ambiguous. */
function beganBefore({ reasons, candidates }: ActorSaid): ActorSaid {
  const why = [{ code: 'began-before' as const }, ...reasons.filter(({ code }) => code !== 'fits')];
  return { state: 'ambiguous', handle: null, reasons: why, candidates };
}
