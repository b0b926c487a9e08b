import type { RuleConfig } from '@anshi/contracts';
import type { TruthEvent } from './data.ts';

/** From when to when something was so, ms of the scene. */
type Stretch = [from: number, to: number];

/** What it needs to know of a rule, ms. */
export interface Times {
  readonly confirm: number;
  readonly clear: number;
  /** How much longer than the confirm time is clearly longer, at least. */
  readonly slack?: number;
}

/** Whether something is so: surely, or where places lie within their error, or not. */
export type Fact = 'sure' | 'maybe' | 'no';

/** Between two frames nothing is known for longer than this, ms. */
const LONGEST_STEP_MS = 1_000;

/** Follows from frame to frame from when to when something is so. */
export class Stretches {
  readonly #all: { stretch: Stretch; goneBefore: number }[] = [];
  readonly #sure: Stretch[] = [];
  /** Time for which it was known not to be so since the last stretch, ms. */
  #gone = Number.POSITIVE_INFINITY;
  #from: number | null = null;
  #sureFrom: number | null = null;
  #last = 0;

  /** @param fact at this moment; what is so at the next one, too, was so in between. */
  step(at: number, fact: Fact): void {
    if (fact === 'sure') this.#sureFrom ??= at;
    else this.#endSure();
    if (fact !== 'no') this.#from ??= at;
    else {
      this.cut();
      this.#gone += Math.min(LONGEST_STEP_MS, at - this.#last);
    }
    this.#last = at;
  }

  /** The camera sees nothing for a while. */
  cut(): void {
    this.#endSure();
    if (this.#from === null) return;
    this.#all.push({ stretch: [this.#from, this.#last], goneBefore: this.#gone });
    this.#from = null;
    this.#gone = 0;
  }

  /**
   * The events of a rule: what lasted for about as long as the rule allows, or longer. One has to be found
   * where it surely lasted for clearly longer without an interruption. What was interrupted for about the
   * clear time, or while nothing was known, is one event, which may be recorded as often as it was long
   * enough.
   */
  events(rule: RuleConfig, times: Times, iso: (ms: number) => string): Event[] {
    this.cut();
    const { confirm, clear } = times;
    const slack = Math.max(times.slack ?? 2_000, 0.1 * confirm);
    const merged: Stretch[][] = [];
    for (const { stretch, goneBefore } of this.#all) {
      if (goneBefore < clear + 4_000) merged.at(-1)!.push(stretch);
      else merged.push([stretch]);
    }
    return merged.flatMap((parts): Event[] => {
      const [from, to] = [parts[0]![0], parts.at(-1)![1]];
      if (to - from < confirm - slack) return [];
      const sure = this.#sure.find(
        (one) => one[0] >= from && one[1] <= to && one[1] - one[0] >= confirm + slack,
      );
      return [
        {
          rule: rule.kind,
          ruleId: rule.id,
          item: rule.kind === 'missing-ppe' ? rule.items[0]! : null,
          from: iso(from),
          to: iso(to),
          due: iso((sure ?? parts[0]!)[0] + confirm),
          must: sure !== undefined,
          atMost: Math.max(1, parts.filter((part) => part[1] - part[0] >= confirm - slack).length),
        },
      ];
    });
  }

  #endSure(): void {
    if (this.#sureFrom !== null) this.#sure.push([this.#sureFrom, this.#last]);
    this.#sureFrom = null;
  }
}

type Event = Omit<TruthEvent, 'tracks'>;
