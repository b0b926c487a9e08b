import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import type { TimelineSource } from '../../platform/facts.ts';
import type { Features } from '../../platform/features/state.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import { readFacts } from '../facts.ts';
import { idsOfPerson } from '../people/merged.ts';
import { belongingOf, personWithin } from '../people/service.ts';
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

/**
 * The events of one person from all modules, the newest first. Each kind has its own permission over the
 * person; a kind that the account may not read, or whose feature is off, is left out as if it was not there.
 */
export function createTimelines({ units, features }: { units: Units; features: Features }) {
  async function sourcesFor(
    account: Account,
    belonging: Parameters<typeof isWithin>[2],
    isOwn: boolean,
  ): Promise<TimelineSource[]> {
    const all = (await readFacts()).flatMap(({ timeline }) => timeline ?? []);
    const within = all.filter(
      ({ permission }) =>
        isOwn ||
        (account.permissions.has(permission) &&
          isWithin(account, reachOf(account, permission), belonging)),
    );
    const on = await Promise.all(within.map(({ feature }) => features.check(feature)));
    return within.filter((_, n) => on[n]);
  }

  async function read(
    tx: Transaction,
    person: string,
    sources: readonly TimelineSource[],
    query: TimelineQuery,
  ): Promise<TimelinePage> {
    const { kind: wanted, from, until, limit } = query;
    const unknown = wanted.filter((kind) => !sources.some((source) => source.kind === kind));
    if (unknown.length > 0) {
      throw new Problem('timeline.kind-unknown', undefined, { kinds: sources.map((s) => s.kind) });
    }
    const asked = sources.filter(({ kind }) => wanted.length === 0 || wanted.includes(kind));
    const people = await idsOfPerson(tx, person);
    const after = newestFirst.after(query.cursor);
    const queries = asked.map((source) => {
      const columns = {
        at: Prisma.sql`r.at`,
        key: Prisma.sql`${`${source.kind}:`}::text || r.id`,
      };
      return Prisma.sql`(
        SELECT ${source.kind}::text AS kind, ${columns.key} AS key, r.id, r.at, r.day, r.data
        FROM (${source.rows(people)}) r
        WHERE ${newestFirst.beyondSql(after, columns)}
          ${from ? Prisma.sql`AND r.at >= ${new Date(from)}` : Prisma.empty}
          ${until ? Prisma.sql`AND r.at < ${new Date(until)}` : Prisma.empty}
        ORDER BY ${newestFirst.bySql(columns)} LIMIT ${limit + 1})`;
    });
    const found =
      queries.length === 0
        ? []
        : await sqlIn(tx)<Found>(Prisma.sql`
            SELECT * FROM (${Prisma.join(queries, ' UNION ALL ')}) t
            ORDER BY ${newestFirst.bySql({ at: Prisma.sql`t.at`, key: Prisma.sql`t.key` })}
            LIMIT ${limit + 1}`);
    const page = newestFirst.page(found, limit);
    return {
      items: await inWords(tx, asked, page.rows),
      kinds: sources.map(({ kind, name }) => ({ kind, name })),
      next: page.next,
    };
  }

  async function inWords(
    tx: Transaction,
    sources: readonly TimelineSource[],
    rows: readonly Found[],
  ): Promise<TimelinePage['items']> {
    const items = new Map<Found, TimelinePage['items'][number]>();
    for (const source of sources) {
      const own = rows.filter(({ kind }) => kind === source.kind);
      if (own.length === 0) continue;
      for (const [n, words] of (await source.show(tx, own)).entries()) {
        const row = own[n] as Found;
        const { id, kind, at, day } = row;
        items.set(row, { id, kind, at: at.toISOString(), day, ...words });
      }
    }
    return rows.flatMap((row) => items.get(row) ?? []);
  }

  /** Looks at another person are in the audit log, once for each look and not for each page. */
  async function noteView({ audit }: Unit, person: string, { cursor, kind }: TimelineQuery) {
    if (cursor !== undefined) return;
    await audit({
      action: 'view',
      entity: 'person',
      id: person,
      person,
      after: { timeline: kind },
    });
  }

  return {
    /** @throws Problem `person.unknown` outside of the reach of `person:read`. */
    ofPerson: (user: User, id: string, query: TimelineQuery): Promise<TimelinePage> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const row = await personWithin(tx, user.account, 'person:read', id);
        const isOwn = user.account.person === row.id;
        const sources = await sourcesFor(user.account, belongingOf(row), isOwn);
        if (!isOwn) await noteView(unit, row.id, query);
        return read(tx, row.id, sources, query);
      }),

    /** Empty for an account that belongs to no person. */
    own: (user: User, query: TimelineQuery): Promise<TimelinePage> =>
      units.run(user, async ({ tx }) => {
        const { person } = user.account;
        if (person === null) return { items: [], kinds: [], next: null };
        return read(tx, person, await sourcesFor(user.account, { person }, true), query);
      }),
  };
}
