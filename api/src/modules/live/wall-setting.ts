import { slug } from '@anshi/contracts';
import { z } from 'zod';

/** As many as the dashboard keeps (`features/wall/wall-value.ts`); the size in bytes ends sooner. */
const cameras = z.array(slug).max(1_000);

/** How a person wants the camera wall. What came later than the first two may be left out. */
export const wallSetting = z.strictObject({
  // Tiles on a page; null for as many as there are cameras.
  layout: z.literal([1, 4, 9, 16, 25, 36, '1+5', '1+7']).nullable(),
  overlays: z.boolean(),
  // The person's own order; cameras that it does not name come after it.
  order: cameras.optional(),
  groups: z
    .array(z.strictObject({ id: slug, name: z.string().trim().min(1).max(40), cameras }))
    .max(20)
    .optional(),
  // Seconds after which a patrol goes on to the next page.
  patrol: z.literal([5, 10, 20, 30, 60]).optional(),
  // Small tiles have stills while nothing happens.
  rest: z.boolean().optional(),
});
