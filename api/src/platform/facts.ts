import type { Prisma } from '../generated/prisma/client.ts';
import type { Account } from './access/account.ts';
import type { Permission } from './access/permissions.ts';
import type { Transaction } from './db/database.ts';
import type { Unit } from './db/unit-of-work.ts';
import type { FileSection } from './file-sections.ts';
import type { ChainSource, VehiclesNear } from './incident-chain.ts';
import type { Bilingual } from './manifest.ts';

/**
 * A module's answers about its records, so that no other module reads its tables: its `facts.ts`
 * exports `facts`, and its manifest says `facts: true`. `modules/facts.ts` queries them all.
 */
export interface ModuleFacts {
  /** The module's records about one person, area or machine, within the account's reach. */
  about?: {
    person?(tx: Transaction, id: string, account: Account): Promise<FactSet>;
    area?(tx: Transaction, id: string, account: Account): Promise<FactSet>;
    equipment?(tx: Transaction, id: string, account: Account): Promise<FactSet>;
  };
  /** The module's data about a person, for that person (PIPL articles 44 and 45). */
  ownData?: {
    show?(tx: Transaction, subject: DataSubject): Promise<FactSet>;
    /** In addition to `show`, in the person's data export. */
    export?(tx: Transaction, subject: DataSubject): Promise<Record<string, unknown>>;
  };
  /** Events of a person's file, see `modules/person-timeline`. */
  timeline?: readonly TimelineSource[];
  /** What it adds to the chain of an incident, see `modules/incident-chain`. */
  chain?: readonly ChainSource[];
  /** Vehicles on the plan of an incident, see `modules/incident-chain`. */
  vehiclesNear?: VehiclesNear;
  /** Sections of the document of a person's file, see `modules/person-timeline`. */
  fileSections?: readonly FileSection[];
  /** What uses a site, or one of its floor plans: neither is removed meanwhile. */
  uses?: PlaceUses;
  /** Removes records beyond their retention term; the terms are those of the data policies. */
  purgers?: readonly Purger[];
  /** Removes data that a person may have erased (PIPL article 47), and reports what was removed. */
  erase?(unit: Unit, person: ErasedPerson): Promise<readonly Erased[]>;
  /** Removes data collected under a withdrawn consent. Returns the number of records. */
  consentEnded?(unit: Unit, person: string, purpose: string): Promise<number>;
  /** What it says of two files of one person, and does when they are joined. */
  merge?: MergeFacts;
  /** What is open of a person who is to leave, before it is entered; kinds without any are left out. */
  leaving?(tx: Transaction, person: string): Promise<OpenAtLeaving[]>;
  /** A subquery of more files of violations, which have the term of their evidence: `violation_id`, `sha256`, `is_rendition`. */
  violationFiles?: Prisma.Sql;
  /** A subquery of ids of violations whose evidence is needed beyond its term. */
  violationsInUse?: Prisma.Sql;
  /** The same of those that people hold with a reason: purges say how much they left because of it. */
  violationsHeld?: Prisma.Sql;
}

/** One kind of event of people's files, for the joined timeline. */
export interface TimelineSource {
  /** Unique. */
  readonly kind: string;
  readonly name: Bilingual;
  /** What others need over the person to read it; the person always reads it. */
  readonly permission: Permission;
  /** The feature that it belongs to. */
  readonly feature: string;
  /** It is in no document for those outside of the company. */
  readonly internal?: true;
  /** It is from positions: in a document only while the person agrees to this purpose. */
  readonly consent?: string;
  /** Which events may be in a document for those outside, as a condition on `r`; left out, all. */
  readonly outside?: Prisma.Sql;
  /** The detail of its events is for the company alone: words that people wrote, or what tells of health. */
  readonly internalDetail?: true;
  /**
   * A query of the rows of these ids of one person: `id` (text), `at` (timestamptz), `day` (boolean: the hour
   * says nothing) and `data` (jsonb). Filtered and paged around it, so its columns are those of an index.
   *
   * @param reader for kinds whose records have a reach of their own, such as that of the place of a hazard.
   * @param span rows outside of it may be left out.
   */
  rows(people: readonly string[], reader: TimelineReader, span: TimelineSpan): Prisma.Sql;
  /**
   * For rows that are computed from many others: a part of the span that holds the last `count` rows of it, or the span where
   * there are fewer. Left out, a condition on `at` finds the rows of a span by an index.
   */
  narrow?(
    tx: Transaction,
    people: readonly string[],
    span: TimelineSpan,
    count: number,
  ): Promise<TimelineSpan>;
  /** The words of rows, in their order: nothing that a reader of the list of the module would not see. Instants are written in the time zone. */
  show(tx: Transaction, rows: readonly TimelineRow[], timeZone: string): Promise<TimelineWords[]>;
}

/** A part of a timeline, both ends included; an open one is null. */
export interface TimelineSpan {
  readonly from: Date | null;
  readonly to: Date | null;
}

/** Who reads a timeline. */
export interface TimelineReader {
  readonly account: Account;
  /** Whether it is the account's own person: nothing is left out then. */
  readonly isOwn: boolean;
}

export interface TimelineRow {
  id: string;
  at: Date;
  data: unknown;
}

export interface TimelineWords {
  title: Bilingual;
  detail: Bilingual | null;
  /** The record on whose page it is read, where that is not the one of the id. */
  record?: string;
  tone: 'neutral' | 'ok' | 'warn' | 'danger';
}

/** What may use a site or a floor plan. */
export const placeUseKinds = [
  'floor-plan',
  'camera',
  'area',
  'department',
  'reader',
  'reference',
  'hazard',
  'violation',
  'incident',
  'safety-entry',
  'clock-event',
  'shift-note',
  'shift-handover',
] as const;

/** Records that use a site or a floor plan. */
export interface PlaceUse {
  kind: (typeof placeUseKinds)[number];
  count: number;
  /** Some of them, of what all who set up a plant may know; records are only counted. */
  items: { id: string; name: Bilingual }[];
}

export interface PlaceUses {
  site?(tx: Transaction, site: string): Promise<PlaceUse[]>;
  floorPlan?(tx: Transaction, at: { site: string; plan: string }): Promise<PlaceUse[]>;
}

/** So many are named. */
const MOST_NAMED = 20;

/** Uses that are named, by their ids. */
export const namedUse = (
  kind: PlaceUse['kind'],
  rows: readonly { id: string; name: unknown }[],
): PlaceUse => ({
  kind,
  count: rows.length,
  items: rows.slice(0, MOST_NAMED).map(({ id, name }) => ({ id, name: name as Bilingual })),
});

/** Uses that are counted alone. */
export const countedUse = (kind: PlaceUse['kind'], count: number): PlaceUse => ({
  kind,
  count,
  items: [],
});

/** Numbers and short lists by name. Counts are under `counts`. */
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

/** One class of data with removed records. */
export interface Erased {
  policy: string;
  count: number;
}

/** One record or file that was removed. */
export interface Removed {
  id: string;
  at: Date;
  /** A file of the evidence store that is removed with it. */
  file?: { sha256: string; bytes: number };
}

/** Removes up to `most` records of a class that are older than the cutoff. */
export interface Purger {
  policy: string;
  most: number;
  /** Runs after all others, because their records refer to these. */
  last?: true;
  remove(tx: Transaction, cutoff: Date, most: number): Promise<Removed[]>;
  /** How many records are over their term and stay, because people hold them. */
  held?(tx: Transaction, cutoff: Date): Promise<number>;
}

/** What one who leaves would leave open, of one kind. */
export interface OpenAtLeaving {
  name: Bilingual;
  count: number;
  /** The first of them: what it is called, and its page. */
  items: { text: Bilingual; link: string | null }[];
}

/** So many things that are open at leaving are named. */
const MOST_OPEN_NAMED = 10;

/** The rows of one kind as {@link OpenAtLeaving}; nothing for none. */
export const openOf = (name: Bilingual, items: OpenAtLeaving['items']): OpenAtLeaving[] =>
  items.length === 0 ? [] : [{ name, count: items.length, items: items.slice(0, MOST_OPEN_NAMED) }];

/** Two files of one person: `from` is joined with `into`, which remains. */
export interface PersonPair {
  from: string;
  into: string;
}

/** What speaks against joining two files, or has to be known before. */
export interface MergeConflict {
  code: string;
  /** The files cannot be joined while it is so; else it has to be accepted. */
  blocks: boolean;
  /** What it is, and what to do. */
  text: Bilingual;
}

/** Why two files may be of one person. */
export interface PossibleDouble {
  people: readonly [string, string];
  reason: 'national-id' | 'phone' | 'outside-id' | 'name';
}

export interface MergeFacts {
  /** Files that may be of one person. */
  doubles?(tx: Transaction): Promise<PossibleDouble[]>;
  conflicts?(tx: Transaction, pair: PersonPair): Promise<MergeConflict[]>;
  /** Merges data that is not held in a person column, after the rows have moved. Not undone. */
  join?(unit: Unit, pair: PersonPair): Promise<void>;
}
