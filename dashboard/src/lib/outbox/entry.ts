/**
 * State of a report: a `draft` is being edited, `refused` needs the user, all others proceed
 * automatically.
 */
export type OutboxState = 'draft' | 'waiting' | 'sending' | 'sent' | 'refused';

/** Why a report or a file of it was refused. */
export interface OutboxProblem {
  code: string;
  text: string;
  /** The file concerned; null for the report itself. */
  file: string | null;
}

/** An unmodified photo, video or recording: originals are evidence. */
export interface OutboxFile {
  id: string;
  report: string;
  user: string;
  name: string;
  type: string;
  blob: Blob;
  /** The upload's address, to resume it. */
  uploadUrl: string | null;
  /** Its id in the API, once it is complete and accepted. */
  fileId: string | null;
  sentBytes: number;
}

/** A report stored on the phone until the API has it. */
export interface OutboxEntry<Report = unknown> {
  /** The ULID of the future record: sending is idempotent. */
  id: string;
  /** Its user: other users of this phone neither send nor see it. */
  user: string;
  report: Report;
  /** Ids of its files, in order. */
  files: string[];
  state: OutboxState;
  createdAt: number;
  attempts: number;
  /** Time of the next attempt, ms since the epoch. */
  nextTryAt: number;
  problem: OutboxProblem | null;
  sentAt: number | null;
  /** The API's response: the record's number. */
  receipt: { no: string } | null;
}

/** Persists reports and files. Each call is one transaction. */
export interface OutboxStore {
  entries(user: string): Promise<OutboxEntry[]>;
  entry(id: string): Promise<OutboxEntry | null>;
  /** Adds a report with its files, atomically. */
  add(entry: OutboxEntry, files: OutboxFile[]): Promise<void>;
  /** Updates an existing report; a removed one stays removed. */
  update(id: string, part: Partial<OutboxEntry>): Promise<void>;
  file(id: string): Promise<OutboxFile | null>;
  updateFile(id: string, part: Partial<OutboxFile>): Promise<void>;
  removeFile(entryId: string, fileId: string): Promise<void>;
  /** Removes the bytes of a delivered report; the report itself stays as a receipt. */
  dropFiles(id: string): Promise<void>;
  remove(id: string): Promise<void>;
}

const firstDelay = 2_000;
const longestDelay = 5 * 60_000;

/** Retry delay by number of failures, ms: 2, 4, 8 s … 5 min, with jitter. */
export function retryDelay(attempts: number, random: number): number {
  const base = Math.min(longestDelay, firstDelay * 2 ** Math.max(0, attempts - 1));
  return Math.round(base * (0.75 + 0.5 * random));
}
