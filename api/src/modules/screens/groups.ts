import type { Account } from '../../platform/access/account.ts';
import type { AccountEvents } from '../../platform/access/account-events.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { requireVersion } from '../../platform/kit/save.ts';
import type { CameraReach } from '../cameras/reach.ts';
import type { KnownCamera } from '../cameras/stored.ts';
import type { GroupInput, GroupPatch, WallGroupView } from './schema.ts';

const MOST_GROUPS = 100;

export interface GroupRow {
  id: string;
  site: string;
  name: { zh: string; en: string };
  cameras: string[];
  patrolSeconds: number;
  version: number;
  updatedAt: Date;
  updatedByName: { zh: string; en: string } | null;
}

/** Whether the account may manage what is of a site. */
export const mayManage = (account: Account, site: string): boolean =>
  account.permissions.has('wall:manage') &&
  isWithin(account, reachOf(account, 'wall:manage'), { site });

export type WallGroups = ReturnType<typeof createWallGroups>;

/** Groups of cameras for all who see the cameras; screens show them. */
export function createWallGroups(options: {
  units: Units;
  events: Pick<AccountEvents, 'publish'>;
  tenant: string;
  cameras: () => readonly KnownCamera[];
  reach: Pick<CameraReach, 'isWithin'>;
}) {
  const { units, events, tenant, cameras, reach } = options;

  const show = (account: Account, row: GroupRow): WallGroupView => ({
    id: row.id,
    version: row.version,
    site: row.site,
    name: row.name,
    cameras: row.cameras.filter((camera) => reach.isWithin(account, 'camera:read', camera)),
    patrolSeconds: row.patrolSeconds,
    updatedAt: row.updatedAt.toISOString(),
    updatedBy: row.updatedByName,
    mayManage: mayManage(account, row.site),
  });

  /** @throws Problem where there is none, or it is out of reach. */
  async function find(tx: Transaction, account: Account, id: string): Promise<GroupRow> {
    const row = (await tx.wallGroup.findFirst({ where: { id } })) as unknown as GroupRow | null;
    if (!row) throw new Problem('wall-group.unknown');
    if (!mayManage(account, row.site)) throw new Problem('wall-group.other-site');
    return row;
  }

  /** @throws Problem where one is not of the site, or out of sight. */
  function checkCameras(account: Account, site: string, ids: readonly string[]): string[] {
    const known = new Map(cameras().map((camera) => [camera.id, camera.site]));
    const isGood = (id: string) =>
      known.get(id) === site && reach.isWithin(account, 'camera:read', id);
    if (!ids.every(isGood)) throw new Problem('wall-group.cameras');
    return [...new Set(ids)];
  }

  /**
   * The group for a screen, on which its cameras are watched live.
   *
   * @throws Problem where the account may not manage it, or not watch all of its cameras itself.
   */
  async function findToShow(tx: Transaction, account: Account, id: string): Promise<GroupRow> {
    const row = await find(tx, account, id);
    if (!row.cameras.every((camera) => reach.isWithin(account, 'live:watch', camera))) {
      throw new Problem('auth.forbidden', 'It needs live:watch for all cameras of the group.');
    }
    return row;
  }

  /** Its screens show at once what it has from now on. */
  async function tellScreens(unit: Unit, group: string): Promise<void> {
    const screens = await unit.tx.wallScreen.findMany({ where: { groupId: group } });
    unit.afterCommit(() => {
      for (const { id } of screens) events.publish({ tenant, user: id });
    });
  }

  type Logged = Pick<GroupRow, 'site' | 'name' | 'cameras' | 'patrolSeconds'>;
  const logged = ({ site, name, cameras: ids, patrolSeconds }: Logged) => ({
    site,
    name,
    cameras: ids,
    patrolSeconds,
  });

  return {
    findToShow,

    list: (user: User): Promise<{ items: WallGroupView[] }> =>
      units.run(user, async ({ tx }) => {
        const rows = await tx.wallGroup.findMany({ orderBy: { id: 'asc' } });
        const items = (rows as unknown as GroupRow[]).map((row) => show(user.account, row));
        return { items: items.filter((one) => one.mayManage || one.cameras.length > 0) };
      }),

    create: (user: User, input: GroupInput): Promise<WallGroupView> =>
      units.run(user, async (unit) => {
        const { site, name, cameras: ids, patrolSeconds } = input;
        const { account } = user;
        if (!mayManage(account, site)) throw new Problem('wall-group.other-site');
        const checked = checkCameras(account, site, ids);
        if ((await unit.tx.wallGroup.count()) >= MOST_GROUPS) {
          throw new Problem('wall-group.too-many');
        }
        const id = newId();
        const row = (await unit.tx.wallGroup.create({
          data: {
            tenantId: tenant,
            id,
            site,
            name,
            cameras: checked,
            patrolSeconds,
            updatedByName: account.displayName,
          },
        })) as unknown as GroupRow;
        await unit.audit({ action: 'create', entity: 'wall-group', id, after: logged(row) });
        return show(account, row);
      }),

    change: (user: User, id: string, patch: GroupPatch): Promise<WallGroupView> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        const { account } = user;
        await tx.$queryRaw`SELECT 1 FROM wall_group WHERE id = ${id} FOR UPDATE`;
        const before = await find(tx, account, id);
        requireVersion('wall-group.version-conflict', before, patch.version, show(account, before));
        // Those that the account does not see stay.
        const unseen = before.cameras.filter((one) => !reach.isWithin(account, 'camera:read', one));
        const wanted = patch.cameras && checkCameras(account, before.site, patch.cameras);
        const data = {
          ...(patch.name && { name: patch.name }),
          ...(wanted && { cameras: [...wanted, ...unseen] }),
          ...(patch.patrolSeconds !== undefined && { patrolSeconds: patch.patrolSeconds }),
        };
        await tx.wallGroup.updateMany({
          where: { id },
          data: {
            ...data,
            version: before.version + 1,
            updatedAt: new Date(),
            updatedByName: account.displayName,
          },
        });
        const now = await find(tx, account, id);
        const change = { before: logged(before), after: logged(now) };
        await unit.audit({ action: 'update', entity: 'wall-group', id, ...change });
        await tellScreens(unit, id);
        return show(account, now);
      }),

    remove: (user: User, id: string): Promise<void> =>
      units.run(user, async (unit) => {
        const { tx } = unit;
        await tx.$queryRaw`SELECT 1 FROM wall_group WHERE id = ${id} FOR UPDATE`;
        const before = await find(tx, user.account, id);
        if (await tx.wallScreen.findFirst({ where: { groupId: id, revokedAt: null } })) {
          throw new Problem('wall-group.in-use');
        }
        // Those that were revoked are in the audit log.
        await tx.wallScreen.deleteMany({ where: { groupId: id } });
        await tx.wallGroup.deleteMany({ where: { id } });
        await unit.audit({ action: 'delete', entity: 'wall-group', id, before: logged(before) });
      }),
  };
}
