import type { SceneFaultCode } from '@anshi/contracts';
import { Background, type Comparison } from './background.ts';
import { changedShare, type LumaPlane, type Signature, signatureOf } from './signature.ts';

/** Pictures are looked at this often, milliseconds. */
const LOOK_MS = 450;
/** A fault has to hold so long, milliseconds. */
const CONFIRM_MS: Readonly<Record<SceneFaultCode, number>> = {
  black: 4_000,
  frozen: 8_000,
  blurred: 6_000,
  turned: 6_000,
  covered: 6_000,
};
/** It is over once it did not hold for so long, milliseconds. */
const OVER_MS = 3_000;
/** Something that stands before the camera for so long belongs to the scene, milliseconds. */
const RELEARN_MS = 600_000;

/** Thresholds, chosen by `bench tamper`; docs/decisions/0057 says on which clips. */
export const sceneLimits = {
  /** Below this share of points that are not black, the picture is black. */
  bright: 0.003,
  /** Fewer textured regions than that are no scene that could be found again. */
  textured: 8,
  /** Of the textured regions: below, the view is another one. */
  keptTurned: 0.25,
  /** Coarse gradients of the background that a covered lens still shows at most. */
  coarseCovered: 0.35,
  /** Above, the view is the same one. */
  keptSame: 0.6,
  /** What a picture out of focus has at most: fine over coarse gradients, and over the contrast. */
  focus: 0.85,
  sharpness: 0.65,
  /** Share of points that change between two looks of a frozen picture, over what usually changes. */
  still: 0.1,
  /** A scene in which less changes gives no pictures that could be told from frozen ones. */
  quiet: 0.002,
} as const;

/** A fault of the picture that began or ended. */
export interface SceneChange {
  readonly fault: SceneFaultCode;
  readonly change: 'begun' | 'ended';
  /** When it began or ended, milliseconds of the clock of the pictures. */
  readonly at: number;
}

interface Suspicion {
  /** Since when it holds; undefined while it does not. */
  since: number | undefined;
  /** When it held last. */
  last: number;
  /** Since when it is a fault. */
  begun: number | undefined;
}

const faults = ['black', 'frozen', 'blurred', 'turned', 'covered'] as const;

/**
 * Watches whether the pictures of a camera still show the scene: black, frozen, out of focus, turned,
 * covered. Two pictures a second are looked at, each for a fraction of a millisecond. Rain, dusk, lights
 * that go off and what drives by change light and parts of the picture, and are none.
 */
export class SceneWatch {
  readonly #background = new Background();
  readonly #states = new Map<SceneFaultCode, Suspicion>(
    faults.map((fault) => [fault, { since: undefined, last: 0, begun: undefined }]),
  );
  #before: Signature | undefined;
  #at = Number.NEGATIVE_INFINITY;
  #otherSince: number | undefined;

  /** The faults that hold now, with their begin. */
  get faults(): readonly { readonly fault: SceneFaultCode; readonly since: number }[] {
    return faults.flatMap((fault) => {
      const { begun } = this.#states.get(fault)!;
      return begun === undefined ? [] : [{ fault, since: begun }];
    });
  }

  /** The camera may show another view from now on, such as after its zones were drawn again. */
  forget(): void {
    this.#background.forget();
    this.#before = undefined;
    this.#otherSince = undefined;
    for (const state of this.#states.values())
      Object.assign(state, { since: undefined, begun: undefined });
  }

  /** A new stream: pictures before and after a pause are not compared with each other. */
  interrupted(): void {
    this.#before = undefined;
  }

  /**
   * Looks at a picture, where it is time.
   *
   * @param at milliseconds of the clock of the pictures.
   */
  look(picture: LumaPlane, at: number): SceneChange[] {
    // After a clock was set back it starts again.
    if (at >= this.#at && at - this.#at < LOOK_MS) return [];
    if (at < this.#at) this.forget();
    const pause = at - this.#at;
    this.#at = at;
    const now = signatureOf(picture);
    const isKnown = this.#background.isKnown;
    const compared = this.#background.compare(now);
    const changed = this.#before && pause < 3_000 ? changedShare(now, this.#before) : undefined;
    const held = new Set(this.#held(now, compared, changed, isKnown));
    const changes = faults.flatMap((fault) => this.#step(fault, held.has(fault), at));
    this.#learn(now, compared, held.size > 0, at);
    this.#before = now;
    return changes;
  }

  /** What this picture shows by itself. */
  #held(
    now: Signature,
    { kept, textured, coarse, focus, sharpness }: Comparison,
    changed: number | undefined,
    isKnown: boolean,
  ): SceneFaultCode[] {
    const limits = sceneLimits;
    if (now.bright < limits.bright) return ['black'];
    if (!isKnown) return [];
    const held: SceneFaultCode[] = [];
    const { quiet } = this.#background;
    if (changed !== undefined && quiet > limits.quiet && changed <= quiet * limits.still) {
      held.push('frozen');
    }
    if (textured < limits.textured) return held;
    if (kept <= limits.keptTurned) held.push(coarse < limits.coarseCovered ? 'covered' : 'turned');
    else if (kept >= limits.keptSame && focus < limits.focus && sharpness < limits.sharpness) {
      held.push('blurred');
    }
    return held;
  }

  #step(fault: SceneFaultCode, holds: boolean, at: number): SceneChange[] {
    const state = this.#states.get(fault)!;
    if (holds) {
      state.since ??= at;
      state.last = at;
      if (state.begun !== undefined || at - state.since < CONFIRM_MS[fault]) return [];
      state.begun = state.since;
      return [{ fault, change: 'begun', at: state.since }];
    }
    if (state.begun === undefined) {
      // One look that differs, such as a key frame, is no end.
      if (state.since !== undefined && at - state.last > LOOK_MS * 3) state.since = undefined;
      return [];
    }
    if (at - state.last < OVER_MS) return [];
    state.begun = undefined;
    state.since = undefined;
    return [{ fault, change: 'ended', at: state.last }];
  }

  #learn(now: Signature, { kept }: Comparison, isSuspect: boolean, at: number): void {
    const isOther = this.#background.isKnown && kept < sceneLimits.keptSame;
    if (isSuspect) {
      this.#otherSince = undefined;
      return;
    }
    if (isOther) {
      this.#otherSince ??= at;
      if (at - this.#otherSince < RELEARN_MS) return;
      this.#background.forget();
    }
    this.#otherSince = undefined;
    this.#background.learn(now, at, this.#before);
  }
}
