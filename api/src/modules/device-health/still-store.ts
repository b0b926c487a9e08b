import type { OutageStill } from '@anshi/contracts';
import sharp from 'sharp';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { SealedTable } from '../../platform/sealed/rotation.ts';
import type { Sealed, SealedPlace } from '../../platform/sealed/sealed.ts';

const DATA_CLASS = 'camera-still';
/** Pixels of each side: a worker sends smaller ones. */
const MOST_SIDE = 640;

/** The stills of outages, for the rotation of the keys that seal them. */
export const sealedStills: SealedTable = {
  dataClass: DATA_CLASS,
  table: 'device_outage_still',
  rowId: 'outage_id',
  columns: [{ sealed: 'jpeg_sealed' }],
};

const place = (tenant: string, outage: string): SealedPlace => ({
  tenant,
  dataClass: DATA_CLASS,
  table: 'device_outage_still',
  column: 'jpeg_sealed',
  row: outage,
});

const JPEG_BEGINS = Buffer.from([0xff, 0xd8, 0xff]);

/**
 * Makes the picture again: what is stored is what was decoded, without metadata and without bytes behind it.
 *
 * @throws Problem `device-health.still-invalid`
 */
export async function jpegAgain(base64: string): Promise<Buffer> {
  const bytes = Buffer.from(base64, 'base64');
  try {
    // Before a decoder of another format sees it.
    if (!bytes.subarray(0, 3).equals(JPEG_BEGINS)) throw new Error('it is no JPEG');
    const options = { failOn: 'error', limitInputPixels: MOST_SIDE * MOST_SIDE } as const;
    const { width, height } = await sharp(bytes, options).metadata();
    if (width > MOST_SIDE || height > MOST_SIDE) {
      throw new Error(
        `it has ${width} x ${height} pixels; at most ${MOST_SIDE} are taken each way`,
      );
    }
    return await sharp(bytes, options).jpeg({ quality: 85 }).toBuffer();
  } catch (error) {
    throw new Problem('device-health.still-invalid', (error as Error).message);
  }
}

/** Of the same worker, begin of row and report differ by what was told between them. */
const ABOUT = Prisma.sql`interval '15 seconds'`;

/** The outage that a worker gives a still of; null where there is none on record, or none yet. */
export async function outageOf(
  tx: Transaction,
  { worker, camera, fault, since }: Pick<OutageStill, 'worker' | 'camera' | 'fault' | 'since'>,
): Promise<string | null> {
  const from = new Date(since);
  const [found] = await sqlIn(tx)<{ id: string }>(Prisma.sql`
    SELECT o.id FROM device_outage o
    WHERE o.kind = 'camera' AND o.subject = ${camera} AND o.fault = ${fault} AND o.worker = ${worker}
      AND o.begun_at >= ${from}::timestamptz - ${ABOUT}
      AND o.begun_at <= ${from}::timestamptz + ${ABOUT}
    ORDER BY abs(extract(epoch FROM o.begun_at - ${from}::timestamptz)) LIMIT 1`);
  return found?.id ?? null;
}

/** Stores the still of an outage. The first one stays: none can be put in its place. */
export async function storeStill(
  tx: Transaction,
  { sealed, tenant }: { sealed: Sealed; tenant: string },
  outage: string,
  {
    worker,
    still,
    missing,
  }: Pick<OutageStill, 'worker' | 'missing'> & {
    still: { at: string; jpeg: Buffer } | null;
  },
): Promise<void> {
  const jpegSealed =
    still && (await sealed.seal(tx, place(tenant, outage), still.jpeg.toString('base64')));
  await tx.deviceOutageStill.createMany({
    data: [
      {
        tenantId: tenant,
        outageId: outage,
        worker,
        storedAt: new Date(),
        takenAt: still && new Date(still.at),
        missing,
        jpegSealed,
      },
    ],
    skipDuplicates: true,
  });
}

/** The JPEG of an outage; null where there is none, or none any more. */
export async function readStill(
  tx: Transaction,
  { sealed, tenant }: { sealed: Sealed; tenant: string },
  outage: string,
): Promise<Buffer | null> {
  const row = await tx.deviceOutageStill.findFirst({ where: { outageId: outage } });
  if (!row?.jpegSealed) return null;
  return Buffer.from(await sealed.open(tx, place(tenant, outage), row.jpegSealed), 'base64');
}
