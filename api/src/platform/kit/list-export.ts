import type { FastifyReply } from 'fastify';
import { DateTime } from 'luxon';
import { z } from 'zod';
import type { AuditEntity } from '../audit/words.ts';
import type { Unit } from '../db/unit-of-work.ts';
import { CSV_BOM, csvLine } from './csv.ts';
import { type Bilingual, type Column, type Language, writeSheets } from './spreadsheet.ts';

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const CSV = 'text/csv; charset=utf-8';
export const CALENDAR = 'text/calendar; charset=utf-8';

/** Maximum rows of an exported list. */
export const EXPORT_MOST = 20_000;

export const language = z.enum(['zh', 'en']).default('zh');
/** The query parameter of a workbook. */
export const sheetQuery = { lang: language.describe('Language of the headings.') };
/** The query parameters of an exported list, beside its filters. */
export const exportQuery = { ...sheetQuery, format: z.enum(['xlsx', 'csv']).default('xlsx') };

/** The description of a workbook response, for `response`. */
export const workbookAnswer = {
  200: { description: 'The workbook.', content: { [XLSX]: { schema: z.any() } } },
};
/** The same for an exported list. */
export const exportAnswer = {
  200: {
    description: `The list, at most ${EXPORT_MOST} rows; the header x-row-limit and a line below tell where there are more.`,
    content: { [XLSX]: { schema: z.any() }, 'text/csv': { schema: z.any() } },
  },
};

/** The description of a calendar response. */
export const calendarAnswer = {
  200: {
    description: `The calendar (iCalendar, RFC 5545), at most ${EXPORT_MOST} events; the header x-row-limit tells where there are more.`,
    content: { 'text/calendar': { schema: z.any() } },
  },
};

/** A generated file. */
export interface MadeFile {
  name: string;
  type: string;
  bytes: Buffer;
  /** Total number of rows, where some were left out. */
  rowLimit: number | null;
}

/** A list as a spreadsheet. */
export interface ListExport<Item> {
  /** The entity of the list, for the audit log. */
  entity: AuditEntity;
  format: 'xlsx' | 'csv';
  language: Language;
  /** IANA name; times are those of the plant. */
  timeZone: string;
  /** File name prefix: `suppliers` gives `suppliers-2026-11-27.xlsx`. */
  fileName: string;
  title: Bilingual;
  columns: readonly Column<Item>[];
  /** The rows of the list's filter, read with a limit of `most + 1`. */
  items: readonly Item[];
  /** The filter, for the audit log. */
  filter: Record<string, unknown>;
  most?: number;
}

/**
 * Makes the file and records in the audit log who exported how many rows with which filter. With
 * more rows than {@link EXPORT_MOST}, the file says so below them.
 */
export async function exportList<Item>(unit: Unit, list: ListExport<Item>): Promise<MadeFile> {
  const { format, language, timeZone, columns, most = EXPORT_MOST } = list;
  const rows = list.items.slice(0, most);
  const isCut = list.items.length > most;
  await unit.audit({
    action: 'export',
    entity: list.entity,
    after: { format, rows: rows.length, complete: !isCut, filter: list.filter },
  });
  const note = isCut ? cutNote(most)[language] : undefined;
  const day = DateTime.now().setZone(timeZone).toISODate();
  return {
    name: `${list.fileName}-${day}.${format}`,
    type: format === 'xlsx' ? XLSX : CSV,
    bytes:
      format === 'xlsx'
        ? await writeSheets(
            [{ name: list.title, columns, rows, ...(note ? { note } : {}) }],
            language,
            timeZone,
          )
        : Buffer.from(asCsv(columns, rows, { language, timeZone, note })),
    rowLimit: isCut ? most : null,
  };
}

/** The note below truncated rows. */
export const cutNote = (most: number): Bilingual => ({
  zh: `仅导出前 ${most} 行，其余未列出；请缩小筛选范围后分次导出。`,
  en: `Only the first ${most} rows; narrow the filter and export the rest by itself.`,
});

/** Sends a file for download. */
export function sendMade(reply: FastifyReply, file: MadeFile): FastifyReply {
  if (file.rowLimit !== null) reply.header('x-row-limit', file.rowLimit);
  return sendBytes(reply, file);
}

/** Sends bytes for download under a name. */
export const sendBytes = (
  reply: FastifyReply,
  { name, type, bytes }: Pick<MadeFile, 'name' | 'type' | 'bytes'>,
): FastifyReply =>
  reply
    .type(type)
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'no-store')
    // The bytes are the response: no schema applies.
    .serializer((body: unknown) => body as string)
    .send(bytes);

function asCsv<Item>(
  columns: readonly Column<Item>[],
  rows: readonly Item[],
  how: { language: Language; timeZone: string; note: string | undefined },
): string {
  const text = (value: string | number | Date | null): string => {
    if (value === null) return '';
    if (!(value instanceof Date)) return String(value);
    return DateTime.fromJSDate(value, { zone: how.timeZone }).toFormat('yyyy-MM-dd HH:mm');
  };
  return [
    CSV_BOM + csvLine(columns.map(({ name }) => name[how.language])),
    ...rows.map((row) => csvLine(columns.map((column) => text(column.value(row))))),
    ...(how.note === undefined ? [] : [csvLine([how.note])]),
  ].join('');
}
