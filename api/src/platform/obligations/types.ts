import type { Transaction } from '../db/database.ts';
import type { Unit } from '../db/unit-of-work.ts';
import type { User } from '../kit/routes.ts';
import type { Bilingual, Interval } from '../manifest.ts';
import type { ObligationKindId } from './kinds.ts';

/*
 * How a module has something fall due:
 *
 * 1. Its manifest declares the kind under `obligations`: words, notice, who is told, lead time.
 * 2. Its `open.ts` provides the rows: `obligations.provide('supplier-certificate', provider)`.
 * 3. Wherever it changes such a row, it calls `obligations.refresh(unit, kind, sources)` in the same
 *    unit of work, after its writes. It says nothing of what changed: `read` is asked for what is owed
 *    now and compared with the cases. So a first entry, a renewal, a correction, a retirement and a
 *    return are one call.
 *
 * Nothing else is needed: cases, notices, lists and the page follow. Rows that were there before the
 * kind was, or came with a backup, are found by the reconciliation at the start and every morning.
 */

/** An interval, or the rule of law that says it. */
export type Every = Interval | RuleInterval;

/** An interval from `platform/rules`: the law, or what the company set in its place. */
export interface RuleInterval {
  readonly rule: string;
  /** A rule that keeps the terms of issue takes those of this day. */
  readonly issuedOn?: string;
  /** Where the rule does not say it. Left out, the day is not known, and nothing is told. */
  readonly otherwise?: Interval;
}

/** The last time that it was done. */
export interface Done {
  /** The day, `YYYY-MM-DD`. */
  readonly on: string;
  /** The id of the record that proves it. Left out, the day itself tells one time from the next. */
  readonly evidence?: string;
}

/** When something falls due. Days are `YYYY-MM-DD`. */
export type Due =
  | {
      readonly by: 'date';
      /** The last day on which all is well; null: not known. */
      readonly on: string | null;
      /**
       * The id of the document that the day stands in. The same document with another day is a
       * correction and moves the case; another document with a later day is a renewal: it ends the
       * case and opens the next period.
       */
      readonly basis: string;
      /** It was handed back or settled: the case ends, and none follows. */
      readonly done?: Done | null;
    }
  | {
      /**
       * `fixed`: at each interval counted from `from`, whenever it was done; each period is a case. A
       * time that it was done ends the oldest case that has not ended. `done`: one interval after the
       * last time, or after `from` before the first.
       */
      readonly by: 'fixed' | 'done';
      readonly from: string;
      /** Of `fixed`: the first period is due on `from` itself, and not one interval after it. */
      readonly atFrom?: boolean;
      readonly every: Every;
      readonly done?: Done | null;
    }
  | {
      /** Where a meter reaches `base + every`. */
      readonly by: 'meter';
      readonly every: number;
      /** How much before that the case opens. */
      readonly lead?: number;
      /** The reading at the last time that it was done. */
      readonly base: number;
      readonly reading: number;
      /** The day of the reading. */
      readonly readOn: string;
      readonly done?: Done | null;
    }
  | {
      /** While a condition holds. */
      readonly by: 'condition';
      /**
       * What is owed stands while the condition does not hold: a case is planned, without a day. Where the condition is over
       * before it was done, that case is closed as not needed, and the next one is planned. Left out: there is a case only while
       * the condition holds, and its end settles it.
       */
      readonly standing?: boolean;
      /** The day since which it holds; null: it does not, and a case of it ends. */
      readonly since: string | null;
      /** The time to settle it; left out, it is due at once. */
      readonly within?: Every;
      readonly basis?: string;
      readonly done?: Done | null;
    };

/** Why nothing is owed any more. */
export const closedReasons = ['left', 'retired', 'out-of-use', 'not-needed', 'gone'] as const;
export type ClosedReason = (typeof closedReasons)[number];

/** What a row of a module owes. */
export interface Owed {
  /** The row, unique within the kind, up to 128 characters. */
  readonly source: string;
  /** The id of the subject. */
  readonly subject: string;
  /** The kind of the subject, where it is not that of the declaration. */
  readonly subjectKind?: string;
  /** The person whose duty it is: they see it, and their name is read and not copied. */
  readonly person?: string | null;
  /** Who has to see to it, where the subject does not say so. They see it, and are told before the others. */
  readonly responsible?: Responsible | null;
  /** The name of a subject that is no person. */
  readonly name?: Bilingual | null;
  /** Which of its things: the kind of the certificate, the number of the badge. */
  readonly detail?: Bilingual | null;
  readonly department?: string | null;
  readonly site?: string | null;
  /** IANA name of the place; left out, that of the working calendar. */
  readonly zone?: string | null;
  /** In place of the lead time of the kind. */
  readonly lead?: Every;
  /** Days after the day that counts before it is overdue, in place of those of the kind. */
  readonly grace?: number;
  readonly due: Due;
}

/** A person, or all who hold a role. */
export type Responsible = { readonly person: string } | { readonly role: string };

/** A row that owes nothing any more, and why. */
export interface NotOwed {
  readonly source: string;
  readonly closed: ClosedReason;
}

/** A completion from the page of obligations. */
export interface Completion {
  readonly user: User;
  /** The day on which it was done. */
  readonly on: string;
  readonly note: string;
  /** The uploads that prove it. They are attached to the case afterwards. */
  readonly files: readonly string[];
}

/** What ends a case besides its evidence, where a person recorded it on the page of obligations. */
export interface EndedBy {
  readonly user: string;
  readonly note: string;
}

/** What a module answers about its rows. */
export interface ObligationProvider {
  /**
   * What these rows owe now, as the transaction sees them; of `null`, all rows of the module. A
   * source that is left out is closed as gone.
   */
  read(tx: Transaction, sources: readonly string[] | null): Promise<(Owed | NotOwed)[]>;
  /**
   * Writes the module's own record that it was done, with its audit line. What it owes afterwards is
   * read again. Needed where the kind declares `complete`.
   *
   * @returns `waits` where it was recorded, and another person has to confirm it before the case ends.
   * @throws Problem where it cannot be recorded.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: most modules return nothing.
  complete?(unit: Unit, source: string, done: Completion): Promise<'waits' | void>;
}

export interface Obligations {
  /** @throws Error where the kind has a provider already. */
  provide(kind: ObligationKindId, provider: ObligationProvider): void;
  /**
   * Brings the cases of these rows in line with them, in the same unit of work. Idempotent: without
   * a change of the rows it writes nothing.
   *
   * @param endedBy who did what ends a case, where that is not the caller.
   */
  refresh(
    unit: Unit,
    kind: ObligationKindId,
    sources: readonly string[],
    endedBy?: EndedBy,
  ): Promise<void>;
  /** The days to which open cases of these rows were postponed, by source. */
  postponed(
    tx: Transaction,
    kind: ObligationKindId,
    sources: readonly string[],
  ): Promise<ReadonlyMap<string, string>>;
}
