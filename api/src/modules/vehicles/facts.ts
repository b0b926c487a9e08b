import type { ModuleFacts, Removed } from '../../platform/facts.ts';
import { vehiclesNear } from './near.ts';

const MOST_EXPORTED = 10_000;

/** Records that have the person as the driver, or had before a correction: the name is kept aside then. */
const drivenBy = (person: string) => ({
  OR: [{ driverId: person }, { removedDriverId: person }],
});

/** The records to export. */
const newestOf = (person: string) => ({
  where: drivenBy(person),
  orderBy: { id: 'desc' as const },
  take: MOST_EXPORTED,
});

/** Says of a record whether the name of the person was taken out of it. */
const marked = <Row extends { driverId: string | null }>(
  { driverId, ...row }: Row,
  person: string,
) => ({ ...row, nameTakenOut: driverId !== person });

/** Of a driver: events and passes of the vehicles at which the person had signed on, also those whose name was taken out. */
export const facts: ModuleFacts = {
  about: {
    async equipment(tx, id, account) {
      if (!account.permissions.has('vehicle:read')) return {};
      const where = { machineId: id, status: { not: 'retired' } };
      return { counts: { vehicles: await tx.vehicle.count({ where }) } };
    },
  },
  vehiclesNear,
  ownData: {
    show: async (tx, { person }) => ({
      counts: {
        vehicleEvents: await tx.vehicleEvent.count({ where: drivenBy(person) }),
        vehiclePasses: await tx.vehiclePass.count({ where: drivenBy(person) }),
      },
    }),
    export: async (tx, { person }) => ({
      vehicleEvents: (
        await tx.vehicleEvent.findMany({
          ...newestOf(person),
          select: {
            id: true,
            plate: true,
            kind: true,
            areaId: true,
            speedKmh: true,
            limitKmh: true,
            begunAt: true,
            untilAt: true,
            state: true,
            acknowledgedAt: true,
            note: true,
            driverId: true,
          },
        })
      ).map((row) => marked(row, person)),
      vehiclePasses: (
        await tx.vehiclePass.findMany({
          ...newestOf(person),
          select: {
            id: true,
            plate: true,
            direction: true,
            source: true,
            areaId: true,
            at: true,
            driverId: true,
          },
        })
      ).map((row) => marked(row, person)),
    }),
  },
  purgers: [
    {
      policy: 'vehicle-records',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM vehicle_event WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM vehicle_event WHERE begun_at < ${cutoff} AND state <> 'open' LIMIT ${most}))
        RETURNING id, begun_at AS at`,
    },
    {
      policy: 'vehicle-records',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM vehicle_pass WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM vehicle_pass WHERE at < ${cutoff} LIMIT ${most}))
        RETURNING id, at`,
    },
    {
      policy: 'vehicle-records',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM vehicle_track WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM vehicle_track WHERE updated_at < ${cutoff} LIMIT ${most}))
        RETURNING concat_ws(' ', 'tag', tag) AS id, updated_at AS at`,
    },
  ],
};
