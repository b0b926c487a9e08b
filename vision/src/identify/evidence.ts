import type { Point } from '@anshi/contracts';
import type { IdentifySettings } from './settings.ts';

/** A fix held against a person. */
export interface Residual {
  /** By the corrected clock of the reader, ms. */
  readonly at: number;
  readonly reader: string;
  /** Distance of the fix from where the person was, metres. */
  readonly metres: number;
}

interface Bin {
  n: number;
  /** Sum of the logarithms of the densities, per square metre. */
  logs: number;
  /** Sum of the standard deviations, metres. */
  deviations: number;
}

/** What the evidence of a pair comes to. */
export interface Weighed {
  /** Logarithm of the likelihood that this person wears the badge over that another, unseen person does. */
  readonly log: number;
  /** Times with independent evidence for it. */
  readonly witnesses: number;
  /** From the first to the last of them, ms. */
  readonly overMs: number;
  /** Since it fits, standing or moving, ms. */
  readonly fitsMs: number;
  /** The same logarithm without what was known before the doubt that the person came out of. */
  readonly own: number;
}

const NOTHING: Weighed = { log: 0, witnesses: 0, overMs: 0, fitsMs: 0, own: 0 };
/** Least gain that makes a time a witness. */
const WITNESS = 0.35;

/**
 * Evidence of one badge for one segment, in bins of time as long as errors of fixes stay alike. Within a bin the
 * likelihoods are averaged, so that ten fixes of it are one witness, and their order of arrival does not matter.
 */
export class PairEvidence {
  readonly #bins = new Map<number, Bin>();
  #weighed: Weighed | undefined;
  /** The newest bin when old ones were taken out last. */
  #prunedAt: number | undefined;
  /**
   * Prior from before the doubt that the person came out of: its logarithm, the part of it for the case that the person was not
   * seen before (`stranger`), and the last bin that it covers.
   */
  before: { readonly log: number; readonly stranger: number; readonly bin: number } | null = null;
  fixes = 0;
  last: Residual | undefined;

  /** @param density of the fix where the person was, per square metre. */
  add(bin: number, density: number, deviation: number, residual: Residual): void {
    const known = this.#bins.get(bin) ?? { n: 0, logs: 0, deviations: 0 };
    known.n++;
    known.logs += Math.log(density);
    known.deviations += deviation;
    this.#bins.set(bin, known);
    this.fixes++;
    if (!this.last || residual.at >= this.last.at) this.last = residual;
    this.#weighed = undefined;
  }

  /** Adds the evidence of another pair of the same person and badge. */
  absorb(other: PairEvidence): void {
    for (const [bin, { n, logs, deviations }] of other.#bins) {
      const known = this.#bins.get(bin) ?? { n: 0, logs: 0, deviations: 0 };
      this.#bins.set(bin, {
        n: known.n + n,
        logs: known.logs + logs,
        deviations: known.deviations + deviations,
      });
    }
    this.fixes += other.fixes;
    this.#prunedAt = undefined;
    if (other.last && (!this.last || other.last.at > this.last.at)) this.last = other.last;
    this.#weighed = undefined;
  }

  /**
   * How much better the badge fits this person than another one over the times at which both were seen; natural
   * logarithm. What one of them gained while the other was not seen says nothing between the two.
   */
  leadOver(other: PairEvidence): number {
    let lead = 0;
    for (const [bin, { n, logs }] of this.#bins) {
      const theirs = other.#bins.get(bin);
      if (theirs) lead += logs / n - theirs.logs / theirs.n;
    }
    return lead;
  }

  /**
   * @param now the newest bin.
   * @param placeIn where the person was in a bin.
   */
  weigh(
    now: number,
    placeIn: (bin: number) => Point | undefined,
    settings: IdentifySettings,
  ): Weighed {
    if (now !== this.#prunedAt) {
      this.#prunedAt = now;
      const oldest = now - Math.ceil(settings.memoryMs / settings.correlationMs);
      for (const bin of this.#bins.keys()) {
        if (bin >= oldest) continue;
        this.#bins.delete(bin);
        this.#weighed = undefined;
      }
    }
    this.#weighed ??= this.#sum(placeIn, settings);
    return this.#weighed;
  }

  #sum(placeIn: (bin: number) => Point | undefined, settings: IdentifySettings): Weighed {
    const { standing, correlationMs, paceMs, pace, newPlace, mostFor, mostAgainst, area } =
      settings;
    let log = this.before?.log ?? 0;
    let own = 0;
    let witnesses = 0;
    let first: number | undefined;
    let lastWitness = 0;
    let fitsFrom: number | undefined;
    let before: { bin: number; place: Point | undefined } | undefined;
    const bins = [...this.#bins.keys()].sort((a, b) => a - b);
    const [earliest] = bins;
    if (earliest === undefined) return this.before ? { ...NOTHING, log } : NOTHING;
    // The wearer was seen a moment before the doubt, and is not anywhere on the floor.
    if (this.before)
      before = { bin: Math.min(earliest, this.before.bin), place: placeIn(earliest) };
    for (const bin of bins) {
      const { n, logs, deviations } = this.#bins.get(bin)!;
      const deviation = deviations / n;
      const place = placeIn(bin);
      let gain = logs / n;
      /** Gain for a person who was not seen before: the badge could be anywhere on the floor. */
      const gainAsNew = gain + Math.log(area);
      let moved = 1;
      if (before) {
        // Where the wearer would be who is not this person: somewhere within a walk of the last fix.
        const walked = pace * Math.min(paceMs, (bin - before.bin) * correlationMs) * 0.001;
        gain += 1 + Math.log(2 * Math.PI * (2 * deviation ** 2 + walked ** 2));
        // Who stands still beside a badge that lies still proves nothing more by standing longer.
        const metres =
          place && before.place
            ? Math.hypot(place[0] - before.place[0], place[1] - before.place[1])
            : 0;
        moved = 1 - Math.exp(-0.5 * (metres / (newPlace * deviation)) ** 2);
      } else gain = gainAsNew;
      let proof = gain * moved;
      if (gain > 0) gain *= standing + (1 - standing) * moved;
      if (bin === earliest && this.before) {
        const stranger = Math.exp(this.before.stranger + gainAsNew);
        const known = (Math.exp(log) - Math.exp(this.before.stranger)) * Math.exp(gain);
        if (stranger > known) proof = gainAsNew;
        log = Math.log(stranger + Math.max(0, known));
      } else log += gain;
      log = Math.max(-mostAgainst, Math.min(mostFor, log));
      own = Math.max(-mostAgainst, Math.min(mostFor, own + gain));
      if (gain <= 0) fitsFrom = undefined;
      else fitsFrom ??= bin;
      if (proof >= WITNESS) {
        witnesses++;
        first ??= bin;
        lastWitness = bin;
      }
      if (log <= -2) [witnesses, first] = [0, undefined];
      before = { bin, place };
    }
    return {
      log,
      witnesses,
      overMs: first === undefined ? 0 : (lastWitness - first) * correlationMs,
      fitsMs: fitsFrom === undefined || !before ? 0 : (before.bin - fitsFrom) * correlationMs,
      own,
    };
  }
}
