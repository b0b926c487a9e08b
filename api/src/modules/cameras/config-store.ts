import { apartFromAddresses, type CameraAddresses, type CameraConfig } from '@anshi/contracts';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Account } from '../../platform/access/account.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import { reachWhere } from '../../platform/kit/reach.ts';
import { saveAtVersion } from '../../platform/kit/save.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import { foreignVariables, MASK, variableOf } from './address.ts';
import type { CameraConfiguration } from './config-schema.ts';
import type { ConfigView, OpenedCamera } from './config-view.ts';
import type { CamerasConfiguration } from './configuration.ts';
import { checkedCamera, type GivenCamera } from './drawing.ts';
import { holdSite } from './sites/hold.ts';
import { asConfig, findSites } from './sites/rows.ts';
import {
  type CameraRow,
  openAddresses,
  openAddressesOf,
  present,
  sealAddresses,
} from './stored.ts';

const PERMISSION = 'camera:manage';
/** A department configures none: who may name the area of a camera decides who sees it. None belongs to a person. */
const none = () => ({ id: '' });

/** How a version came to be. */
export type How = 'edit' | 'restore' | 'fence' | 'import' | 'removal' | 'return';

/** The cameras that an account may change. */
export const withinReach = (account: Account): Prisma.CameraWhereInput =>
  reachWhere<Prisma.CameraWhereInput>(reachOf(account, PERMISSION), {
    site: (site) => ({ site }),
    department: none,
    own: none,
  });

export type ConfigStore = ReturnType<typeof createConfigStore>;

/** Writes cameras: each change is the next version, and the ones before stay. */
export function createConfigStore(
  sealed: Sealed,
  configuration: CamerasConfiguration,
  view: ConfigView,
) {
  /** @throws Problem where there is none within reach. */
  async function find({ tx, caller }: Pick<Unit, 'tx' | 'caller'>, account: Account, id: string) {
    const row = await tx.camera.findFirst({
      where: { AND: [{ id, ...present }, withinReach(account)] },
    });
    if (!row) throw new Problem('camera.unknown');
    const known = row as unknown as CameraRow;
    const addresses = await openAddressesOf(tx, sealed, caller.tenant, known.addressId);
    return { ...known, addresses } satisfies OpenedCamera;
  }

  /** @throws Problem where the worker would refuse it, or it belongs to a site out of reach. */
  async function checked(
    tx: Transaction,
    account: Account,
    given: GivenCamera,
  ): Promise<CameraConfig> {
    const { site } = given.fields as { site?: unknown };
    if (typeof site === 'string') await holdSite(tx, site);
    const stored = async () => (await findSites(tx)).map(asConfig);
    const sites = configuration.from === 'file' ? configuration.file.sites : await stored();
    const camera = checkedCamera(given, sites);
    if (!isWithin(account, reachOf(account, PERMISSION), { site: camera.site })) {
      throw new Problem('camera.other-site');
    }
    const { area } = camera;
    if (area !== undefined && !(await tx.area.findFirst({ where: { id: area } }))) {
      const errors = [
        fieldError('body.area', `台账中没有区域“${area}”`, `the register has no area "${area}"`),
      ];
      throw new Problem('camera.invalid', undefined, { errors });
    }
    return camera;
  }

  /** @throws Problem where an address that a person gave names a variable of something else. */
  async function checkVariables(
    { tx, caller }: Pick<Unit, 'tx' | 'caller'>,
    { id, url, secondUrl, substream }: CameraConfig,
    stored: CameraAddresses | null,
  ): Promise<void> {
    if (![url, secondUrl, substream].some((one) => one?.includes('${'))) return;
    const words = id.split('-');
    const shorter = words.slice(1).map((_, n) => words.slice(0, n + 1).join('-'));
    const alike = await tx.camera.findMany({
      where: { ...present, OR: [{ id: { startsWith: `${id}-` } }, { id: { in: shorter } }] },
    });
    const ids = alike.map(({ addressId }) => addressId);
    const addresses = await openAddresses(tx, sealed, caller.tenant, ids);
    const others = alike.map((one) => ({
      id: one.id,
      addresses: Object.values(addresses.get(one.addressId) ?? {}),
    }));
    const own = variableOf(id);
    const errorsOf = (field: string, given: string, before: string | undefined) =>
      foreignVariables(id, { given, stored: before ?? null, others })
        .slice(0, 1)
        .map((name) =>
          fieldError(
            field,
            `环境变量 ${name} 不属于此摄像机：它的变量是 ${own} 以及以 ${own}_ 开头的变量`,
            `the environment variable ${name} is not one of this camera: its variables are ${own} and those that begin with ${own}_`,
          ),
        );
    const errors = [
      ...errorsOf('body.address', url, stored?.url),
      ...errorsOf('body.secondAddress', secondUrl ?? '', stored?.secondUrl),
      ...errorsOf('body.substreamAddress', substream ?? '', stored?.substream ?? stored?.url),
    ];
    if (errors.length > 0) throw new Problem('camera.invalid', undefined, { errors });
  }

  /** @returns the id under which they are sealed. */
  async function keepAddresses(
    { tx, caller }: Pick<Unit, 'tx' | 'caller'>,
    cameraId: string,
    addresses: CameraAddresses,
    id: string = newId(),
  ): Promise<string> {
    const { tenant: tenantId } = caller;
    const addressSealed = await sealAddresses(tx, sealed, { tenant: tenantId, id, addresses });
    await tx.cameraAddress.create({ data: { tenantId, id, cameraId, addressSealed } });
    return id;
  }

  return {
    find,
    checked,
    checkVariables,
    keepAddresses,

    /** @throws Problem where the cameras are those of the file. */
    requireDatabase(): void {
      if (configuration.from === 'file') throw new Problem('camera.from-file');
    },

    /**
     * Adds a checked camera.
     *
     * @throws Problem where the id is taken, also by one out of reach: the id is the company's.
     */
    async add(unit: Unit, account: Account, camera: CameraConfig, how: How) {
      const { tx, caller } = unit;
      const { tenant: tenantId } = caller;
      const { addresses, config } = apartFromAddresses(camera);
      const { id, site } = config;
      const taken = await tx.camera.findFirst({ where: { id } });
      if (taken) {
        throw new Problem(taken.removedAt ? 'camera.id-of-removed' : 'camera.id-taken');
      }
      const addressId = newId();
      const head = { config: config as unknown as Prisma.InputJsonObject, addressId };
      const { id: byUser, displayName: byName } = account;
      await tx.camera.create({ data: { tenantId, id, site, ...head, updatedByName: byName } });
      await keepAddresses(unit, id, addresses, addressId);
      await tx.cameraConfigVersion.create({
        data: { tenantId, id: newId(), cameraId: id, version: 1, ...head, byUser, byName, how },
      });
      const row = await find(unit, account, id);
      await unit.audit({ action: 'create', entity: 'camera', id, after: logged(row) });
      await unit.emit({ entity: 'camera', what: 'created', subject: id, data: { camera: id } });
      unit.afterCommit(() => configuration.reload());
      return view.show(tx, row);
    },

    /**
     * Saves another configuration of a camera as its next version.
     *
     * @param next what it is to be, checked.
     * @throws Problem `camera.version-conflict` where it has another version by now.
     */
    save(
      unit: Unit,
      account: Account,
      change: { id: string; version: number; how: How; restored?: number },
      next: (row: OpenedCamera) => Promise<CameraConfig>,
    ): Promise<CameraConfiguration> {
      const { tx, caller } = unit;
      const { id, version, how, restored = null } = change;
      const { tenant: tenantId } = caller;
      const { id: byUser, displayName: byName } = account;
      let touched: string[] = [];
      unit.afterCommit(() => configuration.reload());
      return saveAtVersion(unit, {
        entity: 'camera',
        id,
        version,
        conflict: 'camera.version-conflict',
        event: 'changed',
        find: () => find(unit, account, id),
        async write(to) {
          const row = await find(unit, account, id);
          const { addresses, config } = apartFromAddresses(await next(row));
          touched = [
            ...(addresses.url === row.addresses.url ? [] : ['address']),
            ...(addresses.secondUrl === row.addresses.secondUrl ? [] : ['secondAddress']),
            ...(addresses.substream === row.addresses.substream ? [] : ['substreamAddress']),
          ];
          const isOther = touched.length > 0;
          const addressId = isOther ? await keepAddresses(unit, id, addresses) : row.addressId;
          const head = { config: config as unknown as Prisma.InputJsonObject, addressId };
          const { site } = config;
          const written = await tx.camera.updateMany({
            where: { id, version },
            data: { ...head, site, version: to, updatedAt: new Date(), updatedByName: byName },
          });
          if (written.count === 0) return written;
          const made = { tenantId, id: newId(), cameraId: id, version: to, ...head };
          await tx.cameraConfigVersion.create({
            data: { ...made, byUser, byName, how, restored },
          });
          return written;
        },
        show: (row) => view.show(tx, row),
        log: logged,
        get touched() {
          return touched;
        },
      });
    },
  };
}

/** What the audit log says of a camera: everything but its addresses. */
const logged = ({ config, addresses }: OpenedCamera): Record<string, unknown> => ({
  ...config,
  address: MASK,
  ...(addresses.secondUrl !== undefined && { secondAddress: MASK }),
  ...(addresses.substream !== undefined && { substreamAddress: MASK }),
});
