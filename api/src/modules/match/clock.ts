import { DateTime } from 'luxon';
import { dayAt, type RuleAnswer, type RuleFacts, ruleAt } from '../../platform/rules/rule-at.ts';
import { shifted } from '../../platform/rules/term-end.ts';
import type { RuleBook } from '../../platform/rules/types.ts';
import type { Period } from './input.ts';

/** The rule that decided, as a decision keeps it. */
export interface UsedRule {
  rule: string;
  state: RuleAnswer['state'];
  /** First day of the version of the law; null where none is in force, or it is not recorded. */
  from: string | null;
  override: string | null;
}

/**
 * An instant with the rules that hold at it. Each comparison with a time notes when its result changes next, so that
 * a decision knows until when it holds.
 */
export class MatchClock {
  readonly today: string;
  readonly #book: RuleBook;
  readonly #at: number;
  #until = Number.POSITIVE_INFINITY;
  readonly #used = new Map<string, UsedRule>();
  readonly #answers = new Map<string, RuleAnswer>();
  readonly #shared: AtInstant;

  constructor(book: RuleBook, at: Date) {
    this.#book = book;
    this.#at = at.getTime();
    this.#shared = atInstant(book, at);
    this.today = this.#shared.today;
  }

  /** The first later instant at which an answer changes; null where none does. */
  get until(): Date | null {
    return Number.isFinite(this.#until) ? new Date(this.#until) : null;
  }

  /** The rules that were asked, by id. */
  get used(): UsedRule[] {
    return [...this.#used.values()].sort((a, b) => (a.rule < b.rule ? -1 : 1));
  }

  /** Whether an instant is reached. */
  isPast(instant: string | number): boolean {
    const time = typeof instant === 'number' ? instant : Date.parse(instant);
    if (time > this.#at) this.#until = Math.min(this.#until, time);
    return time <= this.#at;
  }

  /** Whether an instant lies on a day or after it. */
  isOnOrAfter(instant: string, day: string): boolean {
    return Date.parse(instant) >= this.#midnight(day);
  }

  /** Whether a day has begun. */
  hasBegun(day: string): boolean {
    return this.isPast(this.#midnight(day));
  }

  /** Whether a day is over: the last day of a certificate counts to its end. */
  isOver(day: string): boolean {
    return this.isPast(midnightAfter(day, this.#book.timeZone));
  }

  /** Whether the instant lies in a period. Its end does not belong to it. */
  isIn({ from, until }: Period): boolean {
    const began = this.isPast(from);
    const ended = until !== null && this.isPast(until);
    return began && !ended;
  }

  /** What a rule says now. */
  rule(id: string, facts: RuleFacts = {}): RuleAnswer {
    const key = `${id} ${facts.issuedOn ?? ''}`;
    const known = this.#answers.get(key);
    if (known) return known;
    const answer =
      this.#shared.answers.get(key) ?? ruleAt(this.#book, id, new Date(this.#at), facts);
    this.#shared.answers.set(key, answer);
    this.#answers.set(key, answer);
    if (answer.until) this.isPast(answer.until.getTime());
    this.#used.set(id, {
      rule: id,
      state: answer.state,
      from: answer.version?.from ?? null,
      override: answer.override?.id ?? null,
    });
    return answer;
  }

  #midnight(day: string): number {
    return midnightOf(day, this.#book.timeZone);
  }
}

/** Values of a rule book at an instant that are the same for all people. */
interface AtInstant {
  at: number;
  today: string;
  answers: Map<string, RuleAnswer>;
}

/** Cache of the last instant by rule book: all candidates of a ranking are matched at the same instant. */
const instants = new WeakMap<RuleBook, AtInstant>();

function atInstant(book: RuleBook, at: Date): AtInstant {
  const known = instants.get(book);
  if (known?.at === at.getTime()) return known;
  const made = { at: at.getTime(), today: dayAt(at, book.timeZone), answers: new Map() };
  instants.set(book, made);
  return made;
}

/** Midnights that were computed: the time zone database is slow to ask, and the days of people repeat. */
const midnights = new Map<string, number>();
const MOST_MIDNIGHTS = 20_000;

function known(key: string, compute: () => number): number {
  let at = midnights.get(key);
  if (at === undefined) {
    at = compute();
    if (midnights.size >= MOST_MIDNIGHTS) midnights.clear();
    midnights.set(key, at);
  }
  return at;
}

/** The start of a day, `YYYY-MM-DD`, in a time zone, ms since the epoch. */
export const midnightOf = (day: string, zone: string): number =>
  known(`${day} ${zone}`, () => DateTime.fromISO(day, { zone }).startOf('day').toMillis());

/** The end of a day. */
export const midnightAfter = (day: string, zone: string): number =>
  known(`${day}+ ${zone}`, () => midnightOf(shifted(day, 1, 'days'), zone));

/** The later of two days. */
export const laterOf = (a: string, b: string): string => (a > b ? a : b);
