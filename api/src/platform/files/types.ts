import type { Readable } from 'node:stream';
import type { Account } from '../access/account.ts';
import type { Transaction } from '../db/database.ts';
import type { Unit } from '../db/unit-of-work.ts';

export type FileKind = 'photo' | 'video' | 'audio' | 'document';

/** A file that a person handed in, after it was checked. */
export interface StoredFile {
  id: string;
  name: string;
  kind: FileKind;
  mediaType: string;
  bytes: number;
  /** Of the bytes as they came: the same file again has the same. */
  sha256: string;
  /** 64-bit perceptual hash as 16 hex digits, of photos; alike pictures differ in few bits. */
  perceptualHash: string | null;
  width: number | null;
  height: number | null;
  /** From the picture's own data, before it was removed; both may be false or missing. */
  takenAt: Date | null;
  takenWhere: { latitude: number; longitude: number } | null;
  uploadedBy: string;
  uploadedAt: Date;
  /** clean and unscanned may be used; unscanned means that no scanner is configured. */
  scan: 'clean' | 'unscanned' | 'pending' | 'infected';
  attachedTo: { entity: string; id: string; role: string } | null;
  /** Of videos and sounds. */
  durationSeconds: number | null;
  /** What `read` gives: of photos our own JPEG, of the rest the bytes without data about place. */
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
   * Binds uploads to a record, so that they stay. Each must be the caller's own, checked, and free.
   *
   * @throws Problem `file.*`
   */
  attach(
    unit: Unit,
    ids: string[],
    to: { entity: string; id: string; role: string },
  ): Promise<StoredFile[]>;
  of(tx: Transaction, entity: string, id: string): Promise<StoredFile[]>;
  /**
   * Who may read the files of an entity is the module's to say; without a guard nobody may.
   *
   * @param mayReadOriginal who may have the bytes as they came, see who sent them and where they
   * were taken; left out where nobody may.
   */
  guard(entity: string, mayRead: FileGuard, mayReadOriginal?: FileGuard): void;
  /** Files attached to other records with the same bytes, or a picture within `bits` of the hash. */
  lookalikes(
    tx: Transaction,
    file: StoredFile,
    bits: number,
  ): Promise<{ file: StoredFile; distance: number }[]>;
  /** The bytes that are shown: without the picture's own data about place and device. */
  read(tenant: string, file: StoredFile, range?: { first: number; last: number }): Readable;
}
