import { instant, slug } from '@anshi/contracts';
import { z } from 'zod';
import { POINTS_LEAST } from './ground-fit.ts';

const metres = z.number().min(-100_000).max(100_000);
const point = z.strictObject({
  latitude: z.number().min(-85).max(85).describe('Degrees north, WGS84.'),
  longitude: z.number().min(-180).max(180).describe('Degrees east, WGS84.'),
  x: metres.describe('Metres on the floor plan, east of its corner.'),
  y: metres.describe('Metres on the floor plan, north of its corner.'),
});
const points = z
  .array(point)
  .min(POINTS_LEAST)
  .max(50)
  .describe('Places that are known on the earth and on the plan: three and more, not on one line.');

export const planParams = z.object({ plan: slug.describe('Id of the floor plan.') });
export const planReferenceInput = z
  .strictObject({
    points,
    version: z.number().int().min(0).describe('That was looked at; 0 where there were none.'),
  })
  .meta({ id: 'PlanReferenceRequest' });
export const planReferenceSchema = z
  .object({
    floorPlan: slug.describe('Id of the floor plan.'),
    points: z.array(point).describe('As they were given.'),
    errors: z
      .array(z.number())
      .describe('Metres between each point and its place by the fit, in their order.'),
    rms: z.number().describe('Root of the mean square of the errors, metres.'),
    scale: z.number().describe('Metres of the plan for one metre on the earth: near 1.'),
    rotation: z.number().describe('By which the plan is turned against north, degrees.'),
    updatedAt: instant,
    version: z.number().int(),
  })
  .meta({
    id: 'PlanReference',
    description: 'How places on the earth are brought to a floor plan.',
  });
export const planReferenceList = z
  .object({ items: z.array(planReferenceSchema) })
  .meta({ id: 'PlanReferenceList' });
