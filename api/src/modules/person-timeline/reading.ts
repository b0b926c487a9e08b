import { Prisma } from '../../generated/prisma/client.ts';
import type { Permission } from '../../platform/access/permissions.ts';
import { type Belonging, isWithin, reachOf } from '../../platform/access/scope.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { TimelineReader, TimelineSource, TimelineSpan } from '../../platform/facts.ts';
import type { Features } from '../../platform/features/state.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import { idsOfPerson } from '../people/merged.ts';
import type { TimelinePage, TimelineQuery } from './schema.ts';

interface Found {
  kind: string;
  /** Unique over all kinds. */
  key: string;
  id: string;
  at: Date;
  day: boolean;
  data: unknown;
}

const newestFirst = listOrder('person-timeline', 'desc', { at: 'time', key: 'text' });

/** Whose record it is, and whether the account is the person's own. */
export interface Reader extends TimelineReader {
  belonging: Belonging;
}

/**
 * What an account may read of a person: each part has its own permission over the person. A part that it may not read,
 * or whose feature is off, is left out as if it was not there.
 */
export async function readable<Part extends { permission: Permission; feature: string }>(
  features: Pick<Features, 'check'>,
  parts: readonly Part[],
  { account, belonging, isOwn }: Reader,
): Promise<Part[]> {
  const within = parts.filter(
    ({ permission }) =>
      isOwn ||
      (account.permissions.has(permission) &&
        isWithin(account, reachOf(account, permission), belonging)),
  );
  const on = await Promise.all(within.map(({ feature }) => features.check(feature)));
  return within.filter((_, n) => on[n]);
}

/**
 * Events of a person of some kinds, the newest first.
 *
 * @param options.timeZone of what is written.
 * @param options.forOutside only what may be in a document for those outside.
 * @throws Problem `timeline.kind-unknown` for a kind that is none of the sources.
 */
export async function readTimeline(
  tx: Transaction,
  person: string,
  { sources, reader }: { sources: readonly TimelineSource[]; reader: TimelineReader },
  query: TimelineQuery,
  { timeZone, forOutside = false }: { timeZone: string; forOutside?: boolean },
): Promise<TimelinePage> {
  const { kind: wanted, from, until, limit } = query;
  const unknown = wanted.filter((kind) => !sources.some((source) => source.kind === kind));
  if (unknown.length > 0) {
    throw new Problem('timeline.kind-unknown', undefined, { kinds: sources.map((s) => s.kind) });
  }
  const asked = sources.filter(({ kind }) => wanted.length === 0 || wanted.includes(kind));
  const people = await idsOfPerson(tx, person);
  const after = newestFirst.after(query.cursor);
  const span = {
    from: from ? new Date(from) : null,
    to: earlier(after?.at ?? null, until ? new Date(until) : null),
  };
  const queries = [];
  for (const source of asked) {
    // One more for the next page, and the row of the cursor and one at its end, which are outside of the page.
    const own = (await source.narrow?.(tx, people, span, limit + 3)) ?? span;
    queries.push(rowsOf(source, own));
  }
  function rowsOf(source: TimelineSource, own: TimelineSpan) {
    const columns = {
      at: Prisma.sql`r.at`,
      key: Prisma.sql`${`${source.kind}:`}::text || r.id`,
    };
    return Prisma.sql`(
      SELECT ${source.kind}::text AS kind, ${columns.key} AS key, r.id, r.at, r.day, r.data
      FROM (${source.rows(people, reader, own)}) r
      WHERE ${newestFirst.beyondSql(after, columns)}
        ${from ? Prisma.sql`AND r.at >= ${new Date(from)}` : Prisma.empty}
        ${until ? Prisma.sql`AND r.at < ${new Date(until)}` : Prisma.empty}
        ${forOutside && source.outside ? Prisma.sql`AND ${source.outside}` : Prisma.empty}
      ORDER BY ${newestFirst.bySql(columns)} LIMIT ${limit + 1})`;
  }
  const found =
    queries.length === 0
      ? []
      : await sqlIn(tx)<Found>(Prisma.sql`
          SELECT * FROM (${Prisma.join(queries, ' UNION ALL ')}) t
          ORDER BY ${newestFirst.bySql({ at: Prisma.sql`t.at`, key: Prisma.sql`t.key` })}
          LIMIT ${limit + 1}`);
  const page = newestFirst.page(found, limit);
  return {
    items: await inWords(tx, asked, page.rows, timeZone),
    kinds: sources.map(({ kind, name }) => ({ kind, name })),
    next: page.next,
  };
}

const earlier = (a: Date | null, b: Date | null): Date | null =>
  a === null || b === null ? (a ?? b) : a < b ? a : b;

async function inWords(
  tx: Transaction,
  sources: readonly TimelineSource[],
  rows: readonly Found[],
  timeZone: string,
): Promise<TimelinePage['items']> {
  const items = new Map<Found, TimelinePage['items'][number]>();
  for (const source of sources) {
    const own = rows.filter(({ kind }) => kind === source.kind);
    if (own.length === 0) continue;
    for (const [n, words] of (await source.show(tx, own, timeZone)).entries()) {
      const row = own[n] as Found;
      const { id, kind, at, day } = row;
      items.set(row, { id, record: id, kind, at: at.toISOString(), day, ...words });
    }
  }
  return rows.flatMap((row) => items.get(row) ?? []);
}
