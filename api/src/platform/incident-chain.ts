import type { Account } from './access/account.ts';
import type { Permission } from './access/permissions.ts';
import { isWithin, reachOf } from './access/scope.ts';
import type { Transaction } from './db/database.ts';
import type { Bilingual } from './manifest.ts';

/** Before: what should have prevented it. During: what ran and reacted. After: what was made of it. */
export const chainParts = ['before', 'during', 'after'] as const;
export type ChainPart = (typeof chainParts)[number];

/** Entries of one source at most: each source reads one more, to say that there are more. */
export const CHAIN_MOST = 20;

/** A finding of the incident that the account sees. */
export interface ChainFinding {
  readonly id: string;
  /** A rule, or a missing item as `missing-ppe/<item>`. */
  readonly kind: string;
  readonly camera: string;
  readonly startedAt: Date;
  /** Null where it lasts. */
  readonly endedAt: Date | null;
}

/** What sources read about: an incident as far as the account sees it. */
export interface ChainSubject {
  readonly incident: string;
  /** Ids of the incident and of those that were merged into it. */
  readonly incidents: readonly string[];
  readonly site: string;
  /** Of the plant: in it days begin and end. */
  readonly timeZone: string;
  /** The areas of the register that its findings were in; empty where that is not known. */
  readonly areas: readonly string[];
  readonly findings: readonly ChainFinding[];
  readonly startedAt: Date;
  /** The latest end that is known. */
  readonly endedAt: Date;
  /** Whom the account sees named; null for none. */
  readonly person: ChainPerson | null;
}

/** The person whom the incident names. */
export interface ChainPerson {
  id: string;
  name: string;
  /** Of the file and of those that were joined with it. */
  ids: readonly string[];
  /** Where the person belongs; null where the file is gone. */
  place: { department: string; site: string | null } | null;
}

/** One entry of the chain. */
export interface ChainEntry {
  /** Unique within its source. */
  id: string;
  /** Null for what held at the time of the incident, such as a fence. */
  at: Date | null;
  /** When it ended; null where it has no end, or is one instant. */
  until?: Date | null;
  title: Bilingual;
  detail?: Bilingual | null;
  tone?: 'neutral' | 'ok' | 'warn' | 'danger';
  /** The page of the record in the dashboard; null for none. */
  link?: string | null;
}

/**
 * What one module adds to the chain of an incident. A source whose feature is off, or whose permission the account lacks, is
 * left out as if it was not there.
 */
export interface ChainSource {
  /** Unique. */
  readonly kind: string;
  readonly name: Bilingual;
  readonly part: ChainPart;
  /** What the account needs. */
  readonly permission: Permission;
  /** Reading it is noted as a query of the audit log, as the list of the log notes it. */
  readonly isAuditQuery?: true;
  /** The feature that it belongs to. */
  readonly feature: string;
  /**
   * `place`: any incident that the account sees. `whole`: only one that it sees whole. `person`: only where the account sees a
   * name, and has the permission over that person.
   */
  readonly of: 'place' | 'whole' | 'person';
  /**
   * At most {@link CHAIN_MOST} entries and one more, in a number of queries that does not depend on the rows: nothing that a
   * reader of the list of the module would not see.
   */
  read(tx: Transaction, subject: ChainSubject, account: Account): Promise<readonly ChainEntry[]>;
}

/** A place on a floor plan, metres. */
export interface PlanPoint {
  readonly floorPlan: string;
  readonly point: readonly number[];
}

/** Position of a person or a tag at an instant; coordinates are metres on the floor plan. */
export interface PlaceFix {
  at: Date;
  floorPlan: string | null;
  x: number | null;
  y: number | null;
  /** Radius that holds 95 %, metres. */
  radius: number | null;
  area: string | null;
  /** Received long after its time. */
  late: boolean;
}

/** Place and time span of an incident. */
export interface Around {
  readonly areas: readonly string[];
  /** Places of its findings. */
  readonly points: readonly PlanPoint[];
  readonly from: Date;
  readonly to: Date;
}

/** A vehicle near an incident. */
export interface NearVehicle {
  id: string;
  /** Plate, or the company number. */
  plate: string;
  kindName: Bilingual;
  /** Name of the driver signed on at the start of the incident, if the incident names that person. */
  driver: string | null;
  /** In the order of time. */
  fixes: readonly PlaceFix[];
}

/**
 * Vehicles near an incident; absent if the feature is off, or if the account lacks the permission or the one to positions.
 */
export interface VehiclesNear {
  readonly feature: string;
  readonly permission: Permission;
  read(
    tx: Transaction,
    subject: ChainSubject,
    account: Account,
    around: Around,
  ): Promise<{ vehicles: readonly NearVehicle[]; more: boolean }>;
}

/** A text that is the same in both languages, such as a name. */
export const plainText = (text: string): Bilingual => ({ zh: text, en: text });

/** Texts one after another, in each language with its own separator; null for none. */
export function joinTexts(texts: readonly (Bilingual | null | undefined)[]): Bilingual | null {
  const some = texts.filter((one) => one !== null && one !== undefined);
  if (some.length === 0) return null;
  return {
    zh: some.map(({ zh }) => zh).join('，'),
    en: some.map(({ en }) => en).join(', '),
  };
}

/** The instant so many ms before or after another. */
export const shifted = (at: Date, ms: number): Date => new Date(at.getTime() + ms);

/** Whether the account has the permission over the person. */
export const mayReadOf = (
  account: Account,
  permission: Permission,
  { id, place }: ChainPerson,
): boolean =>
  place !== null &&
  account.permissions.has(permission) &&
  isWithin(account, reachOf(account, permission), { person: id, ...place });

/**
 * The page of what is known of the person: the account's own, the file where the account reads it, else none.
 *
 * @param own the page on which people read it of themselves.
 */
export function personLink(
  account: Account,
  person: ChainPerson,
  own: '/me/violations' | '/me/qualifications',
): string | null {
  if (account.person !== null && person.ids.includes(account.person)) return own;
  return mayReadOf(account, 'person:read', person) ? `/people/${person.id}/file` : null;
}
