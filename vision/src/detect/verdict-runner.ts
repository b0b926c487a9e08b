import type { Box } from '@anshi/contracts';
import { iou } from '../boxes.ts';
import type { ItemAnswer, PersonAnswers } from '../frame.ts';
import { ModelCardError } from './card/common.ts';
import { ITEM_ANSWERS, type VerdictCard } from './card/verdict.ts';
import { type InferenceGate, type InferenceTimes, ModelSession } from './model-session.ts';
import type { PlanarPicture, SourceRegion } from './prepare.ts';

/** The people of a frame whom the classifier may look at, picture pixels. */
export interface VerdictRequest {
  /** Those found in this frame. */
  readonly people: readonly Box[];
  /** Where people are expected who are to be judged, most urgent first; left out: everyone, in rotation. */
  readonly wanted?: readonly Box[] | undefined;
  /** Frame counter, for the rotation. */
  readonly round: number;
  /** Maximum number of people. */
  readonly most: number;
}

/** A person to judge; `of`: index in the wanted boxes, else in the people. */
export interface ChosenPerson {
  readonly box: Box;
  readonly of: number;
}

/** Least IoU of a person's box with the wanted one. */
const SAME_PERSON = 0.3;

/** A loaded classifier of the equipment of one person. For one thread. */
export class VerdictRunner {
  readonly #card: VerdictCard;
  readonly #session: ModelSession;

  private constructor(card: VerdictCard, session: ModelSession) {
    this.#card = card;
    this.#session = session;
  }

  /** @throws ModelCardError where the weights cannot be loaded or lack a name of the card. */
  static async load(card: VerdictCard, gate: InferenceGate): Promise<VerdictRunner> {
    return new VerdictRunner(card, await ModelSession.load(card, gate));
  }

  /** Frees the memory of the weights. */
  close(): Promise<void> {
    return this.#session.close();
  }

  /**
   * Runs on a grey picture, so that an output that does not match the card is found at load time.
   *
   * @throws ModelCardError with the expected and the actual output.
   */
  async selfTest(): Promise<void> {
    const pixels = new SharedArrayBuffer(160 * 90 * 1.5);
    new Uint8Array(pixels).fill(128);
    const times = { prepare: 0, infer: 0, decode: 0 };
    const items = await this.#judge({ width: 160, height: 90, pixels }, [40, 10, 80, 90], times);
    for (const [item, { worn, missing }] of Object.entries(items)) {
      if (Math.min(worn, missing) >= 0 && worn + missing <= 1.001) continue;
      throw new ModelCardError(
        `model "${this.#card.name}": verdict.output: ${item}: ${worn} and ${missing} are no probabilities; export the weights with a softmax over the three answers`,
      );
    }
  }

  /**
   * Judges the people of a frame, as many as are allowed.
   *
   * @param times is added to, milliseconds.
   */
  async judge(
    picture: PlanarPicture,
    request: VerdictRequest,
    times: InferenceTimes,
  ): Promise<PersonAnswers[]> {
    const answers: PersonAnswers[] = [];
    for (const { box, of } of chosenPeople(request)) {
      answers.push({ box, of, items: await this.#judge(picture, box, times) });
    }
    return answers;
  }

  #judge(picture: PlanarPicture, box: Box, times: InferenceTimes) {
    const { size } = this.#card.input;
    const region = squareOf(this.#card, box);
    return this.#session.infer(picture, { width: size, height: size, region }, times, ([output]) =>
      this.#read(output!.data as Float32Array),
    );
  }

  #read(data: Float32Array): Record<string, ItemAnswer> {
    const { items, name } = this.#card;
    const expected = items.length * ITEM_ANSWERS.length;
    if (data.length !== expected) {
      throw new ModelCardError(
        `model "${name}": verdict.items: the card names ${items.length}, so the weights must give ${expected} values, not ${data.length}`,
      );
    }
    return Object.fromEntries(
      items.map((item, i) => {
        const [worn, missing] = data.subarray(i * ITEM_ANSWERS.length);
        return [item, { worn: worn!, missing: missing! }];
      }),
    );
  }
}

/** The square over head and torso, picture pixels; it may reach out of the picture. */
export function squareOf({ square }: Pick<VerdictCard, 'square'>, box: Box): SourceRegion {
  const [left, top, right, bottom] = box;
  const side = Math.max(square.ofWidth * (right - left), square.ofHeight * (bottom - top), 1);
  return {
    left: (left + right - side) / 2,
    top: top - square.above * side,
    width: side,
    height: side,
  };
}

/**
 * The people who are judged in this frame. A wanted person whom the detector does not draw now, such as one
 * that only a pose shows, is judged where it is expected.
 */
export function chosenPeople({ people, wanted, round, most }: VerdictRequest): ChosenPerson[] {
  if (wanted === undefined) {
    const first = people.length <= most ? 0 : (round * most) % people.length;
    return Array.from({ length: Math.min(most, people.length) }, (_, i) => {
      const of = (first + i) % people.length;
      return { box: people[of]!, of };
    });
  }
  const left = new Set(people);
  return wanted.slice(0, most).map((place, of) => {
    let found: Box | undefined;
    let most = SAME_PERSON;
    for (const box of left) {
      const shared = iou(box, place);
      if (shared < most) continue;
      found = box;
      most = shared;
    }
    if (found) left.delete(found);
    return { box: found ?? place, of };
  });
}
