import { z } from 'zod';
import { instant } from '../primitives.ts';

/**
 * Where a badge is: the Location of the omlox Hub API, which RFID, UWB and GPS all become.
 * `crs` local: metres on the floor plan, x east, y north; EPSG:4326: longitude, latitude.
 */
export const location = z.object({
  position: z.object({
    type: z.literal('Point'),
    coordinates: z.union([
      z.tuple([z.number(), z.number()]),
      z.tuple([z.number(), z.number(), z.number()]),
    ]),
  }),
  /** The zone, reader or floor plan that the position comes from. */
  source: z.string().min(1).max(128),
  provider_type: z.enum(['uwb', 'gps', 'wifi', 'rfid', 'ibeacon', 'virtual', 'unknown']),
  /** The badge: an EPC, a tag serial number, a device id. */
  provider_id: z.string().min(1).max(128),
  trackables: z.array(z.string()).default([]),
  timestamp_generated: instant,
  crs: z.enum(['local', 'EPSG:4326']).default('local'),
  /** Radius in metres. */
  accuracy: z.number().nonnegative().optional(),
  floor: z.number().optional(),
});
export type Location = z.infer<typeof location>;
