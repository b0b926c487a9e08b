import type { ModuleFacts, Removed } from '../../platform/facts.ts';

export const facts: ModuleFacts = {
  purgers: [
    {
      policy: 'device-health-minutes',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM device_health_minute WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM device_health_minute WHERE at < ${cutoff} LIMIT ${most}))
        RETURNING concat_ws(' ', kind, subject,
          to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI"Z"')) AS id, at`,
    },
    {
      policy: 'device-health-hours',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM device_health_hour WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM device_health_hour WHERE at < ${cutoff} LIMIT ${most}))
        RETURNING concat_ws(' ', kind, subject,
          to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24"Z"')) AS id, at`,
    },
    {
      policy: 'device-outage-stills',
      most: 5000,
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM device_outage_still WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM device_outage_still WHERE stored_at < ${cutoff} LIMIT ${most}))
        RETURNING outage_id AS id, stored_at AS at`,
    },
    {
      policy: 'device-outages',
      most: 5000,
      // One that lasts is kept, however long. Its still goes with it.
      remove: (tx, cutoff, most) => tx.$queryRaw<Removed[]>`
        DELETE FROM device_outage WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM device_outage WHERE ended_at < ${cutoff} LIMIT ${most}))
        RETURNING id, ended_at AS at`,
    },
  ],
};
