import { type ImpinjEvent, type Location, location } from '@anshi/contracts';
import { z } from 'zod';

/**
 * A read of a badge by a fixed reader: the badge is at the antenna, within its field. Where that is, the place of the
 * antenna says; the location itself has no place, as its missing accuracy says.
 *
 * @param reader the name of the reader, by its credential.
 * @returns null where the event is no read of a badge.
 */
export function fromImpinj(event: ImpinjEvent, reader: string, now: Date): Location | null {
  const read = event.tagInventoryEvent;
  if (event.eventType !== 'tagInventory' || !read) return null;
  const epc =
    read.epcHex ?? (read.epc ? Buffer.from(read.epc, 'base64').toString('hex') : undefined);
  if (!epc) return null;
  return location.parse({
    position: { type: 'Point', coordinates: [0, 0] },
    source: `${reader}/antenna-${read.antennaPort}`,
    provider_type: 'rfid',
    provider_id: epc.toUpperCase(),
    trackables: [],
    timestamp_generated: toInstant(read.lastSeenTime ?? event.timestamp, now),
    crs: 'local',
  });
}

/** The JSON that Traccar Client and OsmAnd send (Traccar 6.7 and newer). */
export const traccarJson = z.looseObject({
  device_id: z.string().min(1).max(128),
  location: z.looseObject({
    timestamp: z.union([z.string(), z.number()]).optional(),
    alarm: z.string().max(64).optional().describe('sos where the button for help was pressed.'),
    battery: z
      .looseObject({ level: z.number().min(0).max(1).optional().describe('Of 1.') })
      .optional()
      .describe('The battery of the device.'),
    coords: z.looseObject({
      latitude: z.number().min(-90).max(90),
      longitude: z.number().min(-180).max(180),
      accuracy: z.number().nonnegative().optional(),
      altitude: z.number().optional(),
    }),
  }),
});

/** A device without a fix leaves its fields empty; that is no place in the Gulf of Guinea. */
const unlessEmpty = (value: unknown) => (value === '' ? undefined : value);

/** The same as the query of an address (the older OsmAnd protocol). */
export const traccarQuery = z.looseObject({
  id: z.string().min(1).max(128).optional(),
  deviceid: z.string().min(1).max(128).optional(),
  lat: z.preprocess(unlessEmpty, z.coerce.number().min(-90).max(90)),
  lon: z.preprocess(unlessEmpty, z.coerce.number().min(-180).max(180)),
  timestamp: z.string().optional(),
  /** Metres. */
  accuracy: z.coerce.number().nonnegative().optional(),
  hdop: z.coerce.number().nonnegative().optional(),
  altitude: z.coerce.number().optional(),
  batt: z.coerce.number().min(0).max(100).optional().describe('Charge of its battery, percent.'),
  alarm: z.string().max(64).optional().describe('sos where the button for help was pressed.'),
});

/** Metres of one unit of horizontal dilution of precision, for a common receiver. */
const METRES_PER_HDOP = 5;

export function fromTraccarJson(body: z.infer<typeof traccarJson>, now: Date): Location {
  const { coords, timestamp, battery, alarm } = body.location;
  const level = battery?.level;
  const said = saidBy(level === undefined ? undefined : level * 100, alarm);
  return gps(body.device_id, coords, toInstant(timestamp, now), said);
}

/** @throws z.ZodError where the device is not named. */
export function fromTraccarQuery(query: z.infer<typeof traccarQuery>, now: Date): Location {
  const accuracy =
    query.accuracy ?? (query.hdop === undefined ? undefined : query.hdop * METRES_PER_HDOP);
  return gps(
    query.id ?? query.deviceid ?? '',
    {
      latitude: query.lat,
      longitude: query.lon,
      ...(accuracy === undefined ? {} : { accuracy }),
      ...(query.altitude === undefined ? {} : { altitude: query.altitude }),
    },
    toInstant(query.timestamp, now),
    saidBy(query.batt, query.alarm),
  );
}

/** What a phone says of itself. Other alarms of theirs, such as overspeed, are none of a badge. */
const saidBy = (battery?: number, alarm?: string): Location['properties'] =>
  battery === undefined && alarm !== 'sos'
    ? undefined
    : { ...(battery === undefined ? {} : { battery }), ...(alarm === 'sos' ? { sos: true } : {}) };

function gps(
  device: string,
  coords: {
    latitude: number;
    longitude: number;
    accuracy?: number | undefined;
    altitude?: number | undefined;
  },
  at: string,
  said?: Location['properties'],
): Location {
  const { longitude, latitude, altitude, accuracy } = coords;
  return location.parse({
    position: {
      type: 'Point',
      coordinates: altitude === undefined ? [longitude, latitude] : [longitude, latitude, altitude],
    },
    source: 'traccar',
    provider_type: 'gps',
    provider_id: device,
    trackables: [],
    timestamp_generated: at,
    crs: 'EPSG:4326',
    ...(accuracy === undefined ? {} : { accuracy }),
    ...(said === undefined ? {} : { properties: said }),
  });
}

/** RFC 3339, or seconds or milliseconds since 1970; nothing readable means now. */
export function toInstant(value: string | number | undefined, now: Date): string {
  if (value === undefined || value === '') return now.toISOString();
  const number =
    typeof value === 'number' ? value : /^\d+(\.\d+)?$/.test(value) ? Number(value) : null;
  const date =
    number === null ? new Date(value) : new Date(number < 100_000_000_000 ? number * 1000 : number);
  if (Number.isNaN(date.getTime())) return now.toISOString();
  // A year of more than four digits is a broken clock, and no RFC 3339.
  const instant = date.toISOString();
  return /^\d{4}-/.test(instant) ? instant : now.toISOString();
}
