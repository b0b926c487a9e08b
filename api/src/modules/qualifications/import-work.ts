import type { Unit } from '../../platform/db/unit-of-work.ts';
import { removeAttachedFile } from '../../platform/files/attached.ts';
import type { Files } from '../../platform/files/types.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { FieldError } from '../../platform/http/field-errors.ts';
import type {
  Change,
  Fault,
  ImportUpdates,
  ImportWork,
  RowFault,
  Values,
  WorkRow,
} from '../../platform/imports/types.ts';
import { maskText } from '../../platform/imports/values.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { RuleBook } from '../../platform/rules/types.ts';
import { namesOf, readWhat, type What } from './import-cells.ts';
import { findHolders, type Holder } from './import-people.ts';
import { type OnRecord, readRecords } from './import-records.ts';
import type { Numbers } from './numbers.ts';
import type { Qualifications } from './qualifications.ts';
import { QUALIFICATION, type Records, type Row } from './records.ts';
import { daysOf } from './row-days.ts';
import type { QualificationPatch } from './schema.ts';
import type { Days } from './terms.ts';

type Patch = Omit<QualificationPatch, 'version' | 'fileIds'>;
/** What a certificate was before an import changed it. */
interface Before {
  fields: Patch;
  /** Scans that the import added. */
  files: readonly string[];
}
const dayFields = ['issuedOn', 'validFrom', 'validUntil', 'reviewedOn', 'reviewDueOn'] as const;

interface Parts {
  qualifications: Qualifications;
  records: Records;
  numbers: Numbers;
  files: Files;
}

/** A row with the person, the certificate and the record that it names. */
interface Placed extends WorkRow {
  holder: Holder | undefined;
  what: ReturnType<Awaited<ReturnType<typeof readWhat>>>;
  known: OnRecord;
}

/** Importing certificates: as if each was entered, or corrected, on the page. */
export function createCertificateImport(parts: Parts): ImportWork {
  const { qualifications, records, numbers, files } = parts;

  /** Rows with what they name; all of it is read at once. */
  async function placed<One extends WorkRow>(
    { tx }: Unit,
    user: User,
    rows: readonly One[],
  ): Promise<(One & Placed)[]> {
    const words = rows.flatMap(({ values }) => values.employeeNo ?? []);
    const holders = await findHolders(tx, user.account, words);
    const whatOf = await readWhat(tx);
    const people = [...holders.values()].map(({ id }) => id);
    const recordOf = await readRecords(tx, user.tenant, { records, numbers }, people);
    return rows.map((one) => {
      const holder = holders.get(one.values.employeeNo ?? '');
      const what = whatOf(one.values);
      const isWhole = holder !== undefined && 'type' in what;
      const known = isWhole ? recordOf(holder, what, one.values) : { row: null, isRenewal: false };
      return { ...one, holder, what, known };
    });
  }

  /** Those of the numbers that another person has; only whole numbers of one are compared. */
  async function numbersOf({ tx }: Unit, rows: readonly Placed[]) {
    const wanted = rows.flatMap(({ values }) => values.number ?? []);
    const found = await tx.qualification.findMany({
      where: { number: { in: wanted }, status: { in: ['counted', 'waiting'] }, revokedAt: null },
      select: { number: true, personId: true },
    });
    return (number: string, person: string) =>
      found.some((one) => one.number === number && one.personId !== person);
  }

  /** What is wrong with days and level, by the law and the type. */
  async function termFaults(
    unit: Unit,
    what: What,
    given: Days & { level: number | null },
    book: RuleBook,
  ): Promise<{ column: string | null; fault: Fault }[]> {
    try {
      await qualifications.checkTerms(
        unit.tx,
        what.type,
        { ...given, result: null, notFor: [] },
        book,
      );
      return [];
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'qualification.fields') throw error;
      return ((error.extra.errors ?? []) as FieldError[]).map(({ field, text }) => ({
        column: field,
        fault: { code: 'terms', params: { zh: text.zh, en: text.en } },
      }));
    }
  }

  async function faultsOf(
    unit: Unit,
    user: User,
    one: Placed & { record: { id: string } | null },
    { isTaken, book }: { isTaken: (number: string, person: string) => boolean; book: RuleBook },
  ): Promise<{ column: string | null; fault: Fault }[]> {
    const { values, holder, what, known, record, scan } = one;
    if (!holder) return [{ column: 'employeeNo', fault: { code: 'person' } }];
    if (holder.hasLeft) return [{ column: 'employeeNo', fault: { code: 'left' } }];
    if (!('type' in what)) return [what];
    const found: { column: string | null; fault: Fault }[] = [];
    const add = (column: string | null, code: string) => found.push({ column, fault: { code } });
    if (values.name && values.name.replaceAll(' ', '') !== holder.name.replaceAll(' ', '')) {
      add('name', 'name-differs');
    }
    const { number } = values;
    if (number && isTaken(number, holder.id)) add('number', 'number-taken');
    if (number && (await numbers.isOfAnother(unit.tx, user.tenant, holder.id, number))) {
      add('number', 'other-person');
    }
    const days = daysFor(values, record ? known.row : null);
    if (days === null) add('validFrom', 'no-day');
    else {
      const level = levelOf(values) ?? (record ? (known.row?.level ?? null) : null);
      found.push(...(await termFaults(unit, what, { ...days, level }, book)));
    }
    if (record) return found;
    if (known.isRenewal) add(null, 'renewal');
    if (user.account.person === holder.id) add(null, scan ? 'own-waits' : 'own-scan');
    return found;
  }

  /** What a row changes in its record; a scan that it has already is none. */
  async function differenceOf(
    unit: Unit,
    row: Row,
    { values, scan }: Pick<WorkRow, 'values' | 'scan'>,
  ): Promise<{ before: Patch; to: Patch; changes: Change[]; addsScan: boolean }> {
    const was = { ...daysOf(row), issuer: row.issuer };
    const before: Patch = {};
    const to: Patch = {};
    const changes: Change[] = [];
    for (const field of [...dayFields, 'issuer'] as const) {
      const value = values[field];
      if (!value || value === was[field]) continue;
      Object.assign(before, { [field]: was[field] });
      Object.assign(to, { [field]: value });
      changes.push({ column: field, from: was[field], to: value });
    }
    const level = levelOf(values);
    if (level !== null && level !== row.level) {
      before.level = row.level;
      to.level = level;
      changes.push({ column: 'level', from: row.level?.toString() ?? null, to: `${level}` });
    }
    const has = scan === null ? [] : await files.of(unit.tx, QUALIFICATION, row.id);
    const addsScan = scan !== null && !has.some(({ sha256 }) => sha256 === scan.sha256);
    if (addsScan) {
      const names = has.map(({ name }) => masked(name)).join(', ');
      changes.push({ column: 'scan', from: names.slice(0, 200) || null, to: scan.name });
    }
    return { before, to, changes, addsScan };
  }

  const updates: ImportUpdates = {
    async find(unit, user, rows) {
      const list: Awaited<ReturnType<ImportUpdates['find']>>[number][] = [];
      for (const one of await placed(unit, user, rows)) {
        const record = one.known.row;
        if (!record) continue;
        const { id, version } = record;
        const code = faultOf(user, record);
        const changes = code === null ? (await differenceOf(unit, record, one)).changes : [];
        list.push({ row: one.row, id, version, changes, fault: code === null ? null : { code } });
      }
      return list;
    },

    async save(unit, user, { id, version }, { values, files: given }) {
      const row = await records.find(unit.tx, id);
      const [file] = given;
      const stored = await storedScan(unit, file);
      const { before, to, addsScan } = await differenceOf(unit, row, { values, scan: stored });
      const fileIds = addsScan && file ? [file] : [];
      const saved = await qualifications.changeWithin(unit, user, id, { ...to, version, fileIds });
      const was: Before = { fields: before, files: fileIds };
      return { id, version: saved.version, person: row.personId, before: was };
    },

    async restore(unit, user, { id, version }, before) {
      const { fields, files: added } = before as Before;
      const row = await unit.tx.qualification.findFirst({
        where: { id },
        include: records.include,
      });
      if (!row) return 'gone';
      if (row.version !== version || row.revokedAt !== null) return 'changed';
      if (!records.mayManage(user.account, row)) return 'out-of-reach';
      await qualifications.changeWithin(unit, user, id, { ...fields, version, fileIds: [] });
      for (const file of added) await removeScan(unit, row, file);
      return null;
    },
  };

  /** Why a record cannot be changed by the account; null where it can. */
  function faultOf(user: User, row: Row): string | null {
    if (records.isOwn(user.account, row)) return 'own';
    if (!records.mayManage(user.account, row)) return 'out-of-reach';
    return row.status === 'waiting' ? 'waiting' : null;
  }

  /** Takes back a scan that a run attached; the line of the audit log names it. */
  async function removeScan(unit: Unit, { id, personId }: Row, file: string): Promise<void> {
    const stored = await files.find(unit.tx, file);
    await removeAttachedFile(unit.tx, QUALIFICATION, id, file);
    await unit.audit({
      action: 'qualification-scan-remove',
      entity: QUALIFICATION,
      id,
      person: personId,
      before: { file, ...(stored && { name: masked(stored.name), sha256: stored.sha256 }) },
    });
  }

  /** The scan of a run, which is an upload by then. */
  async function storedScan({ tx }: Unit, file: string | undefined) {
    if (file === undefined) return null;
    const stored = await files.find(tx, file);
    return stored && { name: stored.name, sha256: stored.sha256, file, isPending: false };
  }

  return {
    async check(unit, user, rows) {
      const all = await placed(unit, user, rows);
      const isTaken = await numbersOf(unit, all);
      const book = await qualifications.rules(unit.tx);
      const faults: RowFault[] = [];
      for (const one of all) {
        for (const { column, fault } of await faultsOf(unit, user, one, { isTaken, book })) {
          faults.push({ ...fault, row: one.row, column });
        }
      }
      return faults;
    },

    async save(unit, user, { values, files: fileIds }) {
      const [one] = await placed(unit, user, [{ row: 0, values, scan: null }]);
      const days = daysFor(values, null);
      if (!one?.holder) throw new Problem('person.unknown');
      if (!('type' in one.what) || days === null) throw new Problem('qualification.fields');
      const person = one.holder.id;
      const { id, version } = await qualifications.addWithin(unit, user, person, {
        ...one.what,
        ...days,
        level: levelOf(values),
        number: values.number ?? null,
        issuer: values.issuer ?? null,
        result: null,
        detail: null,
        notFor: [],
        fileIds: [...fileIds],
      });
      return { id, version, person };
    },

    undo: (unit, user, record) => qualifications.removeUnchanged(unit, user, record),
    updates,
    words: ({ tx }) => namesOf(tx),
  };
}

const levelOf = ({ level }: Values): number | null => (level ? Number(level) : null);
const masked = (name: string): string => name.replace(/\d{14,}[\dXx]/g, maskText);

/**
 * The days of a row, with those of the record that it changes where a cell is empty. It counts from the
 * day of issue where no other day is written. Null where neither is there.
 */
function daysFor(values: Values, row: Row | null): Days | null {
  const was = row ? daysOf(row) : null;
  const day = (field: (typeof dayFields)[number]) => values[field] ?? was?.[field] ?? null;
  const validFrom = day('validFrom') ?? values.issuedOn ?? null;
  if (validFrom === null) return null;
  return {
    issuedOn: day('issuedOn'),
    validFrom,
    validUntil: day('validUntil'),
    reviewedOn: day('reviewedOn'),
    reviewDueOn: day('reviewDueOn'),
    reviewExtendedUntil: was?.reviewExtendedUntil ?? null,
  };
}
