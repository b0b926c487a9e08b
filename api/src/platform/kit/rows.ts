import { z } from 'zod';
import type { Transaction } from '../db/database.ts';
import type { Files } from '../files/types.ts';
import { dayText } from './schemas.ts';

/** How the database holds what an answer has: times and days as dates, quantities as decimals. */
type Stored<Value> = Value extends string
  ? string | Date
  : Value extends number
    ? number | { toNumber(): number }
    : Value extends object
      ? unknown
      : Value;

/**
 * The answer of a row: each field of the schema from `more`, else from the row. Days and times become
 * text, decimals numbers; a field that the schema does not name is left out.
 *
 * @example answerFrom(disposalSchema, row, {})
 */
export function answerFrom<Shape extends z.ZodRawShape, More extends object>(
  schema: z.ZodObject<Shape>,
  row: {
    [Name in Exclude<keyof z.output<z.ZodObject<Shape>>, keyof More>]: Stored<
      z.output<z.ZodObject<Shape>>[Name]
    >;
  },
  more: More & Partial<z.output<z.ZodObject<Shape>>>,
): z.output<z.ZodObject<Shape>> {
  const given = more as Record<string, unknown>;
  const stored = row as Record<string, unknown>;
  const fields = Object.entries(schema.shape as unknown as Record<string, z.ZodType>).map(
    ([name, field]) => [name, name in given ? given[name] : plain(stored[name], field)],
  );
  return Object.fromEntries(fields) as z.output<z.ZodObject<Shape>>;
}

function plain(value: unknown, field: z.ZodType): unknown {
  if (value instanceof Date) return isDay(field) ? dayText(value) : value.toISOString();
  const { toNumber } = (value ?? {}) as { toNumber?: unknown };
  return typeof toNumber === 'function' ? toNumber.call(value) : value;
}

function isDay(field: z.ZodType): boolean {
  return field instanceof z.ZodNullable || field instanceof z.ZodOptional
    ? isDay(field.unwrap() as z.ZodType)
    : field instanceof z.ZodISODate;
}

/** A file of a record, as it is answered. */
export const fileLink = z.object({ id: z.string(), name: z.string(), url: z.string() });

/** The files that are attached to records, by the id of the record. */
export async function fileLinksOf(
  tx: Transaction,
  entity: string,
  ids: readonly string[],
): Promise<Map<string, z.infer<typeof fileLink>[]>> {
  const rows = await tx.storedFile.findMany({
    where: { entity, entityId: { in: [...ids] } },
    select: { id: true, name: true, entityId: true },
    orderBy: { id: 'asc' },
  });
  const links = new Map<string, z.infer<typeof fileLink>[]>();
  for (const { id, name, entityId } of rows) {
    const one = { id, name, url: `/api/v1/files/${id}/content` };
    links.set(entityId ?? '', [...(links.get(entityId ?? '') ?? []), one]);
  }
  return links;
}

/** The files that are attached to a record. */
export const filesOf = async (
  files: Pick<Files, 'of'>,
  tx: Transaction,
  entity: string,
  id: string,
): Promise<z.infer<typeof fileLink>[]> =>
  (await files.of(tx, entity, id)).map((one) => ({
    id: one.id,
    name: one.name,
    url: `/api/v1/files/${one.id}/content`,
  }));
