import type { RuleConfig } from '@anshi/contracts';
import type { TruthEvent } from './data.ts';

/** From when to when something was so, ms of the scene. */
type Stretch = [from: number, to: number];

/** What it needs to know of a rule, ms. */
export interface Times {
  readonly confirm: number;
  readonly clear: number;
}

/** Follows from frame to frame from when to when something is so. */
export class Stretches {
  readonly #all: Stretch[] = [];
  #from: number | null = null;
  #last = 0;

  /** @param isSo at this moment; what is so at the next one, too, was so in between. */
  step(at: number, isSo: boolean): void {
    if (isSo) this.#from ??= at;
    else this.cut();
    this.#last = at;
  }

  /** The camera sees nothing for a while. */
  cut(): void {
    if (this.#from !== null) this.#all.push([this.#from, this.#last]);
    this.#from = null;
  }

  /**
   * The events of a rule: what lasted for about as long as the rule allows, or longer. One has to be found
   * where it lasted for clearly longer without an interruption. What was interrupted for about the clear
   * time is one event, which may be recorded as often as it was long enough.
   *
   * @param leastSlack how much longer is clearly longer, at least, ms.
   */
  events(
    rule: RuleConfig,
    { confirm, clear }: Times,
    iso: (ms: number) => string,
    leastSlack = 2_000,
  ): Event[] {
    this.cut();
    const slack = Math.max(leastSlack, 0.1 * confirm);
    const merged: Stretch[][] = [];
    for (const stretch of this.#all) {
      const before = merged.at(-1)?.at(-1);
      if (before && stretch[0] - before[1] < clear + 4_000) merged.at(-1)!.push(stretch);
      else merged.push([stretch]);
    }
    return merged.flatMap((parts): Event[] => {
      const [from, to] = [parts[0]![0], parts.at(-1)![1]];
      if (to - from < confirm - slack) return [];
      const sure = parts.find((part) => part[1] - part[0] >= confirm + slack);
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
}

type Event = Omit<TruthEvent, 'tracks'>;
