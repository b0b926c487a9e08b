import {
  addressesOf,
  apartFromAddresses,
  type CameraAddresses,
  type CameraConfig,
} from '@anshi/contracts';
import type { Account } from '../../platform/access/account.ts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { fieldError } from '../../platform/http/field-errors.ts';
import { listOrder } from '../../platform/kit/list-order.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import { hostAddress, MASK, unmaskedAddress } from './address.ts';
import { configChanges } from './config-changes.ts';
import type {
  CameraConfiguration,
  CameraInput,
  CameraPatch,
  ConfigurationQuery,
} from './config-schema.ts';
import { type ConfigStore, type How, withinReach } from './config-store.ts';
import type { ConfigView, OpenedCamera } from './config-view.ts';
import { withoutDrawing } from './drawing.ts';
import type { CameraRemoval } from './removal.ts';
import { type CameraRow, inOrder, type KnownCamera, openAddresses, present } from './stored.ts';

/** So many versions are shown. */
const VERSIONS_MOST = 200;
const byId = listOrder('configurations of cameras', 'asc', { id: 'text' });

/** What a person drew: a text, or shapes in the place of those of the camera. */
export type CameraDraft = Pick<
  CameraPatch,
  'drawing' | 'zones' | 'lines' | 'masks' | 'calibration'
>;

/** An address to be tried, for a camera that is there or not yet. */
export interface AddressAttempt {
  /** Which address of the camera a masked password is of. */
  of: 'address' | 'substream';
  camera: string;
  site: string;
  address: string;
}
/** Of a camera that is not there yet. */
const NO_DRAWING = 'picture: [1280, 720]\n';

export type CameraConfigurations = ReturnType<typeof createCameraConfigurations>;

/** Cameras as the database holds them, for those who may change them. */
export function createCameraConfigurations(
  { units, sealed }: Pick<Platform, 'units' | 'sealed'>,
  store: ConfigStore,
  view: ConfigView,
  removal: Pick<CameraRemoval, 'findRemoved' | 'putBackAs'>,
) {
  async function opened({ tx, caller }: Unit, rows: readonly CameraRow[]): Promise<OpenedCamera[]> {
    const ids = rows.map(({ addressId }) => addressId);
    const addresses = await openAddresses(tx, sealed, caller.tenant, ids);
    return rows.map((row) => ({ ...row, addresses: addresses.get(row.addressId) ?? { url: '' } }));
  }
  /** A whole camera, checked as a change of it is. */
  const checkedWhole = (tx: Transaction, account: Account, camera: CameraConfig) => {
    const { addresses, config } = apartFromAddresses(camera);
    return store.checked(tx, account, {
      fields: withoutDrawing(config),
      addresses,
      drawing: config,
    });
  };

  return {
    checkedWhole,

    list: (user: User, query: ConfigurationQuery) =>
      units.run(user, async (unit) => {
        const { q, site, state, limit, cursor } = query;
        const text = { string_contains: q ?? '', mode: 'insensitive' as const };
        const named = {
          OR: [
            { id: { contains: (q ?? '').toLowerCase() } },
            { config: { path: ['name', 'zh'], ...text } },
            { config: { path: ['name', 'en'], ...text } },
          ],
        };
        const rows = (await unit.tx.camera.findMany({
          where: {
            AND: [
              present,
              withinReach(user.account),
              site ? { site: { in: site } } : {},
              state ? { config: { path: ['enabled'], equals: state === 'enabled' } } : {},
              q ? named : {},
              byId.beyond(byId.after(cursor)),
            ],
          },
          orderBy: byId.by(),
          take: limit + 1,
        })) as unknown as CameraRow[];
        const page = byId.page(rows, limit);
        return {
          items: await view.showAll(unit.tx, await opened(unit, page.rows)),
          next: page.next,
        };
      }),

    get: (user: User, id: string) =>
      units.run(user, async (unit) => view.show(unit.tx, await store.find(unit, user.account, id))),

    create(user: User, { id, drawing, ...input }: CameraInput) {
      store.requireDatabase();
      return units.run(user, async (unit) => {
        const addresses = givenAddresses(input, null);
        const fields = { id, ...withoutNull(withoutAddresses(input)) };
        const parts = { fields, addresses, drawing };
        const camera = await store.checked(unit.tx, user.account, parts);
        await store.checkVariables(unit, camera, null);
        return store.add(unit, user.account, camera, 'edit');
      });
    },

    change(user: User, id: string, patch: CameraPatch) {
      const { version, drawing, ...others } = patch;
      const { zones, lines, masks, calibration, ...given } = withoutAddresses(others);
      store.requireDatabase();
      return units.run(user, (unit) =>
        store.save(unit, user.account, { id, version, how: 'edit' }, async (row) => {
          const fields = withoutNull({ ...withoutDrawing(row.config), ...given });
          const camera = await store.checked(unit.tx, user.account, {
            fields,
            addresses: givenAddresses(patch, row.addresses),
            drawing: drawing ?? drawn(row.config, { zones, lines, masks, calibration }),
          });
          await store.checkVariables(unit, camera, row.addresses);
          return camera;
        }),
      );
    },

    /**
     * A draft of a camera as it would be saved, checked as a save of it is. Nothing is written.
     *
     * @throws Problem as `change` does.
     */
    draft: (user: User, id: string, { drawing, ...shapes }: CameraDraft) =>
      units.run(user, async (unit) => {
        const row = await store.find(unit, user.account, id);
        const camera = await store.checked(unit.tx, user.account, {
          fields: withoutDrawing(row.config),
          addresses: row.addresses,
          drawing: drawing ?? drawn(row.config, shapes),
        });
        return apartFromAddresses(camera).config;
      }),

    /**
     * An address that a person wants to try, checked as a save of it is. For a camera that is there `***` keeps its
     * password, and its transport and certificate count.
     *
     * @throws Problem as `create` and `change` do.
     */
    attempt: (user: User, { camera: id, site, address, of }: AddressAttempt) =>
      units.run(user, async (unit) => {
        const isThere = await unit.tx.camera.findFirst({ where: { id, ...present } });
        const row = isThere && (await store.find(unit, user.account, id));
        const url = triedAddress(of, address, row?.addresses ?? null);
        const fields = row ? withoutDrawing(row.config) : { id, name: { zh: id, en: id }, site };
        const drawing = row ? row.config : NO_DRAWING;
        const camera = await store.checked(unit.tx, user.account, {
          fields,
          addresses: { url },
          drawing,
        });
        await store.checkVariables(unit, camera, row?.addresses ?? null);
        return camera;
      }),

    /** The hosts of the cameras within reach, by camera: which of those that are found are there already. */
    hosts: (user: User) =>
      units.run(user, async (unit) => {
        const where = { AND: [present, withinReach(user.account)] };
        const rows = await unit.tx.camera.findMany({ where });
        const known = await opened(unit, rows as unknown as CameraRow[]);
        return new Map(known.map(({ id, addresses }) => [id, hostAddress(addresses.url)]));
      }),

    restore(user: User, id: string, { version, restore }: { version: number; restore: number }) {
      store.requireDatabase();
      return units.run(user, (unit) => {
        const { tx, caller } = unit;
        const change = { id, version, how: 'restore' as const, restored: restore };
        return store.save(unit, user.account, change, async (row) => {
          const where = { cameraId: id, version: restore };
          const old = await tx.cameraConfigVersion.findFirst({ where });
          if (!old) throw new Problem('camera.version-unknown');
          const opened = await openAddresses(tx, sealed, caller.tenant, [old.addressId]);
          // Those of before a removal are deleted: the present ones stay.
          const addresses = opened.get(old.addressId) ?? row.addresses;
          const config = old.config as unknown as KnownCamera;
          return checkedWhole(tx, user.account, { ...config, ...addresses });
        });
      });
    },

    /** Takes a camera over as it is given, as a new one or as the next version. */
    async take(unit: Unit, account: Account, given: CameraConfig): Promise<CameraConfiguration> {
      const there = await unit.tx.camera.findFirst({ where: { id: given.id } });
      if (!there) {
        return store.add(unit, account, await checkedWhole(unit.tx, account, given), 'import');
      }
      if (there.removedAt) {
        const row = await removal.findRemoved(unit.tx, account, given.id);
        const camera = await checkedWhole(unit.tx, account, given);
        return removal.putBackAs(unit, account, row, { camera, how: 'import' });
      }
      const change = { id: given.id, version: there.version, how: 'import' as const };
      return store.save(unit, account, change, () => checkedWhole(unit.tx, account, given));
    },

    /** The versions of a camera, newest first, each with what it changed. */
    versions: (user: User, id: string) =>
      units.run(user, async (unit) => {
        await store.find(unit, user.account, id);
        const rows = await unit.tx.cameraConfigVersion.findMany({
          where: { cameraId: id },
          orderBy: { version: 'desc' },
          take: VERSIONS_MOST + 1,
        });
        const read = rows.map((row) => ({ ...row, config: row.config as unknown as KnownCamera }));
        return {
          items: read.slice(0, VERSIONS_MOST).map((row, n) => ({
            version: row.version,
            at: row.at.toISOString(),
            by: row.byName as { zh: string; en: string } | null,
            how: row.how as How | 'seed',
            restored: row.restored,
            changes: row.how === 'removal' ? [] : configChanges(read[n + 1] ?? null, row),
          })),
        };
      }),

    /** All cameras within reach, with their addresses. */
    async all(unit: Unit, account: Account): Promise<OpenedCamera[]> {
      const rows = await unit.tx.camera.findMany({
        where: { AND: [present, withinReach(account)] },
        orderBy: inOrder,
      });
      return opened(unit, rows as unknown as CameraRow[]);
    },
  };
}

/** A camera with other shapes on its picture. */
function drawn(
  { masks: before, calibration: had, ...config }: KnownCamera,
  { zones, lines, masks = before, calibration = had }: Omit<CameraDraft, 'drawing'>,
): KnownCamera {
  return {
    ...config,
    ...(zones && { zones }),
    ...(lines && { lines }),
    // None at all where there are none, as before there were masks.
    ...(masks && masks.length > 0 && { masks }),
    ...(calibration && calibration.length > 0 && { calibration }),
  };
}

const withoutNull = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  );

function withoutAddresses<Given extends Partial<GivenAddresses>>(given: Given) {
  const { address, secondAddress, substreamAddress, ...others } = given;
  return others;
}

type GivenAddresses = Pick<CameraPatch, 'address' | 'secondAddress' | 'substreamAddress'>;

/**
 * The addresses that a person means: what is left out stays, the second and the substream go by null.
 *
 * @throws Problem where a masked password stands for none that is stored.
 */
function givenAddresses(
  { address, secondAddress, substreamAddress }: GivenAddresses,
  stored: CameraAddresses | null,
): CameraAddresses {
  const url = meant('body.address', address, stored?.url) ?? '';
  const secondUrl =
    secondAddress === null
      ? undefined
      : meant('body.secondAddress', secondAddress, stored?.secondUrl);
  const substream =
    substreamAddress === null ? undefined : meantSubstream(substreamAddress, stored, url);
  return addressesOf({ url, secondUrl, substream });
}

/**
 * The address of a substream that a person means. A mask may stand for the password of the main stream, too, of the
 * same device and user.
 *
 * @param url of the main stream.
 */
function meantSubstream(
  given: string | undefined,
  stored: CameraAddresses | null,
  url: string,
  field = 'body.substreamAddress',
): string | undefined {
  if (given === undefined) return stored?.substream;
  const address = unmaskedAddress(given, stored?.substream ?? '') ?? unmaskedAddress(given, url);
  if (address === null) throw masked(field);
  return address;
}

/** The address to try. @throws Problem where a masked password stands for none that is stored. */
const triedAddress = (
  of: AddressAttempt['of'],
  address: string,
  stored: CameraAddresses | null,
): string =>
  (of === 'substream'
    ? meantSubstream(address, stored, stored?.url ?? '', 'body.address')
    : meant('body.address', address, stored?.url)) ?? '';

function meant(field: string, given: string | undefined, stored: string | undefined) {
  if (given === undefined) return stored;
  const address = unmaskedAddress(given, stored ?? '');
  if (address === null) throw masked(field);
  return address;
}

const masked = (field: string) =>
  new Problem('camera.invalid', undefined, {
    errors: [
      fieldError(
        field,
        `${MASK} 只代表同一设备、同一用户的密码：请重新输入密码`,
        `${MASK} stands for the password of the same device and user: enter the password again`,
      ),
    ],
  });
