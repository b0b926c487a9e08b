import { instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { lookedAtVersion } from '../../platform/kit/schemas.ts';

const field = z
  .strictObject({
    centre: z
      .tuple([z.number().min(-100_000).max(100_000), z.number().min(-100_000).max(100_000)])
      .describe('Metres on the floor plan, x east, y north.'),
    radius: z.number().positive().max(100).describe('Metres: a badge that is read is within.'),
  })
  .nullable()
  .describe('Where it reads badges; null for a locating system that gives positions itself.');

const fields = {
  source: z
    .string()
    .trim()
    .min(1)
    .max(128)
    .describe('As its positions name it: the reader, or the reader, a slash and the antenna.'),
  floorPlan: slug.describe('Id of the floor plan that it is on.'),
  field,
  isExit: z
    .boolean()
    .default(false)
    .describe('A way out of the site: who was read there last has left, and is not silent.'),
  isPortal: z
    .boolean()
    .default(false)
    .describe('Who is read passes here: a read is kept as an area and a time, and not as a point.'),
  areaId: slug
    .nullable()
    .default(null)
    .describe('The area that a read of a portal stands for; null: the one around its field.'),
};

export const readerPlaceInput = z.strictObject(fields).meta({ id: 'ReaderPlaceRequest' });
export const readerPlacePatch = z
  .strictObject({
    version: lookedAtVersion,
    floorPlan: fields.floorPlan,
    field,
    isExit: z.boolean().optional().describe('A way out of the site.'),
    isPortal: z.boolean().optional().describe('A read is an area and a time.'),
    areaId: slug.nullable().optional().describe('The area that a read of a portal stands for.'),
  })
  .meta({ id: 'ReaderPlacePatch' });
export const readerPlaceSchema = z
  .object({ id: ulid, ...fields, updatedAt: instant, version: z.number().int() })
  .meta({ id: 'ReaderPlace', description: 'Where a reader of badges or a locating system is.' });
export const readerPlaceList = z
  .object({ items: z.array(readerPlaceSchema) })
  .meta({ id: 'ReaderPlaceList' });
