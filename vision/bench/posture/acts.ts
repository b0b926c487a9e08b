import type { Random } from './random.ts';
import { blend, type Stance } from './skeleton.ts';
import type { Posed, PostureName, Stances } from './stances.ts';

/** What a person does: stances at times, with the walk between them. */
export interface Act {
  readonly keys: Key[];
  /** Falls: from the loss of balance to the rest, ms. */
  readonly falls: (readonly [from: number, to: number])[];
  /** ms. */
  length: number;
}

interface Key {
  /** ms. */
  readonly at: number;
  readonly posed: Posed;
  /** Statures a second, along the facing direction, until the next key. */
  readonly speed: number;
  /** Power of the way to the next key: 1 even, 2 faster and faster. */
  readonly ease: number;
}

/** A moment of an act. */
export interface Moment {
  readonly stance: Stance;
  readonly name: PostureName;
  /** Statures a second, forward. */
  readonly speed: number;
}

/** Half a second either way the posture is neither one nor the other: the label follows the nearer stance. */
export function momentOf({ keys }: Act, at: number): Moment {
  const next = keys.findIndex((key) => key.at > at);
  if (next <= 0) {
    const { posed, speed } = keys.at(next < 0 ? -1 : 0)!;
    return { ...posed, speed: next < 0 ? 0 : speed };
  }
  const [a, b] = [keys[next - 1]!, keys[next]!];
  const share = ((at - a.at) / (b.at - a.at)) ** a.ease;
  const name = share < 0.5 ? a.posed.name : b.posed.name;
  return { stance: blend(a.posed.stance, b.posed.stance, share), name, speed: a.speed };
}

/** Builds what people do, falls among it. */
export class Acts {
  readonly #random: Random;
  readonly #stances: Stances;

  constructor(random: Random, stances: Stances) {
    this.#random = random;
    this.#stances = stances;
  }

  /** Some seconds of daily work or life, in two of five of them with a fall. */
  some(): Act {
    const r = this.#random;
    const act: Act = { keys: [], falls: [], length: 0 };
    const falls = r.chance(0.42);
    if (falls) {
      this.#before(act);
      this.#fall(act);
      const after = r.weighted({ lies: 7, up: 2, again: 1 });
      if (after !== 'lies') this.#rise(act);
      if (after === 'again') this.#daily(act);
      return act;
    }
    const parts = 1 + Math.floor(r.between(0, 3));
    for (let i = 0; i < parts; i++) this.#daily(act);
    return act;
  }

  /** Where a fall begins. */
  #before(act: Act): void {
    const r = this.#random;
    const s = this.#stances;
    const from = r.weighted({ stands: 4, walks: 5, sits: 3, bed: 2, low: 2, high: 1, lies: 1 });
    if (from === 'walks') {
      this.#walk(act, r.between(800, 4000));
      return;
    }
    if (from === 'stands') {
      this.#stay(act, s.standing(), r.between(500, 3000));
      return;
    }
    if (from === 'sits') {
      this.#stay(act, s.sitting(), r.between(500, 3000));
      return;
    }
    if (from === 'low') {
      const low = r.pick([s.squatting(), s.bending(), s.kneeling(), s.reaching()]);
      this.#stay(act, low, r.between(500, 3000));
      return;
    }
    const height = from === 'high' ? r.between(0.3, 1.2) : r.between(0.18, 0.4);
    const posed = from === 'high' ? s.standing() : from === 'bed' ? s.sittingOnFloor() : s.lying();
    this.#stay(act, raised(posed, height), r.between(500, 3000));
  }

  #fall(act: Act): void {
    const r = this.#random;
    const s = this.#stances;
    const how = r.weighted({ straight: 6, knees: 3, seat: 2, slow: 2 });
    const from = act.length;
    const down = s.lying();
    if (how === 'straight') this.#go(act, down, r.between(450, 1300), r.between(1.2, 2.2));
    else if (how === 'slow') this.#go(act, down, r.between(1300, 2600), r.between(0.9, 1.5));
    else {
      const way = how === 'knees' ? s.kneeling() : s.sittingOnFloor();
      this.#go(act, way, r.between(300, 900), r.between(1, 1.8));
      if (r.chance(0.4)) this.#stay(act, way, r.between(100, 500));
      this.#go(act, down, r.between(300, 1000), r.between(1, 1.8));
    }
    act.falls.push([from, act.length]);
    const rest = r.between(1500, 7000);
    if (r.chance(0.25)) {
      this.#stay(act, down, 0.3 * rest, 4);
      this.#go(act, s.lying(), r.between(500, 1500), 1);
    }
    this.#stay(act, act.keys.at(-1)!.posed, rest, r.chance(0.3) ? 4 : 1);
  }

  #rise(act: Act): void {
    const r = this.#random;
    const s = this.#stances;
    const by = r.pick([s.sittingOnFloor(), s.allFours(), s.kneeling()]);
    this.#go(act, by, r.between(700, 2000), 1);
    this.#stay(act, by, r.between(0, 2000));
    this.#go(act, s.standing(), r.between(700, 2000), 1);
    this.#stay(act, act.keys.at(-1)!.posed, r.between(500, 2000));
  }

  /** Something that is no fall. */
  #daily(act: Act): void {
    const r = this.#random;
    const s = this.#stances;
    const what = r.weighted({
      walk: 4,
      sit: 3,
      squat: 5,
      bend: 7,
      kneel: 4,
      crawl: 3,
      reach: 2,
      stumble: 2,
      jump: 1,
      press: 1,
      lieDown: 5,
      bed: 4,
      found: 1,
      floor: 2,
    });
    const quick = () => r.between(350, 1800);
    const stay = () => r.between(400, 4000);
    switch (what) {
      case 'walk':
        this.#walk(act, r.between(1000, 5000));
        return;
      case 'sit':
        this.#visit(act, s.sitting(), quick(), stay());
        return;
      case 'squat':
        this.#visit(act, s.squatting(), quick(), stay());
        return;
      case 'bend':
        this.#visit(act, s.bending(), quick(), stay());
        return;
      case 'kneel':
        this.#visit(act, s.kneeling(), quick(), stay());
        return;
      case 'reach':
        this.#visit(act, s.reaching(), quick(), stay());
        return;
      case 'floor':
        this.#visit(act, s.sittingOnFloor(), r.between(800, 2500), stay());
        return;
      case 'crawl':
        this.#go(act, s.allFours(), r.between(600, 2000), 1);
        for (let phase = 0; phase < r.between(0, 4); phase += 0.25) {
          this.#go(act, s.allFours(phase), r.between(200, 450), 1, r.between(0, 0.4));
        }
        this.#stay(act, act.keys.at(-1)!.posed, r.between(0, 2500));
        return;
      case 'stumble':
        this.#walk(act, r.between(600, 2000));
        this.#go(
          act,
          r.pick([s.bending(), s.kneeling(), s.squatting()]),
          r.between(250, 600),
          1.3,
          0.5,
        );
        this.#go(act, s.standing(), r.between(300, 1000), 1, 0.3);
        return;
      case 'jump':
        for (let i = 0; i < 3; i++) {
          this.#go(act, s.squatting(), r.between(200, 400), 1);
          this.#go(act, raised(s.standing(), r.between(0.05, 0.25)), r.between(200, 350), 1);
        }
        this.#go(act, s.standing(), 300, 1);
        return;
      case 'press': {
        this.#go(act, s.press(false), r.between(800, 2500), 1);
        const count = 1 + Math.floor(r.between(1, 6));
        for (let i = 0; i < 2 * count; i++) {
          this.#go(act, s.press(i % 2 === 0), r.between(400, 1200), 1);
        }
        return;
      }
      case 'lieDown':
        this.#lieDown(act, 0);
        return;
      case 'bed':
        this.#lieDown(act, r.between(0.18, 0.4));
        return;
      case 'found':
        // A person who lies from the beginning.
        if (act.keys.length > 0) {
          this.#visit(act, s.squatting(), quick(), stay());
          return;
        }
        this.#stay(act, raised(s.lying(), r.chance(0.3) ? 0.3 : 0), r.between(2000, 7000), 2);
    }
  }

  /** Lies down on purpose: over a seat, with a rest on the way, or slowly. */
  #lieDown(act: Act, height: number): void {
    const r = this.#random;
    const s = this.#stances;
    const seat =
      height > 0
        ? raised(s.sittingOnFloor(), height)
        : r.pick([s.sittingOnFloor(), s.kneeling(), s.allFours(), s.squatting()]);
    if (act.keys.length === 0) this.#stay(act, s.standing(), r.between(500, 2000));
    this.#go(act, seat, r.between(600, 2200), 1);
    this.#stay(act, seat, r.between(200, 2500));
    this.#go(act, raised(s.lying(), height), r.between(700, 3000), 1);
    this.#stay(act, act.keys.at(-1)!.posed, r.between(1500, 5000), r.chance(0.5) ? 3 : 1);
    if (!r.chance(0.5)) return;
    this.#go(act, raised(s.sittingOnFloor(), height), r.between(900, 2500), 1);
    this.#go(act, s.standing(), r.between(900, 2500), 1);
  }

  /** Into a stance and back up. */
  #visit(act: Act, posed: Posed, time: number, stay: number): void {
    const r = this.#random;
    if (act.keys.length === 0) this.#stay(act, this.#stances.standing(), r.between(300, 2000));
    this.#go(act, posed, time, r.between(0.8, 1.6));
    this.#stay(act, posed, stay, r.pick([1, 3, 6]));
    if (r.chance(0.7)) this.#go(act, this.#stances.standing(), r.between(400, 1800), 1);
  }

  #walk(act: Act, time: number): void {
    const r = this.#random;
    const pace = r.between(0.5, 1.5);
    let phase = r.unit();
    for (let left = time; left > 0; left -= 125) {
      const posed = this.#stances.step(phase, Math.min(1.2, pace));
      this.#go(act, posed, act.keys.length === 0 ? 0 : 125, 1, 0.75 * pace);
      phase += 0.115 * (0.5 + 0.5 * pace);
    }
  }

  #stay(act: Act, posed: Posed, time: number, stir = 1.5): void {
    if (act.keys.length === 0) this.#go(act, posed, 0, 1);
    for (let left = time; left > 0; left -= 700) {
      this.#go(act, this.#stances.stirred(posed, stir), Math.min(700, left), 1);
    }
  }

  #go(act: Act, posed: Posed, time: number, ease: number, speed = 0): void {
    const last = act.keys.at(-1);
    // Ease and speed are of the way that begins at the key before.
    if (last) act.keys[act.keys.length - 1] = { ...last, ease, speed };
    act.length += last ? Math.max(1, time) : 0;
    act.keys.push({ at: act.length, posed, speed, ease: 1 });
  }
}

const raised = ({ stance, name }: Posed, lift: number): Posed => ({
  name,
  stance: { ...stance, lift },
});
