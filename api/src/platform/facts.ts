import type { Prisma } from '../generated/prisma/client.ts';
import type { Account } from './access/account.ts';
import type { Transaction } from './db/database.ts';
import type { Unit } from './db/unit-of-work.ts';

/**
 * What a module answers when others ask about its records, so that nobody reads its tables: its
 * `facts.ts` exports `facts`, and its manifest says `facts: true`. `modules/facts.ts` asks them all.
 */
export interface ModuleFacts {
  /** What the module knows of one person, area or machine, as far as the account may see it. */
  about?: {
    person?(tx: Transaction, id: string, account: Account): Promise<FactSet>;
    area?(tx: Transaction, id: string, account: Account): Promise<FactSet>;
    equipment?(tx: Transaction, id: string, account: Account): Promise<FactSet>;
  };
  /** What the module holds about a person, for that person (PIPL articles 44 and 45). */
  ownData?: {
    show?(tx: Transaction, subject: DataSubject): Promise<FactSet>;
    /** Beside `show`, in the file that the person takes along. */
    export?(tx: Transaction, subject: DataSubject): Promise<Record<string, unknown>>;
  };
  /** What removes records that are over their term; the terms are those of the data policies. */
  purgers?: readonly Purger[];
  /** Removes what a person may have removed (PIPL article 47), and says what was. */
  erase?(unit: Unit, person: ErasedPerson): Promise<readonly Erased[]>;
  /** Removes what was collected by a consent that ended. Returns how many records. */
  consentEnded?(tx: Transaction, person: string, purpose: string): Promise<number>;
  /** A subquery of ids of violations whose evidence is needed beyond its term. */
  violationsInUse?: Prisma.Sql;
}

/** Numbers and short lists by name. Numbers that are counted stand under `counts`. */
export interface FactSet {
  counts?: Record<string, number | null>;
  [name: string]: unknown;
}

export interface DataSubject {
  person: string;
  /** Their account. */
  user: string;
}

export interface ErasedPerson {
  id: string;
  status: string;
}

/** One class of data of which records were removed. */
export interface Erased {
  policy: string;
  count: number;
}

/** One record or file that was removed. */
export interface Removed {
  id: string;
  at: Date;
  /** A file of the evidence store that goes with it. */
  file?: { sha256: string; bytes: number };
}

/** Removes up to `most` records of a class that are older than the cutoff. */
export interface Purger {
  policy: string;
  most: number;
  /** Runs after all others, because records of others point to these. */
  last?: true;
  remove(tx: Transaction, cutoff: Date, most: number): Promise<Removed[]>;
}
