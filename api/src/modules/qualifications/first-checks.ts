import { z } from 'zod';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { dayText } from '../../platform/kit/schemas.ts';
import type { Platform } from '../../platform/module.ts';
import { dayIn } from '../../platform/obligations/schedule.ts';
import type {
  Done,
  NotOwed,
  ObligationProvider,
  Obligations,
  Owed,
} from '../../platform/obligations/types.ts';
import { listsOf } from '../posts/records.ts';
import { needsOf } from './needs.ts';

const FIRST_CHECK = 'medical-check-first' as const;

declare module '../../platform/module.ts' {
  interface ModuleServices {
    exposedPosts: typeof exposed;
  }
}

/** Those of people, or all of people in service, by the present holding of a post that asks for a medical check. */
export async function exposed(tx: Transaction, people: readonly string[] | null) {
  const posts = new Map(
    (await tx.post.findMany({})).flatMap((post) => {
      const isAsked = needsOf({ ...post, ...listsOf(post) }).some(({ type }) => type === 'fitness');
      return isAsked ? [[post.id, post.name] as const] : [];
    }),
  );
  const rows = await tx.postHolding.findMany({
    where: {
      until: null,
      postId: { in: [...posts.keys()] },
      person: { status: 'active' },
      ...(people === null ? {} : { personId: { in: [...people] } }),
    },
    include: { person: { include: { department: { select: { site: true } } } } },
  });
  return rows.map((row) => ({ ...row, postName: posts.get(row.postId) ?? '' }));
}

/** Of each person the first result that counts, and the last one that was revoked. */
async function checksOf(tx: Transaction, people: readonly string[]) {
  const rows = await tx.qualification.findMany({
    where: { personId: { in: [...people] }, type: 'fitness', status: 'counted' },
    orderBy: { id: 'asc' },
    select: { id: true, personId: true, validFrom: true, revokedAt: true },
  });
  return (person: string): { done: Done | null; revoked: string | null } => {
    const own = rows.filter(({ personId }) => personId === person);
    const found = own.find(({ revokedAt }) => revokedAt === null);
    return {
      done: found ? { on: dayText(found.validFrom), evidence: found.id } : null,
      revoked: own.findLast(({ revokedAt }) => revokedAt !== null)?.id ?? null,
    };
  };
}

/**
 * The first medical check of who holds a post with exposure: due as long as the post is held and there is no result at all. An
 * end of a result is of the kind `medical-check`. The source is the person.
 */
export const firstChecks = ({ timeZone }: { timeZone: string }): ObligationProvider => ({
  async read(tx, sources) {
    const held = await exposed(tx, sources);
    const ids = held.map(({ personId }) => personId);
    const checks = await checksOf(tx, ids);
    const owed = held.map(({ id, personId, since, postName, person }): Owed => {
      const { done, revoked } = checks(personId);
      // A holding of before posts were recorded began at the latest when the file was made.
      const taken = since === null ? dayText(person.hiredOn) : dayIn(since, timeZone);
      return {
        source: personId,
        subject: personId,
        person: personId,
        detail: { zh: postName, en: postName },
        department: person.departmentId,
        site: person.department.site,
        due: {
          by: 'condition',
          since: done ? null : (taken ?? dayIn(person.createdAt, timeZone)),
          // A result that was revoked leaves the person without one again.
          basis: [id, ...(revoked === null ? [] : [revoked])].join('/'),
          done,
        },
      };
    });
    const others = (sources ?? []).filter((source) => !ids.includes(source));
    const present = await tx.person.findMany({
      where: { id: { in: others }, status: 'active' },
      select: { id: true },
    });
    return [
      ...owed,
      ...others.map(
        (source): NotOwed => ({
          source,
          closed: present.some(({ id }) => id === source) ? 'not-needed' : 'left',
        }),
      ),
    ];
  },
});

/** To be called after a change of a medical result of a person. */
export const refreshFirstCheck =
  (obligations: Pick<Obligations, 'refresh'>) => (unit: Unit, person: string) =>
    obligations.refresh(unit, FIRST_CHECK, [person]);

const concerned = z.object({ person: z.string().optional(), post: z.string().optional() });

/** Provides the kind, and follows who takes a post, leaves it, and what posts expose to. */
export function provideFirstChecks({
  obligations,
  consumers,
  settings,
}: Pick<Platform, 'obligations' | 'consumers' | 'settings'>): void {
  obligations.provide(FIRST_CHECK, firstChecks(settings));
  consumers.on({
    name: 'qualifications.first-checks',
    types: ['cn.anshi.person.*', 'cn.anshi.post.*'],
    handle: async (unit, { data }) => {
      const read = concerned.safeParse(data);
      if (!read.success) return;
      const { person, post } = read.data;
      const people = post
        ? (await unit.tx.postHolding.findMany({ where: { postId: post, until: null } })).map(
            ({ personId }) => personId,
          )
        : [];
      if (person !== undefined) people.push(person);
      if (people.length > 0) await obligations.refresh(unit, FIRST_CHECK, people);
    },
  });
}
