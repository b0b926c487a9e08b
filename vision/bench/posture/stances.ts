import type { Random } from './random.ts';
import { type Stance, UPRIGHT } from './skeleton.ts';

/** What the network tells apart, in this order. */
export const POSTURE_NAMES = ['upright', 'sitting', 'bending', 'kneeling', 'lying'] as const;
export type PostureName = (typeof POSTURE_NAMES)[number];

/** A stance and what it is. */
export interface Posed {
  readonly stance: Stance;
  readonly name: PostureName;
}

type Pair = readonly [number, number];

/** Stances with the variation between people and times, by what they are. */
export class Stances {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  standing(): Posed {
    const r = this.#random;
    const stance: Stance = {
      ...UPRIGHT,
      pitch: r.normal(3),
      roll: r.normal(2),
      bend: Math.abs(r.normal(6)),
      side: r.normal(4),
      thighs: this.#pair(() => r.normal(8)),
      spread: this.#pair(() => Math.abs(r.normal(6))),
      knees: this.#pair(() => Math.abs(r.normal(8))),
      ...this.#arms(),
      head: r.normal(15),
    };
    return { stance, name: 'upright' };
  }

  /** Arms up, to a shelf or a machine. */
  reaching(): Posed {
    const r = this.#random;
    const { stance } = this.standing();
    const both = r.chance(0.5);
    const up = () => r.between(60, 175);
    return {
      stance: {
        ...stance,
        bend: r.normal(12),
        arms: both ? [up(), up()] : r.chance(0.5) ? [up(), 0] : [0, up()],
        elbows: this.#pair(() => r.between(0, 60)),
      },
      name: 'upright',
    };
  }

  /** One moment of a step; `phase` in turns. */
  step(phase: number, pace: number): Posed {
    const swing = 28 * pace * Math.sin(2 * Math.PI * phase);
    const lag = (turn: number) => Math.max(0, Math.sin(2 * Math.PI * (phase + turn)));
    const stance: Stance = {
      ...UPRIGHT,
      pitch: 4 * pace,
      thighs: [swing, -swing],
      knees: [8 + 50 * pace * lag(0.25), 8 + 50 * pace * lag(0.75)],
      arms: [-0.8 * swing, 0.8 * swing],
      elbows: [20 + 30 * pace, 20 + 30 * pace],
    };
    return { stance, name: 'upright' };
  }

  /** On a chair, a bench or the edge of a bed. @param seat height of the hips, shares of the stature. */
  sitting(): Posed {
    const r = this.#random;
    const lean = r.chance(0.2) ? r.between(20, 60) : r.normal(12);
    // A lower seat leaves the knees higher.
    const thigh = 88 + r.between(-8, 22);
    const stance: Stance = {
      ...UPRIGHT,
      pitch: 0.5 * lean,
      bend: 0.5 * lean + Math.abs(r.normal(6)),
      thighs: this.#pair(() => thigh + 0.5 * lean + r.normal(5)),
      spread: this.#pair(() => Math.abs(r.normal(12))),
      knees: this.#pair(() => thigh + r.normal(15)),
      ...this.#arms(30),
      head: r.normal(15),
    };
    return { stance, name: 'sitting' };
  }

  sittingOnFloor(): Posed {
    const r = this.#random;
    const folded = r.between(0, 1);
    const lean = r.between(-30, 20);
    const stance: Stance = {
      ...UPRIGHT,
      pitch: lean,
      bend: Math.abs(r.normal(12)),
      thighs: this.#pair(() => 88 + lean + 45 * folded + r.normal(6)),
      spread: this.#pair(() => Math.abs(r.normal(15))),
      knees: this.#pair(() => 110 * folded + Math.abs(r.normal(12))),
      ...this.#arms(30),
      head: r.normal(15),
      footed: 0,
    };
    return { stance, name: 'sitting' };
  }

  squatting(): Posed {
    const r = this.#random;
    const deep = r.between(0.55, 1);
    const pitch = r.between(5, 50);
    const one = r.chance(0.3) ? r.between(15, 40) : 0;
    const stance: Stance = {
      ...UPRIGHT,
      pitch,
      bend: r.between(0, 35),
      thighs: [pitch + 105 * deep, pitch + 105 * deep - one],
      spread: this.#pair(() => Math.abs(r.normal(15))),
      knees: [140 * deep, 140 * deep - 0.6 * one],
      arms: this.#pair(() => r.between(20, 100)),
      wings: this.#pair(() => Math.abs(r.normal(12))),
      elbows: this.#pair(() => r.between(0, 80)),
      head: r.normal(15),
    };
    return { stance, name: 'sitting' };
  }

  bending(): Posed {
    const r = this.#random;
    const total = r.between(45, 125);
    const ofHips = r.between(0.4, 0.8);
    const knee = Math.abs(r.normal(18));
    const stance: Stance = {
      ...UPRIGHT,
      pitch: total * ofHips,
      bend: total * (1 - ofHips),
      side: r.normal(8),
      thighs: this.#pair(() => total * ofHips + 0.5 * knee + r.normal(6)),
      spread: this.#pair(() => Math.abs(r.normal(8))),
      knees: this.#pair(() => knee + Math.abs(r.normal(5))),
      arms: this.#pair(() => r.between(40, 130)),
      wings: this.#pair(() => Math.abs(r.normal(10))),
      elbows: this.#pair(() => r.between(0, 60)),
      head: r.normal(20),
    };
    return { stance, name: 'bending' };
  }

  /** On one knee or two, the back up or bent to the work. */
  kneeling(): Posed {
    const r = this.#random;
    const back = r.between(0, 1);
    const lean = r.chance(0.5) ? r.between(0, 25) : r.between(25, 80);
    const pitch = 0.6 * lean;
    const one = r.chance(0.35);
    const thigh = pitch + back * r.between(0, 60);
    const knee = 90 + (thigh - pitch);
    const stance: Stance = {
      ...UPRIGHT,
      pitch,
      bend: 0.4 * lean,
      thighs: one ? [pitch + 90, thigh] : this.#pair(() => thigh + r.normal(6)),
      spread: this.#pair(() => Math.abs(r.normal(8))),
      knees: one ? [90, knee] : this.#pair(() => knee + r.normal(6)),
      arms: this.#pair(() => r.between(10, 100)),
      wings: this.#pair(() => Math.abs(r.normal(12))),
      elbows: this.#pair(() => r.between(0, 90)),
      head: r.normal(15),
      footed: 0.3,
    };
    return { stance, name: 'kneeling' };
  }

  /** @param phase of a movement of arms and legs, turns. */
  allFours(phase = 0): Posed {
    const r = this.#random;
    const pitch = r.between(65, 95);
    const swing = 18 * Math.sin(2 * Math.PI * phase);
    const stance: Stance = {
      ...UPRIGHT,
      pitch,
      bend: r.between(-10, 20),
      thighs: [pitch + swing, pitch - swing],
      spread: this.#pair(() => Math.abs(r.normal(8))),
      knees: [90 + 0.6 * swing, 90 - 0.6 * swing],
      arms: [85 - swing, 85 + swing],
      elbows: this.#pair(() => r.between(0, 35)),
      head: r.between(-40, 10),
      footed: 0,
    };
    return { stance, name: 'kneeling' };
  }

  /** The two ends of a press-up: stretched, on the hands and toes. */
  press(down: boolean): Posed {
    const stance: Stance = {
      ...UPRIGHT,
      pitch: down ? 85 : 72,
      arms: down ? [40, 40] : [75, 75],
      wings: [20, 20],
      elbows: down ? [90, 90] : [0, 0],
      head: -20,
      footed: 1,
    };
    return { stance, name: 'kneeling' };
  }

  /** @param face where it lies on: belly, back or a side. */
  lying(face: 'belly' | 'back' | 'side' = this.#random.pick(['belly', 'back', 'side'])): Posed {
    const r = this.#random;
    const curled = face === 'belly' ? 0.2 * r.unit() : r.chance(0.5) ? r.unit() : 0.2 * r.unit();
    const sideways = face === 'side' ? r.sign() * r.between(60, 110) : r.normal(12);
    const thigh = () => curled * 100 + r.between(-5, 25);
    const knee = () => curled * 110 + Math.abs(r.normal(20));
    const stance: Stance = {
      ...UPRIGHT,
      pitch: (face === 'back' ? -90 : 90) + r.normal(6),
      roll: r.normal(6),
      twist: sideways,
      bend: curled * 40 + r.normal(6),
      side: r.normal(8),
      thighs: this.#pair(thigh),
      spread: this.#pair(() => Math.abs(r.normal(12))),
      knees: this.#pair(knee),
      arms: this.#pair(() => r.between(-20, face === 'back' ? 60 : 160)),
      wings: this.#pair(() => r.between(0, 80)),
      elbows: this.#pair(() => r.between(0, 110)),
      head: r.normal(12),
      footed: 0,
    };
    return { stance, name: 'lying' };
  }

  /** Small changes of one who stays as they are. */
  stirred({ stance, name }: Posed, by: number): Posed {
    const r = this.#random;
    const some = (pair: Pair, more = 1): Pair => [
      pair[0] + r.normal(by * more),
      pair[1] + r.normal(by * more),
    ];
    return {
      name,
      stance: {
        ...stance,
        pitch: stance.pitch + r.normal(0.5 * by),
        bend: stance.bend + r.normal(by),
        side: stance.side + r.normal(0.5 * by),
        thighs: some(stance.thighs, 0.5),
        knees: some(stance.knees, 0.5),
        arms: some(stance.arms, 3),
        wings: some(stance.wings),
        elbows: some(stance.elbows, 3),
        head: stance.head + r.normal(2 * by),
      },
    };
  }

  #pair(one: () => number): Pair {
    return [one(), one()];
  }

  #arms(most = 20): Pick<Stance, 'arms' | 'wings' | 'elbows'> {
    const r = this.#random;
    return {
      arms: this.#pair(() => (r.chance(0.3) ? r.between(0, 90) : r.normal(most))),
      wings: this.#pair(() => Math.abs(r.normal(14))),
      elbows: this.#pair(() => (r.chance(0.4) ? r.between(20, 130) : Math.abs(r.normal(20)))),
    };
  }
}
