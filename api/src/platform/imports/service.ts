import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../db/database.ts';
import { newId } from '../db/ids.ts';
import type { Unit, Units } from '../db/unit-of-work.ts';
import { removeAttached } from '../files/attached.ts';
import type { FilesCore } from '../files/files.ts';
import { Problem } from '../http/errors.ts';
import type { Jobs } from '../jobs/types.ts';
import { exportList, type ListExport, type MadeFile } from '../kit/list-export.ts';
import type { User } from '../kit/routes.ts';
import { versionConflict } from '../kit/save.ts';
import type { Language } from '../kit/spreadsheet.ts';
import { userNames } from '../workflow/record-view.ts';
import { readImportFile } from './file-bytes.ts';
import {
  cellText,
  findHeading,
  HEAD_ROWS,
  headingsToRemember,
  suggestMapping,
} from './headings.ts';
import { noRows } from './no-rows.ts';
import { readHead } from './read/read-table.ts';
import { refuseMapping, refuseUnreadable } from './refusals.ts';
import * as rows from './repository.ts';
import { PROBLEMS_HEADING, resultRows } from './result.ts';
import { IMPORTS } from './runner.ts';
import type * as schema from './schema.ts';
import { templateOf } from './template.ts';
import type { ImportKind, ImportKinds } from './types.ts';
import { showColumns, showImport, showRow } from './view.ts';

/** Most rows that are saved in one transaction. */
export const ALL_MOST = 5_000;
/** Rows that are looked at for the headings and their samples. */
const LOOKED_AT = HEAD_ROWS + 3;

export type ImportsService = ReturnType<typeof createImportsService>;

/** Imports of files: upload, columns, check, run, result and undo. The work itself is in `runner.ts`. */
export function createImportsService(options: {
  units: Units;
  kinds: ImportKinds;
  files: FilesCore;
  jobs: Jobs;
  timeZone: string;
}) {
  const { units, kinds, files, jobs, timeZone } = options;

  function kindFor({ account }: User, id: string): ImportKind {
    const kind = rows.kindsOf(kinds, account).find((one) => one.id === id);
    if (!kind) throw new Problem('import.kind');
    return kind;
  }
  async function seen(tx: Transaction, user: User, id: string): Promise<rows.ImportRow> {
    const row = await rows.findSeen(tx, kinds, user.account, id);
    if (!row) throw new Problem('import.unknown');
    return row;
  }
  async function own(tx: Transaction, user: User, id: string): Promise<rows.ImportRow> {
    const row = await seen(tx, user, id);
    if (row.createdBy !== user.account.id) throw new Problem('import.not-yours');
    return row;
  }
  async function show(tx: Transaction, user: User, row: rows.ImportRow): Promise<schema.Import> {
    const names = await userNames(tx, [row.createdBy]);
    return showImport(row, nameOf(row.kind), names.get(row.createdBy) ?? null, user.account.id);
  }
  const nameOf = (kind: string) => kinds.get(kind)?.name ?? { zh: kind, en: kind };

  /** The first rows of a file with the headings as they seem to be. */
  async function headOf(user: User, row: rows.ImportRow, query: z.infer<typeof schema.headQuery>) {
    const kind = kindFor(user, row.kind);
    const bytes = await readImportFile(units, files, user, row.fileId);
    const { sheet, headingRow } = query;
    const head = await readHead(bytes, { sheet, most: LOOKED_AT }).catch(refuseUnreadable);
    const remembered = await units.run(user, ({ tx }) => rows.rememberedHeadings(tx, row.kind));
    // Only the first rows are kept: a further one would bring all before it into memory.
    const given = head.rows.slice(0, HEAD_ROWS).find((one) => one.row === headingRow);
    const found = given
      ? { row: given.row, headings: given.cells.map(cellText) }
      : findHeading(kind, head.rows, remembered);
    const headings = found?.headings ?? [];
    const mapping = suggestMapping(kind, headings, remembered);
    return { kind, head, heading: found?.row ?? 1, headings, mapping };
  }

  /** Moves an import to a step whose work a job does. */
  async function begin(
    unit: Unit,
    user: User,
    row: rows.ImportRow,
    version: number,
    data: Prisma.DataImportUncheckedUpdateManyInput,
  ): Promise<schema.Import> {
    const { tx } = unit;
    const { id } = row;
    const { count } = await tx.dataImport.updateMany({
      where: { id, version, state: row.state },
      data: {
        ...data,
        version: version + 1,
        processed: 0,
        problem: Prisma.DbNull,
        runner: null,
        heartbeatAt: null,
      },
    });
    const now = await tx.dataImport.findFirstOrThrow({ where: { id } });
    const shown = await show(tx, user, now);
    if (count === 0) throw versionConflict('import.version-conflict', shown);
    await jobs.send(tx, IMPORTS, { id }, { key: id });
    unit.afterCommit(() => jobs.wake(IMPORTS));
    return shown;
  }
  async function requireState(
    tx: Transaction,
    user: User,
    row: rows.ImportRow,
    states: readonly schema.Import['state'][],
  ): Promise<void> {
    if (!states.includes(row.state as schema.Import['state'])) {
      throw new Problem('import.state', undefined, { current: await show(tx, user, row) });
    }
  }

  return {
    kinds: ({ account }: User): z.infer<typeof schema.kindsSchema> => ({
      items: rows.kindsOf(kinds, account).map(({ id, name, columns, key = [], scans }) => ({
        id,
        name,
        key: [...key],
        scans: scans !== undefined,
        columns: columns.map(({ id, name, kind, required = false, secret = false, example }) => ({
          id,
          name,
          kind,
          required,
          secret: secret !== false,
          example,
        })),
      })),
    }),
    async template(user: User, id: string, language: Language): Promise<MadeFile> {
      const kind = kindFor(user, id);
      const words = await units.run(user, async (unit) => kind.work.words?.(unit, user));
      return templateOf(kind, language, words);
    },
    kindFor,
    own,
    show,
    requireState,

    list: (user: User, query: schema.ImportQuery) =>
      units.run(user, async ({ tx }) => {
        const found = await rows.findPage(tx, kinds, user.account, query);
        const page = rows.newestImports.page(found, query.limit);
        const names = await userNames(
          tx,
          page.rows.map(({ createdBy }) => createdBy),
        );
        const items = page.rows.map((row) =>
          showImport(row, nameOf(row.kind), names.get(row.createdBy) ?? null, user.account.id),
        );
        return { items, next: page.next };
      }),

    get: (user: User, id: string) =>
      units.run(user, async ({ tx }) => show(tx, user, await seen(tx, user, id))),

    /** @throws Problem `import.unreadable`, `file.*` */
    async create(user: User, given: z.infer<typeof schema.importInput>): Promise<schema.Import> {
      const kind = kindFor(user, given.kind);
      const bytes = await readImportFile(units, files, user, given.file);
      await readHead(bytes, { most: 1 }).catch(refuseUnreadable);
      return units.run(user, async (unit) => {
        const id = newId();
        const to = { entity: 'import', id, role: 'table' };
        const [file] = await files.attach(unit, [given.file], to);
        if (!file) throw new Problem('file.unknown');
        const row = await unit.tx.dataImport.create({
          data: {
            tenantId: user.tenant,
            id,
            kind: kind.id,
            fileId: file.id,
            fileName: file.name.slice(0, 255),
            createdBy: user.account.id,
            state: 'mapping',
          },
        });
        const after = { kind: kind.id, file: file.name, sha256: file.sha256 };
        await unit.audit({ action: 'create', entity: 'import', id, after });
        return show(unit.tx, user, row);
      });
    },

    async head(
      user: User,
      id: string,
      query: z.infer<typeof schema.headQuery>,
    ): Promise<schema.ImportHead> {
      const row = await units.run(user, ({ tx }) => own(tx, user, id));
      const { head, heading, headings, mapping } = await headOf(user, row, query);
      const below = head.rows.filter((one) => one.row > heading).slice(0, 3);
      return {
        sheets: [...head.info.sheets],
        sheet: head.info.sheet,
        headingRow: heading,
        columns: showColumns(headings, below, mapping),
        rows: head.rows.slice(0, HEAD_ROWS).map(({ row, cells }) => ({
          row,
          text: cells.map(cellText).filter(Boolean).join(' · ').slice(0, 120),
        })),
      };
    },

    async check(user: User, id: string, given: schema.CheckRequest): Promise<schema.Import> {
      const { version, sheet, headingRow, mapping, existing } = given;
      const row = await units.run(user, ({ tx }) => own(tx, user, id));
      const { kind, headings, heading } = await headOf(user, row, { sheet, headingRow });
      if (existing !== 'refuse' && !kind.key) throw new Problem('import.no-key');
      refuseMapping(
        kind,
        { mapping, headings },
        heading === headingRow ? null : headingRow,
        existing,
      );
      return units.run(user, async (unit) => {
        const { tx } = unit;
        const now = await own(tx, user, id);
        await requireState(tx, user, now, ['mapping', 'checked', 'failed']);
        const remembered = headingsToRemember(kind, headings, mapping);
        await rows.rememberHeadings(tx, user.tenant, kind.id, remembered);
        await tx.dataImportRow.deleteMany({ where: { importId: id } });
        await unit.audit({
          action: 'update',
          entity: 'import',
          id,
          after: { sheet, headingRow, mapping, existing },
        });
        return begin(unit, user, now, version, {
          ...noRows,
          sheet,
          headingRow,
          mapping,
          existing,
          state: 'checking',
          checkedAt: null,
        });
      });
    },

    run: (user: User, id: string, { version, mode }: z.infer<typeof schema.runRequest>) =>
      units.run(user, async (unit) => {
        const row = await own(unit.tx, user, id);
        await requireState(unit.tx, user, row, ['checked']);
        if (row.fileId === null) throw new Problem('import.file-gone');
        if (row.good === 0) throw new Problem('import.nothing-good');
        if (mode === 'all-or-nothing' && row.bad > 0) throw new Problem('import.not-all-good');
        if (mode === 'all-or-nothing' && row.good > ALL_MOST)
          throw new Problem('import.too-many-for-all');
        const { kind, existing, updates, good, bad } = row;
        const after = { kind, mode, existing, rows: good, updates, leftOut: bad };
        await unit.audit({ action: 'run-import', entity: 'import', id, after });
        return begin(unit, user, row, version, { state: 'running', mode, startedAt: new Date() });
      }),

    undo: (user: User, id: string, { version }: z.infer<typeof schema.undoRequest>) =>
      units.run(user, async (unit) => {
        const row = await own(unit.tx, user, id);
        await requireState(unit.tx, user, row, ['done']);
        if (row.done === 0)
          throw new Problem('import.state', 'Nothing was saved, so there is nothing to take back.');
        await unit.audit({
          action: 'undo-import',
          entity: 'import',
          id,
          after: { rows: row.done },
        });
        return begin(unit, user, row, version, { state: 'undoing' });
      }),

    /** Removes an import of which nothing was saved, with its file. */
    remove: (user: User, id: string) =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await own(tx, user, id);
        await requireState(tx, user, row, ['mapping', 'checked', 'failed', 'undone']);
        await removeAttached(tx, 'import', id);
        await tx.dataImportRow.deleteMany({ where: { importId: id } });
        await tx.dataImport.deleteMany({ where: { id } });
        const before = { kind: row.kind, file: row.fileName };
        await unit.audit({ action: 'delete', entity: 'import', id, before });
      }),

    rows: (user: User, id: string, query: schema.RowQuery) =>
      units.run(user, async ({ tx }) => {
        const row = await seen(tx, user, id);
        const kind = kindFor(user, row.kind);
        const page = rows.byRow.page(await rows.findRows(tx, id, query), query.limit);
        return { items: page.rows.map((one) => showRow(one, kind)), next: page.next };
      }),

    /** The rows that were not taken, as they came, with what to correct. Only for who brought them. */
    async result(
      user: User,
      id: string,
      format: ListExport<unknown>['format'],
      language: Language,
    ): Promise<MadeFile> {
      const row = await units.run(user, ({ tx }) => own(tx, user, id));
      const kind = kindFor(user, row.kind);
      const bytes = await readImportFile(units, files, user, row.fileId);
      const bad = await units.run(user, ({ tx }) => rows.rowsIn(tx, id, ['bad', 'failed'], 20_001));
      const { headings, items } = await resultRows(bytes, row, kind, bad, language).catch(
        refuseUnreadable,
      );
      return units.run(user, (unit) =>
        exportList(unit, {
          entity: 'import',
          format,
          language,
          timeZone,
          fileName: `${row.kind}-to-correct`,
          title: { zh: '待更正', en: 'To correct' },
          columns: [...headings, PROBLEMS_HEADING[language]].map((text, at) => ({
            name: { zh: text, en: text },
            width: at === headings.length ? 60 : 18,
            value: (cells: readonly string[]) => cells[at] || null,
          })),
          items,
          filter: { import: id },
        }),
      );
    },
  };
}
