import type { Permission } from './access/permissions.ts';
import type { Transaction } from './db/database.ts';
import type { Block, DocumentLanguage } from './documents/spec.ts';
import type { User } from './kit/routes.ts';
import type { Bilingual } from './manifest.ts';
import type { Services } from './module.ts';

/**
 * For whom a document of a person's file is made: the person, people of the company by the rights of the account that
 * prints it, or an authority or customer outside.
 */
export const fileRecipients = ['person', 'internal', 'outside'] as const;
export type FileRecipient = (typeof fileRecipients)[number];

/** Of whom and for whom a section is. */
export interface FileSubject {
  /** The person, whose file was not joined with another. */
  readonly person: string;
  /** The same, and the ids of files that were joined with it. */
  readonly ids: readonly string[];
  /** The account that prints it: its rights decide what a section says. */
  readonly user: User;
  readonly recipient: FileRecipient;
  readonly language: DocumentLanguage;
  /** The instant of which the states are. */
  readonly at: Date;
  /** Of lists and of counts of events; the summary is of `at`. */
  readonly period: { readonly from: Date; readonly until: Date };
  /** Of the plant, IANA. */
  readonly timeZone: string;
  /** Sealed fields in plain text, which the account revealed with a reason. */
  readonly revealed: Readonly<Partial<Record<'nationalId' | 'phone', string>>>;
  readonly services: Services;
}

export type FileRow = readonly [label: string, value: string];

/** A line of the summary, which the page of a file and its document show. */
export interface SummaryRow {
  /** Unique. */
  readonly id: string;
  readonly label: string;
  /** May have several lines. */
  readonly value: string;
  /** Whether it needs attention. */
  readonly isOpen?: boolean;
}

/** What a module adds to the document of a person's file. A module that is off adds nothing. */
export interface FileSection {
  /** Unique. */
  readonly id: string;
  readonly name: Bilingual;
  /** What others need over the person; the person needs nothing. */
  readonly permission: Permission;
  /** The feature that it belongs to. */
  readonly feature: string;
  /** Place in the document; what is smaller comes first. */
  readonly order: number;
  /** Who may have it; left out, all. */
  readonly recipients?: readonly FileRecipient[];
  /** Nothing that a reader of the page would not see. */
  read(tx: Transaction, subject: FileSubject): Promise<FileContent>;
}

/** What a section says. */
export interface FileContent {
  /** Lines of the summary at the top. */
  readonly summary?: readonly SummaryRow[];
  /** Empty: no section. */
  readonly blocks: readonly Block[];
}
