import { createHash } from 'node:crypto';
import {
  addressesOf,
  type CameraAddresses,
  type CameraConfig,
  type SiteConfig,
} from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import type { SealedTable } from '../../platform/sealed/rotation.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';
import type { CalibratedPlan } from './placed.ts';

/** A camera as other modules know it: its addresses stay in the database. */
export type KnownCamera = Omit<CameraConfig, keyof CameraAddresses>;

/** A row of the table, with its configuration as written. */
export interface CameraRow {
  id: string;
  site: string;
  config: KnownCamera;
  addressId: string;
  version: number;
  updatedAt: Date;
  updatedByName: { zh: string; en: string } | null;
  /** Null while it is there. */
  removedAt: Date | null;
  removedByName: { zh: string; en: string } | null;
  /** Of a removed one. */
  removedPlan: CalibratedPlan | null;
}

/** The addresses, for the rotation of the keys that seal them. */
export const sealedAddresses: SealedTable = {
  dataClass: 'integration',
  table: 'camera_address',
  rowId: 'id',
  columns: [{ sealed: 'address_sealed' }],
};

const place = (tenant: string, row: string) => ({
  tenant,
  dataClass: 'integration',
  table: 'camera_address',
  column: 'address_sealed',
  row,
});

/**
 * All addresses are sealed as one text, a line each: an address has no line ends. The line of one that a
 * camera does not have is empty, and left out at the end.
 */
const textOf = ({ url, secondUrl = '', substream = '' }: CameraAddresses): string =>
  [url, secondUrl, substream].join('\n').trimEnd();
function addressesIn(text: string): CameraAddresses {
  const [url = '', secondUrl, substream] = text.split('\n');
  return addressesOf({ url, secondUrl: secondUrl || undefined, substream: substream || undefined });
}

export const sealAddresses = (
  tx: Transaction,
  sealed: Sealed,
  { tenant, id, addresses }: { tenant: string; id: string; addresses: CameraAddresses },
): Promise<string> => sealed.seal(tx, place(tenant, id), textOf(addresses));

/** @throws Problem where the addresses cannot be opened. */
export async function openAddressesOf(
  tx: Transaction,
  sealed: Sealed,
  tenant: string,
  id: string,
): Promise<CameraAddresses> {
  const row = await tx.cameraAddress.findFirstOrThrow({ where: { id } });
  return addressesIn(await sealed.open(tx, place(tenant, id), row.addressSealed));
}

/** The addresses of several cameras, by their ids. */
export async function openAddresses(
  tx: Transaction,
  sealed: Sealed,
  tenant: string,
  ids: readonly string[],
): Promise<Map<string, CameraAddresses>> {
  const rows = await tx.cameraAddress.findMany({ where: { id: { in: [...ids] } } });
  const opened = new Map<string, CameraAddresses>();
  for (const { id, addressSealed } of rows) {
    opened.set(id, addressesIn(await sealed.open(tx, place(tenant, id), addressSealed)));
  }
  return opened;
}

/** Those that are there. */
export const present = { removedAt: null } satisfies Prisma.CameraWhereInput;

/** As they were added; those of a file in its order. */
export const inOrder: Prisma.CameraOrderByWithRelationInput[] = [
  { createdAt: 'asc' },
  { id: 'asc' },
];

/** All cameras of the tenant, in the order in which they were added; removed ones apart. */
export async function findCameras(
  tx: Transaction,
): Promise<{ cameras: CameraRow[]; removed: CameraRow[] }> {
  const rows = (await tx.camera.findMany({ orderBy: inOrder })) as unknown as CameraRow[];
  return {
    cameras: rows.filter(({ removedAt }) => removedAt === null),
    removed: rows.filter(({ removedAt }) => removedAt !== null),
  };
}

/** The departments of the areas on record, by id of the area. */
export async function findAreaDepartments(tx: Transaction): Promise<Map<string, string | null>> {
  const rows = await tx.area.findMany({
    select: { id: true, departmentId: true },
    orderBy: { id: 'asc' },
  });
  return new Map(rows.map(({ id, departmentId }) => [id, departmentId]));
}

/** Changes with every change of a camera or a site: cheap to ask for. */
export async function readMark(tx: Transaction): Promise<string> {
  const [row] = await sqlIn(tx)<{ mark: string }>(Prisma.sql`
    SELECT concat_ws('/', count(*), coalesce(sum(version), 0), max(updated_at),
      (SELECT md5(string_agg(s::text, '|' ORDER BY s.id)) FROM site s)) AS mark FROM camera`);
  return row?.mark ?? '';
}

/** The cameras that a worker watches: its own, and those that name none. */
export const camerasOf = (cameras: readonly CameraRow[], worker: string): CameraRow[] =>
  cameras.filter(({ config }) => config.worker === undefined || config.worker === worker);

/** The sites on record that have any of these cameras: a worker needs no others. */
export const sitesOf = (
  sites: readonly SiteConfig[],
  cameras: readonly CameraRow[],
): SiteConfig[] => sites.filter(({ id }) => cameras.some(({ site }) => site === id));

/** Names the configuration of some cameras. It says nothing of their content. */
export function revisionOf(sites: readonly SiteConfig[], cameras: readonly CameraRow[]): string {
  const heads = cameras.map(({ id, version, updatedAt }) => [id, version, updatedAt.getTime()]);
  return createHash('sha256')
    .update(JSON.stringify([sites, heads]))
    .digest('hex')
    .slice(0, 32);
}
