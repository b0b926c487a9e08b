import type { Box, Equipment } from '@anshi/contracts';
import type { PpeCard } from '../detect/model-card.ts';
import type { PersonAnswers } from '../frame.ts';
import { PersonScheduler, type ReadingLoad, settledInterval } from './person-scheduler.ts';
import type { Scaling } from './scaling.ts';

/**
 * For how long an answer stands in frames in which the classifier does not look, ms: as long as one sighting
 * counts as evidence (`judge/evidence.ts`), so that it counts no longer than without.
 */
const HELD_MS = 500;

/** A tracked person, picture pixels. */
interface Tracked {
  readonly track: string;
  readonly box: Box;
}

/** The people of a frame who may be judged. */
export interface JudgeRequest {
  /** Those in sight. */
  readonly tracked: readonly Tracked[];
  /** The tracks of those in a zone that asks for equipment. */
  readonly inZones: ReadonlySet<string>;
  /** From picture pixels to those of the frame. */
  readonly toFrame: Scaling;
  readonly at: number;
  /** Load of the worker; left out: none. */
  readonly load?: ReadingLoad;
}

/**
 * Chooses the people of a camera whom the model's classifier judges in a frame, and gives each one's answer
 * to its track. Those in a zone that asks for equipment come first. What the others wear is recorded too, as
 * far as there is time: a zone that is drawn later is tested on these recordings.
 */
export class JudgedPeople {
  readonly #card: Pick<PpeCard, 'verdict' | 'leastHeights'>;
  readonly #schedule = new PersonScheduler();
  /** What each person was last found to wear. */
  readonly #last = new Map<string, { readonly at: number; readonly equipment: Equipment }>();
  /** The same of a settled person, who is read less often under load: until the next reading, ms. */
  #settledHoldMs = HELD_MS;
  /** The tracks of the last request, in its order; undefined where the camera asks for no equipment. */
  #asked: readonly string[] | undefined;

  constructor(card: Pick<PpeCard, 'verdict' | 'leastHeights'>) {
    this.#card = card;
  }

  /**
   * @param request left out: the camera asks for no equipment.
   * @returns boxes of the people to judge, most urgent first, as many as a frame has time for.
   */
  due(request: JudgeRequest | undefined): Box[] {
    const { verdict } = this.#card;
    this.#asked = undefined;
    if (!verdict || !request) return [];
    const { tracked, inZones, toFrame, at, load } = request;
    const boxes = new Map(
      tracked
        .filter(({ box }) => (box[3] - box[1]) * toFrame.y >= this.#leastHeight())
        .map(({ track, box }) => [track, box]),
    );
    const { shedding = 0, frameInterval = 0 } = load ?? {};
    const isLoaded = shedding > 0;
    // As long as the rarest reading takes, that of people outside of the zones.
    this.#settledHoldMs = isLoaded ? settledInterval(1) + frameInterval : HELD_MS;
    const dueTracks = this.#schedule.due([...boxes.keys()], at, load);
    const first = dueTracks.filter((track) => inZones.has(track));
    const others = dueTracks.filter((track) => !inZones.has(track));
    // No rule waits for the others: under any load, all of theirs that may be left out is.
    const othersDue = isLoaded
      ? this.#schedule.due(others, at, { shedding: 1, frameInterval })
      : others;
    this.#asked = [...first, ...othersDue].slice(0, verdict.perFrame);
    for (const track of this.#asked) this.#schedule.markRead(track, at);
    return this.#asked.map((track) => boxes.get(track)!);
  }

  /**
   * @returns the answers for each of these people, undefined for one whom the classifier did not look at;
   *   undefined where it does not run.
   */
  answersFor(
    tracked: readonly Tracked[],
    answers: readonly PersonAnswers[] | undefined,
  ): (PersonAnswers | undefined)[] | undefined {
    const asked = this.#asked;
    if (!asked || !answers) return undefined;
    const byTrack = new Map(answers.map((answer) => [asked[answer.of], answer]));
    return tracked.map(({ track }) => byTrack.get(track));
  }

  /** Records what a person was found to wear: the same several times in a row makes the next looks rarer. */
  answered(track: string, at: number, equipment: Equipment): void {
    // By initials: where an item stays unknown, more looks tell as little, so the person settles, too.
    const answer = Object.keys(this.#card.verdict?.trust ?? {})
      .map((item) => (equipment[item] ?? 'unknown').charAt(0))
      .join('/');
    this.#schedule.answered(track, at, answer);
    this.#last.set(track, { at, equipment });
  }

  /**
   * The equipment of a person in a frame in which the classifier did not look: its last answer stands for a
   * moment, so that a person is not shown as unknown between two looks.
   */
  held(track: string, at: number, equipment: Equipment): Equipment {
    const last = this.#last.get(track);
    const longest = this.#schedule.isSettled(track) ? this.#settledHoldMs : HELD_MS;
    if (!last || at < last.at || at - last.at > longest) return equipment;
    const held = Object.keys(this.#card.verdict?.trust ?? {}).map(
      (item) => [item, last.equipment[item] ?? 'unknown'] as const,
    );
    return { ...equipment, ...Object.fromEntries(held) };
  }

  /** Drops all other tracks. */
  keep(tracks: ReadonlySet<string>): void {
    this.#schedule.keep(tracks);
    for (const track of this.#last.keys()) if (!tracks.has(track)) this.#last.delete(track);
  }

  /** The height below which the card vouches for no item of the classifier, frame pixels. */
  #leastHeight(): number {
    const { verdict, leastHeights } = this.#card;
    return Math.min(...(verdict?.items ?? []).map((item) => leastHeights[item] ?? 0));
  }
}
