import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { placeUseKinds } from '../../../platform/facts.ts';
import { line, lookedAtVersion } from '../../../platform/kit/schemas.ts';

export const siteParams = z.object({ site: slug });
export const planParams = z.object({ site: slug, plan: slug });

const name = z.strictObject({ zh: line(64).min(1), en: line(64).min(1) });
/** From a table to an airport, metres. */
const metres = z.number().min(0.5).max(50_000);
const size = z.tuple([metres, metres]);
const picture = ulid.nullable().describe('A picture that was uploaded; null for none.');
const siteId = slug.describe('Its id for good: lower-case letters, digits and hyphens.');

export const siteInput = z.strictObject({ id: siteId, name }).meta({ id: 'SiteRequest' });
export type SiteInput = z.infer<typeof siteInput>;
export const sitePatch = z
  .strictObject({ version: lookedAtVersion, name })
  .meta({ id: 'SitePatch' });
export type SitePatch = z.infer<typeof sitePatch>;

export const planInput = z
  .strictObject({
    version: lookedAtVersion.describe('Of the site.'),
    id: siteId,
    name,
    size: size.describe('Width and depth in metres, of the shape of the picture.'),
    picture: picture.default(null),
  })
  .meta({ id: 'FloorPlanRequest' });
export type PlanInput = z.infer<typeof planInput>;
export const planPatch = z
  .strictObject({
    version: lookedAtVersion.describe('Of the site.'),
    name: name.optional(),
    size: size
      .optional()
      .describe(
        'In metres. What was drawn on the plan keeps its metres from the south-west corner.',
      ),
    picture: picture.optional(),
  })
  .meta({ id: 'FloorPlanPatch' });
export type PlanPatch = z.infer<typeof planPatch>;

export const removalQuery = z.strictObject({
  version: z.coerce.number().int().min(1).describe('The version that was looked at.'),
});

export const siteConfiguration = z
  .object({
    id: slug,
    version: z.number().int(),
    name: bilingual,
    updatedAt: instant,
    updatedBy: bilingual.nullable().describe('Null where it is as cameras.yaml seeded it.'),
    cameras: z.number().int().describe('How many cameras it has.'),
    floorPlans: z
      .array(
        z.object({
          id: slug,
          name: bilingual,
          size: z.tuple([z.number(), z.number()]).describe('Width and depth in metres.'),
          imageUrl: z.string().nullable().describe('Null where no picture can be shown.'),
          picture: z
            .object({
              width: z.number().int().describe('Pixels, upright.'),
              height: z.number().int().describe('Pixels, upright.'),
            })
            .nullable()
            .describe('Pixels of the picture that was uploaded; null for one of cameras.yaml.'),
          cameras: z.number().int().describe('How many cameras are placed on it.'),
          areas: z.number().int().describe('How many areas are drawn on it.'),
        }),
      )
      .describe('In the order in which they were added.'),
  })
  .meta({ id: 'SiteConfiguration', description: 'A site and its floor plans, to be changed.' });
export type SiteConfiguration = z.infer<typeof siteConfiguration>;
export const siteConfigurations = z
  .object({ items: z.array(siteConfiguration) })
  .meta({ id: 'SiteConfigurationList' });

export const placeUses = z
  .object({
    items: z.array(
      z.object({
        kind: z.enum(placeUseKinds).describe('What sort of record.'),
        count: z.number().int().describe('How many there are.'),
        items: z
          .array(z.object({ id: z.string(), name: bilingual }))
          .describe('Up to 20 of them; none of records that not all may read.'),
      }),
    ),
  })
  .meta({ id: 'PlaceUses', description: 'What uses a site or a floor plan; it stays meanwhile.' });
