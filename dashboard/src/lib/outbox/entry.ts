/**
 * Where a report is on its way: a `draft` is still being filled in, `refused` waits for the person,
 * everything else goes by itself.
 */
export type OutboxState = 'draft' | 'waiting' | 'sending' | 'sent' | 'refused';

/** Why a report or a file of it was not taken. */
export interface OutboxProblem {
  code: string;
  text: string;
  /** The file that it is about; null where it is the report itself. */
  file: string | null;
}

/** A photo, video or recording as it came from the phone: originals are evidence. */
export interface OutboxFile {
  id: string;
  report: string;
  user: string;
  name: string;
  type: string;
  blob: Blob;
  /** Where the upload goes on after a break. */
  uploadUrl: string | null;
  /** What the API calls it, once all of it is there and was taken. */
  fileId: string | null;
  sentBytes: number;
}

/** A report that lives on the phone until the API has it. */
export interface OutboxEntry<Report = unknown> {
  /** The ULID of the record to be: sent twice, it is still one record. */
  id: string;
  /** Whose it is: nobody else on this phone sends or sees it. */
  user: string;
  report: Report;
  /** Ids of its files, in the order in which they were taken. */
  files: string[];
  state: OutboxState;
  createdAt: number;
  attempts: number;
  /** When it is tried next, ms since the epoch. */
  nextTryAt: number;
  problem: OutboxProblem | null;
  sentAt: number | null;
  /** What the API answered: the number by which people call the record. */
  receipt: { no: string } | null;
}

/** Keeps reports and files over reloads. Each call is one transaction. */
export interface OutboxStore {
  entries(user: string): Promise<OutboxEntry[]>;
  entry(id: string): Promise<OutboxEntry | null>;
  /** Adds a report with its files, or neither. */
  add(entry: OutboxEntry, files: OutboxFile[]): Promise<void>;
  /** Changes what is there; a report that was removed meanwhile stays removed. */
  update(id: string, part: Partial<OutboxEntry>): Promise<void>;
  file(id: string): Promise<OutboxFile | null>;
  updateFile(id: string, part: Partial<OutboxFile>): Promise<void>;
  removeFile(entryId: string, fileId: string): Promise<void>;
  /** Removes the bytes of a report that has arrived; the report itself stays as a receipt. */
  dropFiles(id: string): Promise<void>;
  remove(id: string): Promise<void>;
}

const firstDelay = 2_000;
const longestDelay = 5 * 60_000;

/** Pause after so many failed tries, ms: 2, 4, 8 s … 5 min, spread so that phones do not come at once. */
export function retryDelay(attempts: number, random: number): number {
  const base = Math.min(longestDelay, firstDelay * 2 ** Math.max(0, attempts - 1));
  return Math.round(base * (0.75 + 0.5 * random));
}
