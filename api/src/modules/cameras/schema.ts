import { bilingual, cameraHealth, camerasFile, slug } from '@anshi/contracts';
import { z } from 'zod';

const { zones, lines, rules, picture } = camerasFile.shape.cameras.element.shape;

export const healthSchema = cameraHealth.meta({ id: 'CameraHealth' });

/** A camera without its address, which may contain a password. */
export const cameraSchema = z
  .object({
    id: slug,
    name: bilingual,
    site: slug,
    floorPlan: slug.nullable(),
    enabled: z.boolean(),
    picture,
    zones: zones.unwrap(),
    lines: lines.unwrap(),
    rules: rules.unwrap(),
    health: healthSchema.nullable(),
  })
  .meta({ id: 'Camera' });

export const cameraList = z.object({ items: z.array(cameraSchema) }).meta({ id: 'CameraList' });

export const siteList = z
  .object({
    items: z.array(
      z.object({
        id: slug,
        name: bilingual,
        floorPlans: z.array(
          z.object({
            id: slug,
            name: bilingual,
            size: z.tuple([z.number(), z.number()]).describe('Width and depth in metres.'),
            imageUrl: z.string().nullable(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'SiteList' });
