import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { historyOf } from '../../platform/kit/history.ts';
import { reachSql } from '../../platform/kit/reach.ts';
import type { User } from '../../platform/kit/routes.ts';
import { givenOnly, noteCreated, pick, saveAtVersion } from '../../platform/kit/save.ts';
import type { PeoplePosts } from '../people/posts.ts';
import { findPost, holdersOf, listsOf, type PostRow, showPost } from './records.ts';
import type { holdersSchema, PostInput, PostPatch, PostView, unknownWords } from './schema.ts';
import { readNames, requireKnown } from './words.ts';

const LOGGED = [
  'code',
  'name',
  'kind',
  'departmentId',
  'areas',
  'machines',
  'skills',
  'specialWork',
  'specialEquipment',
  'courses',
  'exposures',
  'minCrew',
  'active',
] as const;
/** Of advisory locks on codes and names. */
const LOCK = 5_270_301;
const MOST_HOLDERS = 500;

export type Posts = ReturnType<typeof createPosts>;

/** Operations on posts: enter, change, see who holds them. */
export function createPosts({ units, people }: { units: Units; people: PeoplePosts }) {
  async function view({ tx }: Pick<Unit, 'tx'>, row: PostRow): Promise<PostView> {
    const holders = await holdersOf(tx, [row.id]);
    return showPost(row, await readNames(tx), holders.get(row.id) ?? 0);
  }

  /** @throws Problem `post.code-taken` or `post.name-taken` with the other post in `post`. */
  async function refuseTaken(
    tx: Transaction,
    { code, name, departmentId }: Pick<PostInput, 'code' | 'name' | 'departmentId'>,
    except: string | null,
  ): Promise<void> {
    // Concurrent entries of the same post are serialised.
    await sqlIn(tx)(
      Prisma.sql`SELECT pg_advisory_xact_lock(hashtextextended(current_setting('app.tenant'), ${LOCK}::bigint))::text`,
    );
    const [other] = await sqlIn(tx)<{ id: string; code: string }>(Prisma.sql`
      SELECT id, code FROM post WHERE (code = ${code} OR (lower(name) = lower(${name})
        AND department_id IS NOT DISTINCT FROM ${departmentId}))
        AND id IS DISTINCT FROM ${except} ORDER BY (code = ${code}) DESC LIMIT 1`);
    if (!other) return;
    const taken = other.code === code ? 'post.code-taken' : 'post.name-taken';
    throw new Problem(taken, undefined, { post: other.id });
  }

  /** People whose words name it get it. */
  async function createWithin(unit: Unit, user: User, input: PostInput): Promise<PostView> {
    const { tx } = unit;
    requireKnown(await readNames(tx), input);
    await refuseTaken(tx, input, null);
    const id = newId();
    const row = await tx.post.create({ data: { tenantId: user.tenant, id, ...input } });
    const event = ['created', { post: id }] as const;
    await noteCreated(unit, { entity: 'post', id, after: input, event });
    await people.recognise(tx, row);
    return view(unit, row);
  }

  /** @throws Problem `post.held` where a post that people hold is taken out of use. */
  async function changeWithin(unit: Unit, id: string, patch: PostPatch): Promise<PostView> {
    const { tx } = unit;
    await sqlIn(tx)(Prisma.sql`SELECT 1 FROM post WHERE id = ${id} FOR NO KEY UPDATE`);
    const row = await findPost(tx, id);
    const { version, ...given } = patch;
    const next = { ...row, ...listsOf(row), ...givenOnly(given) };
    requireKnown(await readNames(tx), next, { ...row, ...listsOf(row) });
    await refuseTaken(tx, next, id);
    if (row.active && !next.active) {
      const held = await holdersOf(tx, [id]);
      if ((held.get(id) ?? 0) > 0) throw new Problem('post.held');
    }
    const data = { ...givenOnly(given), updatedAt: new Date() };
    const shown = await saveAtVersion(unit, {
      entity: 'post',
      id,
      version,
      conflict: 'post.version-conflict',
      find: () => findPost(tx, id),
      write: (to) => tx.post.updateMany({ where: { id, version }, data: { ...data, version: to } }),
      show: (now) => view(unit, now),
      log: (now) => pick(now, LOGGED),
      event: 'changed',
    });
    if (next.name !== row.name) await people.rename(tx, next);
    const found = next.active ? await people.recognise(tx, next) : 0;
    return found > 0 ? view(unit, await findPost(tx, id)) : shown;
  }

  /**
   * Removes a post that was entered by mistake: of this version, which no person holds or held, and to
   * which nothing refers. @returns why it stays, or null.
   */
  async function removeUnchanged(
    unit: Unit,
    { id, version }: { id: string; version: number },
  ): Promise<'changed' | 'gone' | 'in-use' | null> {
    const { tx } = unit;
    await sqlIn(tx)(Prisma.sql`SELECT 1 FROM post WHERE id = ${id} FOR UPDATE`);
    const row = await tx.post.findFirst({ where: { id } });
    if (!row) return 'gone';
    if (row.version !== version) return 'changed';
    const where = { postId: id };
    const uses = [
      await tx.postHolding.count({ where }),
      await tx.workJob.count({ where }),
      await tx.emergencyNeed.count({ where }),
    ];
    if (uses.some((n) => n > 0) || (await people.isPlanned(tx, id))) return 'in-use';
    await tx.post.deleteMany({ where: { id, version } });
    const before = pick({ ...row, ...listsOf(row) }, LOGGED);
    await unit.audit({ action: 'delete', entity: 'post', id, before });
    await unit.emit({ entity: 'post', what: 'removed', subject: id, data: { post: id } });
    return null;
  }

  return {
    get: (user: User, id: string): Promise<PostView> =>
      units.run(user, async (unit) => view(unit, await findPost(unit.tx, id))),

    create: (user: User, input: PostInput): Promise<PostView> =>
      units.run(user, (unit) => createWithin(unit, user, input)),

    /**
     * @throws Problem `post.held` where a post that people hold is taken out of use.
     */
    change: (user: User, id: string, patch: PostPatch): Promise<PostView> =>
      units.run(user, (unit) => changeWithin(unit, id, patch)),

    createWithin,
    changeWithin,
    removeUnchanged,

    /** What stands in people's files as a post and is none of the register. */
    unknownWords: (user: User): Promise<z.infer<typeof unknownWords>> =>
      units.run(user, async ({ tx }) => ({ items: await people.unknownWords(tx) })),

    /** Who holds it and who held it, within the account's reach on people. */
    holders: (user: User, id: string): Promise<z.infer<typeof holdersSchema>> =>
      units.run(user, async ({ tx }) => {
        await findPost(tx, id);
        const reach = reachSql(user.account, 'person:read', {
          site: Prisma.sql`d.site`,
          department: Prisma.sql`p.department_id`,
          own: ({ person }) => Prisma.sql`p.id = ${person}`,
        });
        const rows = await sqlIn(tx)<{
          id: string;
          name: string;
          employeeNo: string;
          department: { zh: string; en: string };
          since: Date | null;
          until: Date | null;
        }>(Prisma.sql`
          SELECT p.id, p.name, p.employee_no AS "employeeNo", d.name AS department,
            h.since_at AS since, h.until_at AS until
          FROM post_holding h
          JOIN person p ON p.tenant_id = h.tenant_id AND p.id = h.person_id
          JOIN department d ON d.tenant_id = p.tenant_id AND d.id = p.department_id
          WHERE h.post_id = ${id} AND ${reach}
          ORDER BY h.until_at DESC NULLS FIRST, p.employee_no LIMIT ${MOST_HOLDERS}`);
        const all = (await holdersOf(tx, [id])).get(id) ?? 0;
        const items = rows.map(({ id: person, name, employeeNo, department, since, until }) => ({
          person: { id: person, name, employeeNo },
          department,
          since: since?.toISOString() ?? null,
          until: until?.toISOString() ?? null,
        }));
        const seen = items.filter(({ until }) => until === null).length;
        return { items, others: Math.max(0, all - seen) };
      }),

    /** The changes of a post, newest first. */
    history: (user: User, id: string) =>
      units.run(user, async ({ tx }) => {
        await findPost(tx, id);
        return historyOf(tx, { post: [[id, null]] });
      }),
  };
}
