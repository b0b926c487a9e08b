import type { Readable } from 'node:stream';
import type { Account } from '../access/account.ts';
import type { Transaction } from '../db/database.ts';
import type { Unit } from '../db/unit-of-work.ts';

export type FileKind = 'photo' | 'video' | 'audio' | 'document';

/** An uploaded file, after its check. */
export interface StoredFile {
  id: string;
  name: string;
  kind: FileKind;
  mediaType: string;
  bytes: number;
  /** SHA-256 of the original bytes: equal for the same file. */
  sha256: string;
  /** 64-bit perceptual hash as 16 hex digits, of photos; similar pictures differ in few bits. */
  perceptualHash: string | null;
  width: number | null;
  height: number | null;
  /** From the picture's metadata, before they were removed; may be wrong or missing. */
  takenAt: Date | null;
  takenWhere: { latitude: number; longitude: number } | null;
  uploadedBy: string;
  uploadedAt: Date;
  /** clean and unscanned may be used; unscanned means that no scanner is configured. */
  scan: 'clean' | 'unscanned' | 'pending' | 'infected';
  attachedTo: { entity: string; id: string; role: string } | null;
  /** Of videos and sounds. */
  durationSeconds: number | null;
  /**
   * What `read` returns: for photos our own JPEG, otherwise the bytes without location metadata.
   */
  shown: StoredBytes;
  /** A JPEG of at most 1280 pixels a side, of photos and videos. */
  preview: StoredBytes | null;
}

/** Bytes in the store. */
export interface StoredBytes {
  sha256: string;
  bytes: number;
  mediaType: string;
}

export type FileGuard = (account: Account, tx: Transaction, file: StoredFile) => Promise<boolean>;

export interface Files {
  /**
   * Attaches uploads to a record, so that they are kept. Each must be the caller's own, checked,
   * and unattached.
   *
   * @throws Problem `file.*`
   */
  attach(
    unit: Unit,
    ids: string[],
    to: { entity: string; id: string; role: string },
  ): Promise<StoredFile[]>;
  of(tx: Transaction, entity: string, id: string): Promise<StoredFile[]>;
  /** For the work of the account itself: it says nothing of who may read it. */
  find(tx: Transaction, id: string): Promise<StoredFile | null>;
  /**
   * The module decides who may read the files of an entity; without a guard they are not readable.
   *
   * @param mayReadOriginal who may have the original bytes, and see who sent them and where they
   *   were taken; left out: no one.
   * @param options.anonymous whether a reader without the right to the original must not learn who
   *   sent this file: they get a neutral name, and no documents but text.
   */
  guard(
    entity: string,
    mayRead: FileGuard,
    mayReadOriginal?: FileGuard,
    options?: { anonymous?: FileGuard },
  ): void;
  /** Files attached to other records with the same bytes, or a picture within `bits` of the hash. */
  lookalikes(
    tx: Transaction,
    file: StoredFile,
    bits: number,
  ): Promise<{ file: StoredFile; distance: number }[]>;
  /** The shown bytes: without the picture's metadata about place and device. */
  read(tenant: string, file: StoredFile, range?: { first: number; last: number }): Readable;
}
