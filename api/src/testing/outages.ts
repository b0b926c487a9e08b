import type { OutageStill } from '@anshi/contracts';
import { ulid } from 'ulid';
import { openDatabase } from '../platform/db/database.ts';

/** An outage on record of a camera that `worker-1` watches, and a still that it may give. */
export const outageToTell: OutageStill = {
  worker: 'worker-1',
  camera: 'hall-west',
  fault: 'offline',
  since: new Date(Date.now() - 3_600_000).toISOString(),
  still: null,
  missing: 'no-picture',
};

/** Puts an outage of five minutes on record, with the time in which its worker held the camera. */
export async function putOutage(
  appUrl: string,
  { worker, camera, fault, since }: OutageStill = outageToTell,
): Promise<void> {
  const database = openDatabase(appUrl);
  const at = (minutes: number) => new Date(Date.parse(since) + minutes * 60_000);
  await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
    await tx.cameraLease.create({
      data: {
        tenantId: 'demo',
        id: ulid(),
        camera,
        worker,
        heldFrom: at(-10),
        renewedAt: at(10),
        endedAt: at(10),
      },
    });
    await tx.deviceOutage.create({
      data: {
        tenantId: 'demo',
        id: ulid(),
        kind: 'camera',
        subject: camera,
        fault,
        worker,
        begunAt: at(0),
        foundAt: at(0),
        endedAt: at(5),
      },
    });
  });
  await database.close();
}
