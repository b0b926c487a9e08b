import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Permission } from '../../platform/access/permissions.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import { Problem } from '../../platform/http/errors.ts';
import { historyOf } from '../../platform/kit/history.ts';
import { refusedField } from '../../platform/kit/refused-field.ts';
import type { User } from '../../platform/kit/routes.ts';
import { answerFrom } from '../../platform/kit/rows.ts';
import { givenOnly, noteCreated, saveAtVersion } from '../../platform/kit/save.ts';
import type { Bilingual } from '../../platform/manifest.ts';
import type { Platform } from '../../platform/module.ts';
import { placeReach } from './reach.ts';
import type * as schema from './schema.ts';
import { type AreaFence, fenceSchema } from './schema.ts';
import { markChanged } from './tracks.ts';

const ENTITY = 'area-fence';
type Row = Prisma.AreaFenceModel;
interface Place {
  id: string;
  areaName: Bilingual | null;
  areaKind: string | null;
  mayChange: boolean;
  open: number;
}

/** What the log of changes says of a fence. */
const logged = ({
  tenantId: _,
  id: _id,
  activeSince: _a,
  renewAt: _r,
  outline: _o,
  createdAt: _c,
  version: _v,
  ...rest
}: Row) => rest as Record<string, unknown>;

export type Fences = ReturnType<typeof createFences>;

/** The register of fences. */
export function createFences({ units }: Pick<Platform, 'units'>) {
  /** The fences of places within the reach of the permission. */
  async function showAll(
    tx: Transaction,
    account: Account,
    permission: Permission,
    id: string | null = null,
  ): Promise<AreaFence[]> {
    const manages = account.permissions.has('fence:manage')
      ? placeReach(account, 'fence:manage')
      : Prisma.sql`FALSE`;
    const places = await sqlIn(tx)<Place>(Prisma.sql`
      SELECT f.id, a.name AS "areaName", a.kind AS "areaKind", coalesce(${manages}, FALSE) AS "mayChange",
        (SELECT count(*)::int FROM fence_event e WHERE e.fence_id = f.id AND e.state = 'open') AS open
      FROM area_fence f LEFT JOIN area a ON a.id = f.area_id
      WHERE ${placeReach(account, permission)} AND (${id}::text IS NULL OR f.id = ${id})
      ORDER BY f.area_id, f.id LIMIT 2000`);
    const rows = await tx.areaFence.findMany({
      where: { id: { in: places.map((one) => one.id) } },
    });
    const byId = new Map(rows.map((row) => [row.id, row]));
    return places.flatMap((place) => {
      const row = byId.get(place.id);
      return row
        ? [
            answerFrom(fenceSchema, row, {
              ...place,
              kind: row.kind as AreaFence['kind'],
              severity: row.severity as AreaFence['severity'],
              name: row.name as Bilingual,
              hours: row.hours as AreaFence['hours'],
            }),
          ]
        : [];
    });
  }

  async function show(tx: Transaction, { account }: User, permission: Permission, id: string) {
    const [found] = await showAll(tx, account, permission, id);
    if (!found) throw new Problem('fence.unknown');
    return found;
  }

  const refuse = (field: 'posts' | 'areaId', zh: string, en: string) =>
    refusedField('fence.fields', field, { zh, en });

  async function requirePosts(tx: Transaction, posts: readonly string[]): Promise<void> {
    const known = await tx.post.count({ where: { id: { in: [...posts] } } });
    if (known !== new Set(posts).size)
      throw refuse('posts', '其中有不存在的岗位。', 'One of these posts does not exist.');
  }

  /** @throws Problem where the area has no outline, or is beyond the reach. */
  async function requireArea(tx: Transaction, account: Account, id: string): Promise<void> {
    const [found] = await sqlIn(tx)<{ outlined: boolean }>(Prisma.sql`
      SELECT a.polygon IS NOT NULL AND a.floor_plan IS NOT NULL AS outlined FROM area a
      WHERE a.id = ${id} AND a.active AND ${placeReach(account, 'fence:manage')}`);
    if (!found)
      throw refuse(
        'areaId',
        '您管辖范围内没有这个在用区域。',
        'There is no such area in use within your reach.',
      );
    if (!found.outlined)
      throw refuse(
        'areaId',
        '该区域在平面图上没有轮廓。',
        'The area has no outline on a floor plan.',
      );
  }

  return {
    list: (user: User): Promise<z.infer<typeof schema.fenceList>> =>
      units.run(user, async ({ tx }) => ({ items: await showAll(tx, user.account, 'fence:read') })),

    get: (user: User, id: string): Promise<AreaFence> =>
      units.run(user, ({ tx }) => show(tx, user, 'fence:read', id)),

    create: (user: User, input: z.infer<typeof schema.fenceInput>): Promise<AreaFence> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        await requireArea(tx, user.account, input.areaId);
        await requirePosts(tx, input.posts);
        const id = newId();
        const now = new Date();
        const hours = input.hours ?? Prisma.DbNull;
        await tx.areaFence.createMany({
          data: [{ tenantId: user.tenant, id, ...input, hours, activeSince: now, renewAt: now }],
        });
        const event = ['created', { fence: id, area: input.areaId }] as const;
        await noteCreated(unit, { entity: ENTITY, id, after: input, event });
        return show(tx, user, 'fence:manage', id);
      }),

    change: (
      user: User,
      id: string,
      { version, hours, ...given }: z.infer<typeof schema.fencePatch>,
    ): Promise<AreaFence> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const before = await show(tx, user, 'fence:manage', id);
        if (given.posts) await requirePosts(tx, given.posts);
        const now = new Date();
        const isSwitchedOn = given.active === true && !before.active;
        if (isSwitchedOn) await requireArea(tx, user.account, before.areaId);
        const isSwitched = given.active !== undefined && given.active !== before.active;
        // The rights of who is inside are decided again. What is known of where they are stays.
        if (!isSwitched) await markChanged(tx, id, now);
        return saveAtVersion(unit, {
          entity: ENTITY,
          id,
          version,
          conflict: 'fence.version-conflict',
          event: 'changed',
          find: () => tx.areaFence.findFirstOrThrow({ where: { id } }),
          write: (next) =>
            tx.areaFence.updateMany({
              where: { id, version },
              data: {
                ...givenOnly(given),
                ...(hours === undefined ? {} : { hours: hours ?? Prisma.DbNull }),
                ...(isSwitchedOn ? { activeSince: now } : {}),
                ...(isSwitched ? { renewAt: now } : {}),
                version: next,
              },
            }),
          show: () => show(tx, user, 'fence:manage', id),
          log: logged,
        });
      }),

    history: (user: User, id: string) =>
      units.run(user, async ({ tx }) => {
        await show(tx, user, 'fence:read', id);
        return historyOf(tx, { [ENTITY]: [[id, null]] });
      }),
  };
}
