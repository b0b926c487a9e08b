import { z } from 'zod';
import { instant } from '../primitives.ts';
import { storable } from '../storable-text.ts';

/** The fields of a location; {@link location} also refuses what no column keeps. */
export const locationFields = z.object({
  position: z
    .object({
      type: z.literal('Point').describe('Always a point of GeoJSON.'),
      coordinates: z
        .union([z.tuple([z.number(), z.number()]), z.tuple([z.number(), z.number(), z.number()])])
        .describe('x and y, and z where it is known; their meaning is that of `crs`.'),
    })
    .describe('Where it is.'),
  source: z
    .string()
    .min(1)
    .max(128)
    .describe('The zone, reader or floor plan that the position comes from.'),
  provider_type: z
    .enum(['uwb', 'gps', 'wifi', 'rfid', 'ibeacon', 'virtual', 'unknown'])
    .describe('The technique that found it.'),
  provider_id: z
    .string()
    .min(1)
    .max(128)
    .describe('The badge: an EPC, a tag serial number, a device id.'),
  trackables: z.array(z.string()).default([]).describe('Ids of what carries the badge.'),
  timestamp_generated: instant.describe('When the position was taken.'),
  crs: z
    .enum(['local', 'EPSG:4326'])
    .default('local')
    .describe(
      '`local`: metres on the floor plan, x east, y north. `EPSG:4326`: longitude, latitude.',
    ),
  accuracy: z.number().nonnegative().optional().describe('Radius in metres.'),
  floor: z.number().optional().describe('Number of the storey; 0 is the ground floor.'),
  properties: z
    .object({
      battery: z.number().min(0).max(100).optional().describe('Charge of the badge, percent.'),
      sos: z.boolean().optional().describe('Its button for help was pressed.'),
      noMotion: z
        .boolean()
        .optional()
        .describe('The badge says by itself that its wearer does not move.'),
    })
    .optional()
    .describe('What the badge says of itself, where it can.'),
});

/**
 * Where a badge is: the Location of the omlox Hub API, which RFID, UWB and GPS all become.
 * `crs` local: metres on the floor plan, x east, y north; EPSG:4326: longitude, latitude.
 */
export const location = storable(locationFields);
/** What a reader may tell: it reads badges, and knows of no other technique. */
export const readerLocation = storable(
  locationFields.extend({ provider_type: z.literal('rfid').describe('A reader reads badges.') }),
);
/**
 * A location as a hub or a locating system by omlox sends it: without a time it is of its arrival, and `source` is a zone
 * of the sender.
 */
export const omloxLocation = storable(
  locationFields.extend({
    timestamp_generated: instant
      .optional()
      .describe('When the position was taken; left out: when it arrived.'),
  }),
);
export type OmloxLocation = z.infer<typeof omloxLocation>;
export type Location = z.infer<typeof location>;
