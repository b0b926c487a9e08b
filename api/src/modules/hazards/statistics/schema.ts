import { bilingual, point, slug } from '@anshi/contracts';
import { z } from 'zod';
import { period } from '../schema.ts';

export const heatMapQuery = z.strictObject({ site: slug, floorPlan: slug.optional(), ...period });
export const heatMap = z
  .object({
    points: z.array(z.object({ x: z.number(), y: z.number(), weight: z.number() })),
    areas: z.array(
      z.object({
        id: z.string(),
        name: bilingual,
        polygon: z.array(point).nullable(),
        count: z.number().int(),
        open: z.number().int(),
        overdue: z.number().int(),
        score: z.number(),
      }),
    ),
  })
  .meta({
    id: 'HazardHeatMap',
    description:
      'Each hazard weighs 1, a major one 3; half as much after 90 days, and half of that once it is closed. Points are sums over squares of half a metre.',
  });
export type HeatMap = z.infer<typeof heatMap>;

export const groupBy = z.enum(['department', 'type', 'level', 'month', 'area']);
export type GroupBy = z.infer<typeof groupBy>;
export const rectificationQuery = z.strictObject({
  by: groupBy.default('department'),
  site: slug.optional(),
  ...period,
});
const rectificationRow = z.object({
  key: z.string().nullable(),
  name: bilingual,
  reported: z.number().int(),
  accepted: z.number().int().describe('Reports that a reviewer took as a hazard.'),
  closed: z.number().int(),
  closedOnTime: z.number().int().describe('Of those, handed in for acceptance by the deadline.'),
  overdue: z.number().int().describe('Open ones that are past their deadline.'),
  rate: z.number().nullable().describe('closed / accepted'),
  onTimeRate: z.number().nullable().describe('closedOnTime / closed'),
  meanHours: z.number().nullable().describe('From the report to the closing.'),
});
export type RectificationRow = z.infer<typeof rectificationRow>;
export const rectification = z
  .object({ items: z.array(rectificationRow), total: rectificationRow })
  .meta({ id: 'HazardRectification' });
export type Rectification = z.infer<typeof rectification>;

export const weakLinksQuery = z.strictObject({ site: slug.optional(), ...period });
const weakLink = z.object({
  rank: z.number().int(),
  kind: z.enum(['area-type', 'department']),
  area: z.object({ id: z.string(), name: bilingual }).nullable(),
  type: z.object({ id: z.string(), name: bilingual }).nullable(),
  department: z.object({ id: z.string(), name: bilingual }).nullable(),
  count: z.number().int(),
  major: z.number().int(),
  recurred: z.number().int().describe('Reported again within 90 days after one was closed.'),
  overdue: z.number().int().describe('Open and past the deadline, or handed in after it.'),
  meanHours: z.number().nullable(),
  score: z.number().describe('0 to 100.'),
  reasons: z.array(bilingual),
});
export type WeakLink = z.infer<typeof weakLink>;
export const weakLinks = z
  .object({ formula: bilingual, places: z.array(weakLink), departments: z.array(weakLink) })
  .meta({ id: 'HazardWeakLinks' });
export type WeakLinks = z.infer<typeof weakLinks>;
