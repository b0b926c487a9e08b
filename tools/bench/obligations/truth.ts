import { addSpan, dayOf, midnightOf, type Span } from './civil.ts';
import {
  changed,
  type DaysFile,
  groupedBy,
  type ObligationEntry,
  type ObligationsFile,
  type PeriodTruth,
  type TruthFile,
} from './data.ts';

/*
 * What must fall due and open, told step by step from the entries, the events and the runs. Written
 * from docs/benches.md; none of the program's code is used.
 */

interface Period extends PeriodTruth {
  basis: string;
  base: string | number | null;
  opensOn: string | null;
}

/** The law as `shared/regulations` has it: order 30 for what was issued under it, not known since. */
function intervalOf(entry: ObligationEntry): Span | null {
  if (entry.by === 'condition') return entry.within ?? null;
  if (entry.by !== 'fixed' && entry.by !== 'done') return null;
  const { every } = entry;
  if (!('rule' in every)) return every;
  if (every.rule === 'equipment-forklift') return { n: 2, unit: 'years' };
  if (every.rule === 'special-work-review-interval') {
    const isOld = every.issuedOn !== undefined && every.issuedOn <= '2026-05-31';
    return isOld ? { n: 3, unit: 'years' } : (every.otherwise ?? null);
  }
  throw new Error(`the truth does not know the rule ${every.rule}`);
}

const before = (day: string | null, lead: Span | undefined): string | null =>
  day === null || !lead ? day : addSpan(day, { ...lead, n: -lead.n });

class Story {
  readonly periods: Period[] = [];
  #entry: ObligationEntry;
  #closed = false;
  #since = '';
  #lastDone: string | null = null;
  readonly #zone: string;

  constructor(entry: ObligationEntry, zone: string) {
    this.#entry = entry;
    this.#zone = entry.zone ?? zone;
  }

  enter(at: number): void {
    this.#since = dayOf(at, this.#zone);
    this.#lastDone = this.#doneKey();
    this.#compare();
  }

  event(at: number, next: ObligationEntry, closed: string | null | undefined): void {
    this.#entry = next;
    if (closed) {
      this.#closed = true;
      for (const one of this.#waiting()) one.outcome = 'closed';
      return;
    }
    if (closed === null && this.#closed) {
      this.#closed = false;
      this.#since = dayOf(at, this.#zone);
      this.#lastDone = this.#doneKey();
    }
    if (!this.#closed) this.#compare();
  }

  run(at: number): void {
    for (let again = true; again; ) {
      again = false;
      for (const one of this.#waiting()) {
        const opens =
          one.opensOn !== null && one.dueOn !== null && one.dueOn < one.opensOn
            ? one.dueOn
            : (one.opensOn ?? one.dueOn);
        if (one.openedAt !== null || opens === null || midnightOf(opens, this.#zone) > at) continue;
        one.openedAt = new Date(at).toISOString();
        if (this.#entry.by === 'fixed') {
          this.#addFixed();
          again = true;
        }
      }
    }
  }

  #waiting = () => this.periods.filter(({ outcome }) => outcome === null);
  #doneKey = (): string | null => {
    const { done } = this.#entry;
    return done ? (done.evidence ?? done.on) : null;
  };

  #compare(): void {
    if (this.#entry.by === 'fixed') {
      this.#compareFixed();
      return;
    }
    const [open] = this.#waiting();
    const last = this.periods.at(-1);
    const entry = this.#entry;
    const isSettled =
      (entry.by === 'date' && entry.done != null) ||
      (entry.by === 'condition' && entry.since === null);
    if (isSettled) {
      if (open) open.outcome = 'done';
      return;
    }
    const wanted = this.#wanted(open);
    if (!open) {
      if (last?.outcome === 'done' && last.basis === wanted.basis) return;
      this.periods.push(wanted);
      return;
    }
    if (open.basis !== wanted.basis && this.#isRenewal(open, wanted)) {
      open.outcome = 'done';
      this.periods.push(wanted);
      return;
    }
    const { basis, base, dueOn, opensOn } = wanted;
    Object.assign(open, { basis, base, dueOn, opensOn });
  }

  #isRenewal(open: Period, wanted: Period): boolean {
    const { by, done } = this.#entry;
    if (by === 'date') {
      return wanted.dueOn !== null && (open.dueOn === null || wanted.dueOn > open.dueOn);
    }
    if (by === 'done') return done != null && String(wanted.base) > String(open.base);
    return by === 'meter' && Number(wanted.base) > Number(open.base);
  }

  #wanted(open: Period | undefined): Period {
    const entry = this.#entry;
    const period = (basis: string, base: Period['base'], dueOn: string | null): Period => ({
      basis,
      base,
      dueOn,
      opensOn: before(dueOn, entry.lead),
      openedAt: null,
      outcome: null,
    });
    switch (entry.by) {
      case 'date':
        return period(entry.basis, null, entry.on);
      case 'meter': {
        const { base, reading, readOn } = entry;
        const due = base + entry.every;
        const basis = entry.done?.evidence ?? `at ${base}`;
        const same = open?.basis === basis ? open : undefined;
        const one = period(basis, base, reading >= due ? (same?.dueOn ?? readOn) : null);
        const near = reading >= due - entry.leadReading;
        return { ...one, opensOn: near ? (same?.opensOn ?? readOn) : null };
      }
      case 'condition': {
        const since = entry.since as string;
        const within = intervalOf(entry);
        const one = period(`since ${since}`, since, within ? addSpan(since, within) : since);
        return { ...one, opensOn: since };
      }
      default: {
        const base = entry.done?.on ?? entry.from;
        const every = intervalOf(entry);
        return period(entry.done?.evidence ?? base, base, every && addSpan(base, every));
      }
    }
  }

  #compareFixed(): void {
    const key = this.#doneKey();
    const [oldest] = this.#waiting();
    if (key !== null && key !== this.#lastDone && oldest) {
      oldest.outcome = 'done';
      this.#lastDone = key;
    }
    const coming = this.#waiting().find(({ openedAt }) => openedAt === null);
    if (!coming) {
      this.#addFixed();
      return;
    }
    const place = this.periods.indexOf(coming);
    Object.assign(coming, this.#fixedAfter(this.periods.slice(0, place)));
  }

  #addFixed(): void {
    if (this.#waiting().some(({ openedAt }) => openedAt === null)) return;
    this.periods.push({ ...this.#fixedAfter(this.periods), openedAt: null, outcome: null });
  }

  /** The first day of the schedule after the period before, and not before it was owed. */
  #fixedAfter(earlier: readonly Period[]): Omit<Period, 'openedAt' | 'outcome'> {
    const entry = this.#entry as Extract<ObligationEntry, { by: 'fixed' | 'done' }>;
    const every = intervalOf(entry);
    const last = earlier.at(-1);
    const after = last && last.outcome !== 'closed' ? last.dueOn : null;
    let dueOn: string | null = null;
    const isFromFirst = entry.by === 'fixed' && entry.atFrom === true;
    for (let k = isFromFirst ? 0 : 1; every && dueOn === null; k++) {
      const day = addSpan(entry.from, { ...every, n: every.n * k });
      if (day >= this.#since && (after === null || day > after)) dueOn = day;
    }
    return { basis: entry.from, base: entry.from, dueOn, opensOn: before(dueOn, entry.lead) };
  }
}

/** The truth of a set. */
export function tellTruth({ zone, obligations }: ObligationsFile, days: DaysFile): TruthFile {
  const periods: TruthFile['periods'] = {};
  const runs = days.runs.map((at) => Date.parse(at));
  const eventsOf = groupedBy(days.events, ({ id }) => id);
  for (const entry of obligations) {
    const story = new Story(entry, zone);
    let current = entry;
    const points = [
      {
        at: Date.parse(entry.entered ?? days.start),
        order: 0,
        act: (at: number) => story.enter(at),
      },
      ...(eventsOf.get(entry.id) ?? []).map((event) => ({
        at: Date.parse(event.at),
        order: 1,
        act: (at: number) => {
          current = changed(current, event);
          story.event(at, current, event.closed);
        },
      })),
      ...runs.map((at) => ({ at, order: 2, act: (now: number) => story.run(now) })),
    ].sort((a, b) => a.at - b.at || a.order - b.order);
    for (const { at, act } of points) act(at);
    periods[entry.id] = story.periods.map(({ dueOn, openedAt, outcome }) => ({
      dueOn,
      openedAt,
      outcome,
    }));
  }
  return { periods };
}
