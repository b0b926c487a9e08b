import { bilingual, cameraHealth, camerasFile, instant, point, slug } from '@anshi/contracts';
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

export const cameraList = z
  .object({
    items: z.array(cameraSchema),
    from: z
      .enum(['database', 'file'])
      .describe('What holds them; those of a file are changed there, and not here.'),
  })
  .meta({ id: 'CameraList' });

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

/** Whether a zone and its area have one outline, or why that cannot be told; `without-camera`: the camera was removed. */
export const fenceState = z.enum([
  'same',
  'different',
  'area-unknown',
  'area-without-outline',
  'other-plan',
  'not-calibrated',
  'out-of-sight',
  'without-camera',
]);

export const fenceList = z
  .object({
    items: z.array(
      z.object({
        camera: slug,
        cameraName: bilingual,
        zone: slug,
        zoneName: bilingual,
        floorPlan: slug.nullable(),
        area: z
          .object({
            id: slug,
            site: slug,
            floorPlan: slug.nullable(),
            name: bilingual,
            kind: z.string(),
            departmentId: slug.nullable(),
            polygon: z.array(point).nullable(),
            dust: z.enum(['none', 'dusty']),
            active: z.boolean(),
          })
          .nullable()
          .describe('Null where the register has no such area.'),
        areaId: slug.describe('As the zone names it.'),
        state: fenceState,
        zoneOnFloor: z
          .array(point)
          .nullable()
          .describe('The outline of the zone in metres of the floor plan; null where not known.'),
        areaInPicture: z
          .array(point)
          .nullable()
          .describe('The part of the area in sight, in pixels of the picture; null for none.'),
        overlap: z
          .number()
          .nullable()
          .describe('Share of both that is common, of what is in sight: 0 to 1.'),
        apart: z
          .number()
          .nullable()
          .describe('Metres by which one reaches beyond the other in sight, at most.'),
        apartAt: point.nullable().describe('Where that is, in metres of the floor plan.'),
      }),
    ),
    tolerance: z.number().describe('Metres up to which outlines count as the same.'),
  })
  .meta({ id: 'FenceList' });

export const watcherList = z
  .object({
    workers: z
      .array(
        z.object({
          worker: slug,
          state: z.enum(['here', 'silent', 'stopped']),
          since: instant.describe('Since when it was heard without a break.'),
          heardAt: instant.describe('Its last heartbeat.'),
          capacity: z.number().describe('Frames a second that it can analyse.'),
          load: z.number().describe('Frames a second that its cameras have due.'),
          most: z.number().int().nullable().describe('Cameras that it takes at most.'),
          cameras: z.number().int().describe('How many it has.'),
        }),
      )
      .describe('Workers that get their cameras from the API.'),
    cameras: z
      .array(
        z.object({
          camera: slug,
          cost: z.number().describe('Frames a second.'),
          named: slug.nullable().describe('The only worker that may watch it.'),
          worker: slug.nullable().describe('Who watches it now; null where nobody does.'),
          since: instant.nullable().describe('Since when it has the camera.'),
          number: z.number().int().nullable().describe('Fencing number of the grant.'),
        }),
      )
      .describe('Those that are switched on.'),
    moves: z
      .array(
        z.object({
          camera: slug,
          at: instant.describe('When it moved.'),
          from: slug.describe('The worker that had it.'),
          to: slug.describe('The worker that got it.'),
          reason: z
            .enum(['silent', 'handed-back', 'moved', 'not-configured', 'revoked'])
            .describe('Why it left the worker before.'),
          handed: z.boolean().describe('What the judge remembers went with it.'),
        }),
      )
      .describe('Of the last 24 hours, the newest first.'),
  })
  .meta({ id: 'CameraWatchers' });
