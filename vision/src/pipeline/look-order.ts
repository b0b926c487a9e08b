import type { Box } from '@anshi/contracts';

/** People whose equipment is settled are looked at this often, seconds; the others in every frame. */
const SETTLED_INTERVAL = 0.45;

interface Memory {
  lookedAt: number;
  /** The same clear answer for helmet and vest, this many looks running. */
  same: number;
  last: string;
}

/** So many equal answers settle a person. */
const SETTLED_LOOKS = 5;

/** Somebody unknown who was looked at is left alone for so long, seconds. */
const STRANGER_INTERVAL = 2;

/** Keeps the turn in which people get close looks: whoever waits longest comes first. */
export class LookOrder {
  readonly #memories = new Map<string, Memory>();
  #strangers: { readonly box: Box; readonly at: number }[] = [];

  /** @param tracks the people who may need a look. @returns those that are due, most urgent first. */
  due(tracks: readonly string[], at: number): string[] {
    const waits = (track: string) => {
      const lookedAt = this.#memories.get(track)?.lookedAt;
      // Never looked at, or by a clock that was set back since: at once.
      return lookedAt === undefined || lookedAt > at ? Number.POSITIVE_INFINITY : at - lookedAt;
    };
    return tracks
      .filter((track) => {
        const memory = this.#memories.get(track);
        return !memory || memory.same < SETTLED_LOOKS || waits(track) >= 1000 * SETTLED_INTERVAL;
      })
      .sort((a, b) => {
        const [first, second] = [waits(a), waits(b)];
        return first === second ? (a < b ? -1 : 1) : first > second ? -1 : 1;
      });
  }

  /**
   * A look was spent on this person, whatever came of it: the next turn is somebody else's, also
   * where no box of the frame turned out to be theirs.
   */
  given(track: string, at: number): void {
    const memory = this.#memories.get(track) ?? { lookedAt: at, same: 0, last: '' };
    memory.lookedAt = at;
    this.#memories.set(track, memory);
  }

  /** A look was spent on somebody who is not tracked, in case it is a person; pixels of the picture. */
  givenToStranger(box: Box, at: number): void {
    this.#strangers.push({ box, at });
  }

  /** Where strangers were looked at lately. */
  strangers(at: number): Box[] {
    this.#strangers = this.#strangers.filter(
      (one) => one.at <= at && at - one.at < 1000 * STRANGER_INTERVAL,
    );
    return this.#strangers.map(({ box }) => box);
  }

  /** @param answer what the look said, e.g. `worn/missing`; `unknown` in it never settles. */
  looked(track: string, at: number, answer: string): void {
    const memory = this.#memories.get(track) ?? { lookedAt: at, same: 0, last: '' };
    memory.lookedAt = at;
    memory.same = answer === memory.last && !answer.includes('unknown') ? memory.same + 1 : 0;
    memory.last = answer;
    this.#memories.set(track, memory);
  }

  /** Forgets everyone else. */
  keep(tracks: ReadonlySet<string>): void {
    for (const track of this.#memories.keys()) if (!tracks.has(track)) this.#memories.delete(track);
  }
}
