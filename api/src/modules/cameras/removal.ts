import { apartFromAddresses, type CameraConfig } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit, Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import { requireVersion } from '../../platform/kit/save.ts';
import { MASK } from './address.ts';
import type {
  CameraConfiguration,
  CameraReturn,
  RemovedCamera,
  ReturnedCamera,
} from './config-schema.ts';
import { type ConfigStore, type How, withinReach } from './config-store.ts';
import type { ConfigView } from './config-view.ts';
import type { CamerasConfiguration } from './configuration.ts';
import { withoutDrawing } from './drawing.ts';
import { forgetCamera, lockGrants } from './grant-rows.ts';
import { placed, planOf } from './placed.ts';
import type { CameraRow, KnownCamera } from './stored.ts';

/** Of a removed camera: it names no address any more. */
const NO_ADDRESS = '';

export type CameraRemoval = ReturnType<typeof createCameraRemoval>;

/**
 * Removes cameras and puts them back. A removed one stays on record with its versions, for all that names it,
 * and its id is given to no other. Its addresses are deleted, those of earlier versions too.
 */
export function createCameraRemoval(
  units: Units,
  configuration: Pick<CamerasConfiguration, 'reload'>,
  store: ConfigStore,
  view: ConfigView,
) {
  /** @throws Problem where none was removed within reach. */
  async function findRemoved(tx: Transaction, account: Account, id: string): Promise<CameraRow> {
    const where = { AND: [{ id, removedAt: { not: null } }, withinReach(account)] };
    const row = await tx.camera.findFirst({ where });
    if (!row) throw new Problem('camera.unknown');
    return row as unknown as CameraRow;
  }

  async function note(
    { tx, caller }: Unit,
    account: Account,
    { row, config, addressId, how }: VersionOf,
  ): Promise<void> {
    await tx.cameraConfigVersion.create({
      data: {
        tenantId: caller.tenant,
        id: newId(),
        cameraId: row.id,
        version: row.version + 1,
        config: config as unknown as Prisma.InputJsonObject,
        addressId,
        byUser: account.id,
        byName: account.displayName,
        how,
      },
    });
  }

  /** Writes a removed camera as it is to be, checked. */
  async function putBackAs(
    unit: Unit,
    account: Account,
    row: CameraRow,
    { camera, how }: { camera: CameraConfig; how: How },
  ): Promise<CameraConfiguration> {
    const { tx } = unit;
    const { id, version } = row;
    const { addresses, config } = apartFromAddresses(camera);
    const addressId = await store.keepAddresses(unit, id, addresses);
    const { count } = await tx.camera.updateMany({
      where: { id, version },
      data: {
        site: config.site,
        config: config as unknown as Prisma.InputJsonObject,
        addressId,
        version: version + 1,
        updatedAt: new Date(),
        updatedByName: account.displayName,
        removedAt: null,
      },
    });
    if (count === 0) throw new Problem('camera.version-conflict');
    await note(unit, account, { row, config, addressId, how });
    const after = { ...config, address: MASK };
    await unit.audit({ action: 'restore', entity: 'camera', id, after });
    await unit.emit({ entity: 'camera', what: 'returned', subject: id, data: { camera: id } });
    unit.afterCommit(() => configuration.reload());
    return view.show(tx, await store.find(unit, account, id));
  }

  return {
    findRemoved,
    putBackAs,

    list: (user: User): Promise<{ items: RemovedCamera[] }> =>
      units.run(user, async ({ tx }) => {
        const rows = await tx.camera.findMany({
          where: { AND: [{ removedAt: { not: null } }, withinReach(user.account)] },
          orderBy: [{ removedAt: 'desc' }, { id: 'asc' }],
          take: 200,
        });
        return { items: (rows as unknown as CameraRow[]).map(shown) };
      }),

    remove(user: User, id: string, version: number): Promise<RemovedCamera> {
      store.requireDatabase();
      return units.run(user, async (unit) => {
        const { tx } = unit;
        const { account } = user;
        await lockGrants(tx, user.tenant);
        const row = await store.find(unit, account, id);
        requireVersion('camera.version-conflict', row, version, await view.show(tx, row));
        const removedByName = account.displayName;
        const now = new Date();
        const plan = await planOf(tx, row.config);
        const { count } = await tx.camera.updateMany({
          where: { id, version },
          data: {
            addressId: NO_ADDRESS,
            version: version + 1,
            updatedAt: now,
            updatedByName: removedByName,
            removedAt: now,
            removedByName,
            removedPlan: plan ? { ...plan, size: [...plan.size] } : Prisma.DbNull,
          },
        });
        if (count === 0) throw new Problem('camera.version-conflict');
        await tx.cameraAddress.deleteMany({ where: { cameraId: id } });
        await forgetCamera(tx, id, now);
        const { config } = row;
        await note(unit, account, { row, config, addressId: NO_ADDRESS, how: 'removal' });
        await unit.audit({ action: 'delete', entity: 'camera', id, before: { ...config } });
        await unit.emit({ entity: 'camera', what: 'removed', subject: id, data: { camera: id } });
        unit.afterCommit(() => configuration.reload());
        return shown(await findRemoved(tx, account, id));
      });
    },

    /** @throws Problem where the camera could not be added like this, or its site is gone and none is given. */
    putBack(
      user: User,
      id: string,
      { version, address, secondAddress, substreamAddress, site }: CameraReturn,
    ): Promise<ReturnedCamera> {
      store.requireDatabase();
      return units.run(user, async (unit) => {
        const { tx } = unit;
        const { account } = user;
        const row = await findRemoved(tx, account, id);
        requireVersion('camera.version-conflict', row, version, shown(row));
        const wanted = { ...row.config, site: site ?? row.config.site };
        const { config, dropped } = await placed(tx, wanted, row.removedPlan);
        const addresses = {
          url: unmasked('body.address', address),
          ...(secondAddress !== null && {
            secondUrl: unmasked('body.secondAddress', secondAddress),
          }),
          ...(substreamAddress !== null && {
            substream: unmasked('body.substreamAddress', substreamAddress),
          }),
        };
        const fields = withoutDrawing(config);
        const camera = await store.checked(tx, account, { fields, addresses, drawing: config });
        await store.checkVariables(unit, camera, null);
        return { ...(await putBackAs(unit, account, row, { camera, how: 'return' })), dropped };
      });
    },
  };
}

interface VersionOf {
  row: CameraRow;
  config: KnownCamera;
  addressId: string;
  how: How;
}

/** @throws Problem where a mask stands for a password that is not stored any more. */
function unmasked(field: string, address: string): string {
  if (!address.includes(MASK)) return address;
  throw new Problem('camera.invalid', undefined, {
    errors: [
      fieldError(
        field,
        '移除时地址已删除：请重新输入密码',
        'The address was deleted with the removal: enter the password again',
      ),
    ],
  });
}

const shown = ({ id, version, config, removedAt, removedByName }: CameraRow): RemovedCamera => ({
  id,
  version,
  name: config.name,
  site: config.site,
  removedAt: (removedAt ?? new Date()).toISOString(),
  removedBy: removedByName,
});
