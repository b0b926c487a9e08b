import type { Units } from '../../db/unit-of-work.ts';
import type { FilesModule } from '../../files/module.ts';
import { Problem } from '../../http/errors.ts';
import type { User } from '../../kit/routes.ts';
import type { CheckedRow } from '../check-rows.ts';
import { seeImportFile } from '../file-bytes.ts';
import type { Fault, ImportKind, RowFault, RowScan } from '../types.ts';
import { type ArchivedScan, openArchive, type ScanArchive } from './archive.ts';
import { scanMatcher, shownName } from './match.ts';

/** As of a scan that is uploaded by hand. */
export const MOST_SCAN_BYTES = 20 * 1024 * 1024;
/** Names of scans without a row that are kept. */
const MOST_NAMES = 100;
/** After that long a step says that it goes on, ms. */
const SIGN_MS = 10_000;

/** The types of scans by the end of their name, as a browser announces them. */
const TYPES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
};
/** The words of refusals of the file service. */
const CODES: Readonly<Record<string, string>> = {
  'file.script': 'scan-script',
  'file.script-unknown': 'scan-script-unknown',
  'file.infected': 'scan-infected',
  'file.too-large': 'scan-large',
  'file.type': 'scan-type',
  'file.mismatch': 'scan-type',
};

/** The scans of rows. */
export interface Scans {
  /** Looks the scans of rows up, with the checks of an upload by hand. */
  of(
    rows: readonly CheckedRow[],
  ): Promise<{ found: ReadonlyMap<number, RowScan>; faults: RowFault[] }>;
  /** How many there are, and those that no row named so far; null without an archive. */
  report(): ScansFound | null;
  close(): void;
}
export interface ScansFound {
  count: number;
  unused: number;
  /** The first of the unused ones. */
  names: string[];
}

export const reportOf = (
  scans: readonly ArchivedScan[],
  used: ReadonlySet<ArchivedScan>,
): ScansFound => {
  const unused = scans.filter((one) => !used.has(one));
  return {
    count: scans.length,
    unused: unused.length,
    names: unused.slice(0, MOST_NAMES).map(({ path }) => shownName(path)),
  };
};

/**
 * Opens the scans of an import.
 *
 * @param options.keeps whether they become uploads of the user, for the run; the check keeps nothing.
 * @param options.sign is called while the work goes on.
 */
export async function openScans(options: {
  units: Units;
  uploads: Pick<FilesModule, 'files' | 'inspect' | 'take'>;
  user: User;
  kind: ImportKind;
  /** Null where the import has no archive. */
  file: string | null;
  keeps: boolean;
  sign(): Promise<void>;
}): Promise<Scans> {
  const { units, uploads, user, kind, file, keeps, sign } = options;
  const archive: ScanArchive | null =
    file === null
      ? null
      : await openArchive(
          uploads.files,
          user.tenant,
          await seeImportFile(units, uploads.files, user, file),
        );
  const match = scanMatcher(archive?.scans ?? []);
  const used = new Set<ArchivedScan>();
  const known = new Map<ArchivedScan, Promise<RowScan | Fault>>();
  const kept = new Map<number, RowScan>();
  /** Whose row took a scan first. */
  const owners = new Map<ArchivedScan, string>();
  let signed = Date.now();

  async function look(scan: ArchivedScan): Promise<RowScan | Fault> {
    const name = shownName(scan.path);
    const size = `${Math.ceil(scan.bytes / 1024 / 1024)}`;
    if (scan.bytes > MOST_SCAN_BYTES) return { code: 'scan-large', params: { name, size } };
    const mediaType = TYPES[/\.([A-Za-z]+)$/.exec(scan.path)?.[1]?.toLowerCase() ?? ''];
    if (!mediaType) return { code: 'scan-type', params: { name } };
    let bytes: Buffer;
    try {
      bytes = await (archive as ScanArchive).read(scan);
    } catch {
      return { code: 'scan-broken', params: { name, detail: 'zip' } };
    }
    const loose = { name: shownName(scan.path), mediaType, bytes };
    try {
      const { sha256, scan: state } = await uploads.inspect(loose);
      const taken = keeps ? await uploads.take(user.account.id, loose) : null;
      return { name, sha256, file: taken, isPending: state === 'pending' };
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error;
      const code = CODES[error.code] ?? 'scan-broken';
      return { code, params: { name, size, detail: error.code } };
    }
  }

  /** One look for a scan of several rows; in the run each row has a file of its own. */
  function lookOnce(scan: ArchivedScan): Promise<RowScan | Fault> {
    const looked = (keeps ? undefined : known.get(scan)) ?? look(scan);
    known.set(scan, looked);
    return looked;
  }

  async function ofRow(
    { row, values }: CheckedRow,
    { file: fileColumn, number }: NonNullable<ImportKind['scans']>,
  ): Promise<RowScan | RowFault | null> {
    const before = kept.get(row);
    if (before) return before;
    const wanted = { file: values[fileColumn] ?? null, number: values[number] ?? null };
    if (archive === null) {
      return wanted.file === null ? null : { row, column: fileColumn, code: 'scan-no-archive' };
    }
    const matched = match(wanted);
    if (matched === null) return { row, column: null, code: 'scan-none' };
    if ('fault' in matched) {
      return { ...matched.fault, row, column: matched.by === 'file' ? fileColumn : number };
    }
    used.add(matched.scan);
    // Rows may name the same file in several ways.
    const by = kind.owned?.find(({ column }) => column === fileColumn)?.by;
    const owner = by === undefined ? null : (values[by]?.toUpperCase() ?? null);
    const first = owners.get(matched.scan);
    if (owner !== null && first === undefined) owners.set(matched.scan, owner);
    else if (owner !== null && first !== owner) {
      const params = { other: shownName(matched.scan.path) };
      return {
        row,
        column: wanted.file === null ? number : fileColumn,
        code: 'of-another',
        params,
      };
    }
    const looked = await lookOnce(matched.scan);
    if ('code' in looked) {
      return { ...looked, row, column: wanted.file === null ? number : fileColumn };
    }
    if (keeps) kept.set(row, looked);
    return looked;
  }

  return {
    async of(rows) {
      const found = new Map<number, RowScan>();
      const faults: RowFault[] = [];
      if (kind.scans === undefined) return { found, faults };
      for (const one of rows) {
        const looked = await ofRow(one, kind.scans);
        if (looked !== null && 'code' in looked) faults.push(looked);
        else if (looked !== null) {
          found.set(one.row, looked);
          if (looked.isPending) faults.push({ row: one.row, column: null, code: 'scan-pending' });
        }
        if (Date.now() - signed > SIGN_MS) {
          signed = Date.now();
          await sign();
        }
      }
      return { found, faults };
    },
    report: () => (archive === null ? null : reportOf(archive.scans, used)),
    close: () => archive?.close(),
  };
}
