import type { ClipBoxes, DetectedBox, Observation, Point } from '@anshi/contracts';
import { CLOCK_SET_BACK_MS } from '../judge/judge.ts';

/** The label of a person in drawn boxes. */
const PERSON = 'person';

/** Boxes to draw over a picture: the people, then the detected parts. */
export function drawnBoxes(observation: Observation): (DetectedBox & { track: string | null })[] {
  return [
    ...observation.people.map(({ track, box, score }) => ({ label: PERSON, box, score, track })),
    ...observation.parts.map((part) => ({ ...part, track: null })),
  ];
}

/** Recent observations of one camera, for the side file of a clip. */
export class ObservationBuffer {
  #keepMs: number;
  #items: { at: number; observation: Observation }[] = [];

  constructor(keepSeconds: number) {
    this.#keepMs = keepSeconds * 1000;
  }

  /** Changes how long observations are kept. */
  keep(seconds: number): void {
    this.#keepMs = seconds * 1000;
  }

  /**
   * @param at stream clock, milliseconds since the epoch. An out-of-order frame is skipped; a clock
   *   that was set back is followed.
   */
  add(at: number, observation: Observation): void {
    const newest = this.#items.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
    if (at <= newest) {
      if (newest - at < CLOCK_SET_BACK_MS) return;
      // Times in the future would never expire.
      this.#items = this.#items.filter((item) => item.at < at);
    }
    this.#items.push({ at, observation });
    const oldest = at - this.#keepMs;
    if (this.#items[0]!.at >= oldest - 5000) return;
    this.#items = this.#items.filter((item) => item.at >= oldest);
  }

  /**
   * The side file of a clip that starts at `from`.
   *
   * @param outline of the zone, where the violation is of a zone or a machine.
   * @returns null where there are no observations of that time, e.g. before a restart.
   */
  boxes(
    from: number,
    to: number,
    tracks: readonly string[],
    outline?: readonly Point[],
  ): ClipBoxes | null {
    const inside = this.#items.filter((item) => item.at >= from && item.at <= to);
    const first = inside[0];
    if (!first) return null;
    return {
      width: first.observation.width,
      height: first.observation.height,
      tracks: [...tracks],
      ...(outline && { outline: [...outline] }),
      frames: inside.map(({ at, observation }) => ({
        t: Math.round(at - from) / 1000,
        boxes: drawnBoxes(observation),
      })),
    };
  }
}
