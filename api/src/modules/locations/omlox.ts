import { type Location, location, type OmloxLocation } from '@anshi/contracts';

/**
 * A location of an omlox hub or locating system as ours. Its source becomes `name/source`: a sender speaks of zones of its
 * own, whatever they are called.
 *
 * @param name of the sender, by its credential.
 * @throws z.ZodError where name and source together are too long.
 */
export const fromOmlox = (given: OmloxLocation, name: string, now: Date): Location =>
  location.parse({
    ...given,
    source: given.source === name ? name : `${name}/${given.source}`,
    timestamp_generated: given.timestamp_generated ?? now.toISOString(),
  });
