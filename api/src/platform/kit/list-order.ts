import { Prisma } from '../../generated/prisma/client.ts';
import { Problem } from '../http/errors.ts';

/** Type of an order's column: a ULID, an instant, a text, or an integer. */
export type ColumnKind = keyof Values;
interface Values {
  id: string;
  time: Date;
  text: string;
  number: bigint;
}
type Columns = Readonly<Record<string, ColumnKind>>;

/** The position of a row in an order: its values of the order's columns. */
export type Position<Order extends Columns> = { [Name in keyof Order]: Values[Order[Name]] };
type Placed<Order extends Columns> = {
  [Name in keyof Order]: Order[Name] extends 'number' ? bigint | number : Values[Order[Name]];
};
type Direction<Order extends Columns> = { [Name in keyof Order]?: 'asc' | 'desc' };
type Expressions<Order extends Columns> = { [Name in keyof Order]: Prisma.Sql };

/** The rows of one page, and the cursor of the next one; null at the end. */
export interface PageOf<Row> {
  rows: Row[];
  next: string | null;
}

/**
 * The order of a list, for keyset pagination: a page begins after the last row of the previous
 * page, so that inserted or removed rows shift nothing.
 */
export interface ListOrder<Order extends Columns> {
  /**
   * Parses the cursor of a request; null without one.
   *
   * @throws Problem `request.cursor` where it is not a cursor of this order.
   */
  after(cursor: string | undefined): Position<Order> | null;
  /** The cursor of the page that begins after this row. It is opaque to clients. */
  cursor(row: Placed<Order>): string;
  /** The condition for rows after the position, in SQL; TRUE for null. */
  beyondSql(after: Position<Order> | null, columns: Expressions<Order>): Prisma.Sql;
  /** The ORDER BY clause. */
  bySql(columns: Expressions<Order>): Prisma.Sql;
  /** The same condition for the query builder; its keys are the column names. */
  beyond<Where extends object>(after: Position<Order> | null): Where;
  /** `orderBy` of the query builder. */
  by(): Direction<Order>[];
  /** @param found up to `limit + 1` rows: the extra one shows that there is a next page. */
  page<Row extends Placed<Order>>(found: readonly Row[], limit: number): PageOf<Row>;
}

/**
 * Defines an order.
 *
 * @param name unique in the API: a cursor is valid for one order only.
 * @param direction of all columns.
 * @param columns by name, the most significant first. The last, or all together, must be unique;
 *   none may be null.
 */
export function listOrder<const Order extends Columns>(
  name: string,
  direction: 'asc' | 'desc',
  columns: Order,
): ListOrder<Order> {
  const names = Object.keys(columns);
  const down = direction === 'desc';
  const compare = down ? 'lt' : 'gt';

  function conditionFrom(after: Record<string, unknown>, index: number): object {
    const column = names[index]!;
    const value = after[column];
    if (index === names.length - 1) return { [column]: { [compare]: value } };
    // The first condition alone is enough for an index; the second is exact.
    return {
      AND: [
        { [column]: { [`${compare}e`]: value } },
        { OR: [{ [column]: { [compare]: value } }, conditionFrom(after, index + 1)] },
      ],
    };
  }
  const inOrder = <Item>(of: Record<string, Item>): Item[] => names.map((column) => of[column]!);
  const writeCursor = (row: Record<string, unknown>): string =>
    Buffer.from(
      JSON.stringify([name, ...names.map((column) => write[columns[column]!](row[column]))]),
    ).toString('base64url');

  return {
    after(cursor) {
      if (cursor === undefined) return null;
      const [writtenFor, ...values] = parse(cursor);
      if (writtenFor !== name || values.length !== names.length)
        throw new Problem('request.cursor');
      const position = names.map((column, n) => [column, read[columns[column]!](values[n])]);
      if (position.some(([, value]) => value === undefined)) throw new Problem('request.cursor');
      return Object.fromEntries(position) as Position<Order>;
    },
    cursor: writeCursor,
    beyondSql(after, expressions) {
      if (after === null) return Prisma.sql`TRUE`;
      const left = Prisma.join(inOrder<Prisma.Sql>(expressions));
      const right = Prisma.join(inOrder<unknown>(after));
      return down ? Prisma.sql`(${left}) < (${right})` : Prisma.sql`(${left}) > (${right})`;
    },
    bySql: (expressions) =>
      Prisma.join(
        inOrder<Prisma.Sql>(expressions).map((one) =>
          down ? Prisma.sql`${one} DESC` : Prisma.sql`${one} ASC`,
        ),
      ),
    beyond: <Where extends object>(after: Position<Order> | null) =>
      (after === null ? {} : conditionFrom(after, 0)) as Where,
    by: () => names.map((column) => ({ [column]: direction }) as Direction<Order>),
    page(found, limit) {
      const rows = found.slice(0, limit);
      const last = rows.at(-1);
      return { rows, next: last && found.length > rows.length ? writeCursor(last) : null };
    },
  };
}

function parse(cursor: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

const write: Record<ColumnKind, (value: unknown) => unknown> = {
  id: (value) => value,
  time: (value) => (value as Date).getTime(),
  text: (value) => value,
  number: (value) => String(value),
};

/** Longer than any text column of an order. */
const TEXT_MAX = 256;
/** The last instant of ECMAScript, in milliseconds since 1970. */
const TIME_MAX = 8.64e15;

/** Undefined for a value of another type. */
const read: { [Kind in ColumnKind]: (value: unknown) => Values[Kind] | undefined } = {
  id: (value) =>
    typeof value === 'string' && /^[0-9A-HJKMNP-TV-Z]{26}$/.test(value) ? value : undefined,
  time: (value) =>
    Number.isInteger(value) && Math.abs(value as number) <= TIME_MAX
      ? new Date(value as number)
      : undefined,
  // The database holds no NUL in a text.
  text: (value) =>
    typeof value === 'string' && value.length <= TEXT_MAX && !value.includes('\0')
      ? value
      : undefined,
  number: (value) =>
    typeof value === 'string' && /^-?\d{1,18}$/.test(value) ? BigInt(value) : undefined,
};
