import type { Box } from '@anshi/contracts';

/**
 * Crop interval of people whose equipment is settled, seconds; the others get one in every frame.
 */
const SETTLED_INTERVAL = 0.45;

interface Memory {
  croppedAt: number;
  /** Number of consecutive equal results for helmet and vest. */
  same: number;
  last: string;
}

/** Number of equal results after which a person is settled. */
const SETTLED_CROPS = 5;

/** A cropped candidate is skipped for this long, seconds. */
const CANDIDATE_INTERVAL = 2;

/** Schedules the crops of people: the longest waiting comes first. */
export class CropScheduler {
  readonly #memories = new Map<string, Memory>();
  #candidates: { readonly box: Box; readonly at: number }[] = [];

  /** @param tracks the people who may need a crop. @returns those due, most urgent first. */
  due(tracks: readonly string[], at: number): string[] {
    const waits = (track: string) => {
      const croppedAt = this.#memories.get(track)?.croppedAt;
      // Never cropped, or before the clock was set back: at once.
      return croppedAt === undefined || croppedAt > at ? Number.POSITIVE_INFINITY : at - croppedAt;
    };
    return tracks
      .filter((track) => {
        const memory = this.#memories.get(track);
        return !memory || memory.same < SETTLED_CROPS || waits(track) >= 1000 * SETTLED_INTERVAL;
      })
      .sort((a, b) => {
        const [first, second] = [waits(a), waits(b)];
        return first === second ? (a < b ? -1 : 1) : first > second ? -1 : 1;
      });
  }

  /**
   * This person was cropped, with or without a result: others come next, also where no detection
   * matched.
   */
  markCropped(track: string, at: number): void {
    const memory = this.#memories.get(track) ?? { croppedAt: at, same: 0, last: '' };
    memory.croppedAt = at;
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

  /** @param answer the crop's result, e.g. `worn/missing`; one with `unknown` never settles. */
  answered(track: string, at: number, answer: string): void {
    const memory = this.#memories.get(track) ?? { croppedAt: at, same: 0, last: '' };
    memory.croppedAt = at;
    memory.same = answer === memory.last && !answer.includes('unknown') ? memory.same + 1 : 0;
    memory.last = answer;
    this.#memories.set(track, memory);
  }

  /** Drops all other tracks. */
  keep(tracks: ReadonlySet<string>): void {
    for (const track of this.#memories.keys()) if (!tracks.has(track)) this.#memories.delete(track);
  }
}
