import { location } from '@anshi/contracts';
import { z } from 'zod';

export const locationSchema = location.meta({
  id: 'Location',
  description: 'Where a badge is, in the words of the omlox Hub API.',
});

export const locationList = z
  .object({ items: z.array(locationSchema) })
  .meta({ id: 'LocationList' });

export const locationsTaken = z
  .object({
    taken: z.number().int(),
    skipped: z.number().int().describe('Events that are no reads of a badge.'),
  })
  .meta({ id: 'LocationsTaken' });
