import type { Box } from '@anshi/contracts';

/** A person whose equipment is settled is read again after this, ms; the others in every frame. */
const SETTLED_MS = 450;
/** Where all that is optional is left out: of the settled, and of the others. */
const SETTLED_UNDER_LOAD_MS = 1350;
/** A reading counts as evidence for 500 ms (`judge/evidence.ts`): until then, the next one adds nothing. */
const OTHERS_UNDER_LOAD_MS = 450;

interface Memory {
  readAt: number;
  /** Number of consecutive equal results for helmet and vest. */
  same: number;
  last: string;
}

/** Number of equal results after which a person is settled. */
const SETTLED_READINGS = 5;

/** A cropped candidate is skipped for this long, seconds. */
const CANDIDATE_INTERVAL = 2;

/** The load under which readings are scheduled. */
export interface ReadingLoad {
  /** How much of the optional work is left out, 0 to 1 (`LoadShedding`). */
  readonly shedding: number;
  /** Between two frames of the camera, ms. */
  readonly frameInterval: number;
}

/** Time between two readings of a person whose equipment is settled, ms. */
export const settledInterval = (shedding: number): number =>
  SETTLED_MS + shedding * (SETTLED_UNDER_LOAD_MS - SETTLED_MS);

/**
 * Schedules which people of a camera are read at full resolution, by a crop or by the classifier: the longest
 * waiting comes first.
 */
export class PersonScheduler {
  readonly #holdsAnswers: boolean;
  readonly #memories = new Map<string, Memory>();
  #candidates: { readonly box: Box; readonly at: number }[] = [];

  /**
   * @param options.holdsAnswers whether the answer of a settled person stands until the next reading; otherwise
   *   each one counts as long as one sighting does, and the settled do not wait longer under load.
   */
  constructor({ holdsAnswers = true }: { holdsAnswers?: boolean } = {}) {
    this.#holdsAnswers = holdsAnswers;
  }

  /**
   * @param tracks the people who may need a reading.
   * @param load of the worker; left out: none.
   * @returns those due, most urgent first.
   */
  due(tracks: readonly string[], at: number, load?: ReadingLoad): string[] {
    const waits = (track: string) => {
      const readAt = this.#memories.get(track)?.readAt;
      // Never read, or before the clock was set back: at once.
      return readAt === undefined || readAt > at ? Number.POSITIVE_INFINITY : at - readAt;
    };
    const { shedding, frameInterval } = load ?? { shedding: 0, frameInterval: 0 };
    const longer = shedding * Math.max(0, OTHERS_UNDER_LOAD_MS - frameInterval);
    // Frames come unevenly: half of one early is in time.
    const unsettled = longer > 0 ? frameInterval / 2 + longer : 0;
    return tracks
      .filter((track) => {
        const settled = settledInterval(this.#holdsAnswers ? shedding : 0);
        const interval = this.isSettled(track) ? settled : unsettled;
        return waits(track) >= interval;
      })
      .sort((a, b) => {
        const [first, second] = [waits(a), waits(b)];
        return first === second ? (a < b ? -1 : 1) : first > second ? -1 : 1;
      });
  }

  /** Whether the last readings of a person were the same. */
  isSettled(track: string): boolean {
    return (this.#memories.get(track)?.same ?? 0) >= SETTLED_READINGS;
  }

  /**
   * This person was read, with or without a result: others come next, also where no detection
   * matched.
   */
  markRead(track: string, at: number): void {
    const memory = this.#memories.get(track) ?? { readAt: at, same: 0, last: '' };
    memory.readAt = at;
    this.#memories.set(track, memory);
  }

  /** An untracked candidate was cropped; picture pixels. */
  markCandidate(box: Box, at: number): void {
    this.#candidates.push({ box, at });
  }

  /** Recently cropped candidates. */
  candidates(at: number): Box[] {
    this.#candidates = this.#candidates.filter(
      (one) => one.at <= at && at - one.at < 1000 * CANDIDATE_INTERVAL,
    );
    return this.#candidates.map(({ box }) => box);
  }

  /** @param answer the result, e.g. `worn/missing`; one with `unknown` never settles. */
  answered(track: string, at: number, answer: string): void {
    const memory = this.#memories.get(track) ?? { readAt: at, same: 0, last: '' };
    memory.readAt = at;
    memory.same = answer === memory.last && !answer.includes('unknown') ? memory.same + 1 : 0;
    memory.last = answer;
    this.#memories.set(track, memory);
  }

  /** Drops all other tracks. */
  keep(tracks: ReadonlySet<string>): void {
    for (const track of this.#memories.keys()) if (!tracks.has(track)) this.#memories.delete(track);
  }
}
