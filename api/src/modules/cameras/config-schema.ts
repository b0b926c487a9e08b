import { bilingual, cameraConfig, instant, slug, workerCameras } from '@anshi/contracts';
import { z } from 'zod';
import {
  commaSeparated,
  line,
  lookedAtVersion,
  pageOf,
  pageQuery,
} from '../../platform/kit/schemas.ts';
import { siteConfiguration } from './sites/schema.ts';

export const cameraParams = z.object({ camera: slug });

const { zones, lines, masks, rules, picture, calibration } = cameraConfig.shape;
/** What is drawn on the picture. */
const shapes = {
  zones: zones.unwrap().describe('In the place of the zones of the drawing.'),
  lines: lines.unwrap().describe('In the place of the lines of the drawing.'),
  masks: masks.unwrap().describe('In the place of the masks of the drawing.'),
};

const name = z.strictObject({ zh: line(64).min(1), en: line(64).min(1) });
/** Larger than any camera that people draw. */
const DRAWING_MOST = 200_000;

export const drawingText = z.string().max(DRAWING_MOST);
/** What is drawn on the picture, where it is given. */
export const givenShapes = {
  zones: shapes.zones.optional(),
  lines: shapes.lines.optional(),
  masks: shapes.masks.optional(),
};

const fields = {
  name,
  site: slug.describe('The site to which it belongs.'),
  floorPlan: slug.nullable().describe('The plan that its calibration is drawn on.'),
  area: slug.nullable().describe('The area of the register in which it hangs.'),
  worker: slug.nullable().describe('The worker that watches it; null: each that asks.'),
  address: line(1000)
    .min(1)
    .describe(
      'rtsp://, rtsps:// or file:. A variable of the worker is named as in cameras.yaml. A password that is written out is sealed and shown as ***, which keeps it.',
    ),
  secondAddress: line(1000)
    .min(1)
    .nullable()
    .describe(
      'The same camera over another network, which the worker goes over to where the first gives no picture; null for none. Its password is kept as that of the first.',
    ),
  substreamAddress: line(1000)
    .min(1)
    .nullable()
    .describe(
      'A smaller stream of the same device, for small tiles of the wall; null for none. Its password is kept as that of the first; *** may stand for the one of the first, too, where device and user are the same.',
    ),
  enabled: z.boolean().describe('One that is off is not watched.'),
  analysisFps: z.number().positive().max(30).describe('Analysed frames a second.'),
  drawing: drawingText.describe(
    'Picture size, calibration, zones, lines, rules and model of the camera, as in cameras.yaml.',
  ),
};

/** Points of the picture and of the plan that are the same. */
const pairs = calibration
  .unwrap()
  .describe(
    'Pairs of a point of the picture, in pixels, and the same point of the floor plan, in metres. At least four; none at all takes the calibration away.',
  );

export const cameraInput = z
  .strictObject({
    id: slug.describe('Its id for good: lower-case letters, digits and hyphens.'),
    name: fields.name,
    site: fields.site,
    floorPlan: fields.floorPlan.default(null),
    area: fields.area.default(null),
    worker: fields.worker.default(null),
    address: fields.address,
    secondAddress: fields.secondAddress.default(null),
    substreamAddress: fields.substreamAddress.default(null),
    enabled: fields.enabled.default(true),
    analysisFps: fields.analysisFps.default(5),
    drawing: fields.drawing.default('picture: [1280, 720]\n'),
  })
  .meta({ id: 'CameraRequest' });
export type CameraInput = z.infer<typeof cameraInput>;

type OptionalOf<Of extends Record<string, z.ZodType>> = {
  [Name in keyof Of]: z.ZodOptional<Of[Name]>;
};
export const cameraPatch = z
  .strictObject({
    version: lookedAtVersion,
    ...(Object.fromEntries(
      Object.entries({ ...fields, ...shapes, calibration: pairs }).map(([field, schema]) => [
        field,
        schema.optional(),
      ]),
    ) as OptionalOf<typeof fields & typeof shapes & { calibration: typeof pairs }>),
  })
  .refine(
    ({ drawing, zones, lines, masks, calibration }) =>
      drawing === undefined || (!zones && !lines && !masks && !calibration),
    {
      path: ['drawing'],
      message: 'must not be given beside zones, lines, masks or a calibration',
    },
  )
  .meta({ id: 'CameraPatch' });
export type CameraPatch = z.infer<typeof cameraPatch>;

export const restoreBody = z
  .strictObject({
    version: lookedAtVersion,
    restore: z.number().int().min(1).describe('The version whose configuration comes back.'),
  })
  .meta({ id: 'CameraRestore' });

export const removalBody = z
  .strictObject({ version: lookedAtVersion })
  .meta({ id: 'CameraRemoval' });

export const returnBody = z
  .strictObject({
    version: lookedAtVersion,
    address: fields.address,
    secondAddress: fields.secondAddress.default(null),
    substreamAddress: fields.substreamAddress.default(null),
    site: slug.optional().describe('Where it comes back, in the place of the site that it had.'),
  })
  .meta({ id: 'CameraReturn' });
export type CameraReturn = z.infer<typeof returnBody>;

export const removedCamera = z
  .object({
    id: slug,
    version: z.number().int(),
    name: bilingual,
    site: slug,
    removedAt: instant.describe('When it was removed.'),
    removedBy: bilingual.nullable().describe('Who removed it.'),
  })
  .meta({ id: 'RemovedCamera', description: 'A camera that was removed; records name it still.' });
export type RemovedCamera = z.infer<typeof removedCamera>;
export const removedCameras = z.object({
  items: z.array(removedCamera).describe('The last 200, the newest first.'),
});

export const fenceBody = z
  .strictObject({ version: lookedAtVersion, zone: slug.describe('A zone that names an area.') })
  .meta({ id: 'CameraFence' });

/** What workers say of a camera's configuration. */
const workersSay = {
  refusals: z
    .array(z.object({ worker: slug, version: z.number().int(), reason: z.string() }))
    .describe('Workers that cannot use this configuration, and keep an earlier one.'),
  fromFile: z
    .array(slug)
    .describe('Workers that watch it by a cameras.yaml of their own, and do not follow this one.'),
};

const summary = {
  id: slug,
  version: z.number().int(),
  name: bilingual,
  site: slug,
  floorPlan: slug.nullable(),
  area: slug.nullable(),
  areaName: bilingual.nullable().describe('The name of its area; null for none.'),
  worker: slug.nullable(),
  address: z.string().describe('Secrets that are written out in it are shown as ***.'),
  secondAddress: z.string().nullable().describe('In another network, shown alike; null for none.'),
  substreamAddress: z
    .string()
    .nullable()
    .describe('Of its smaller stream, shown alike; null for none.'),
  enabled: z.boolean(),
  analysisFps: z.number(),
  updatedAt: instant,
  updatedBy: bilingual.nullable().describe('Null where cameras.yaml seeded it.'),
  ...workersSay,
};
export const configurationSummary = z
  .object(summary)
  .meta({ id: 'CameraConfigurationSummary', description: 'How a camera is configured.' });
export type ConfigurationSummary = z.infer<typeof configurationSummary>;
export const cameraConfiguration = z
  .object({
    ...summary,
    drawing: z.string(),
    picture,
    calibration: calibration.unwrap().nullable().describe('Null for none.'),
    zones: zones.unwrap(),
    lines: lines.unwrap(),
    masks: masks.unwrap(),
    rules: rules.unwrap(),
  })
  .meta({ id: 'CameraConfiguration', description: 'How a camera is configured, in full.' });
export type CameraConfiguration = z.infer<typeof cameraConfiguration>;
export const returnedCamera = cameraConfiguration
  .extend({
    dropped: z
      .array(z.enum(['floor-plan', 'calibration', 'area', 'zone-area']))
      .describe(
        'What it came back without: it is gone, or the calibration was made for a floor plan of another size or picture.',
      ),
  })
  .meta({ id: 'ReturnedCamera', description: 'A camera that was put back.' });
export type ReturnedCamera = z.infer<typeof returnedCamera>;

export const configurationQuery = z.strictObject({
  ...pageQuery(),
  q: line(100).optional().describe('In its id and names.'),
  site: commaSeparated(slug).optional(),
  state: z.enum(['enabled', 'disabled']).optional(),
});
export type ConfigurationQuery = z.infer<typeof configurationQuery>;
export const configurationPage = pageOf(configurationSummary).meta({
  id: 'CameraConfigurationPage',
});

export const versionList = z
  .object({
    items: z.array(
      z.object({
        version: z.number().int(),
        at: instant,
        by: bilingual.nullable().describe('Null where cameras.yaml seeded it.'),
        how: z
          .enum(['edit', 'seed', 'restore', 'fence', 'import', 'removal', 'return'])
          .describe(
            '`seed`: by cameras.yaml at the first start; `fence`: a zone drawn from its area; `import`: taken over from cameras.yaml; `return`: put back after a removal.',
          ),
        restored: z.number().int().nullable().describe('The version that was restored.'),
        changes: z
          .array(
            z.object({
              path: z.string().describe('Such as `zones[gate].polygon`.'),
              before: z.unknown().describe('Null where it was not there.'),
              after: z.unknown().describe('Null where it is not there any more.'),
            }),
          )
          .describe('Against the version before. An address is only said to be another one.'),
      }),
    ),
  })
  .meta({ id: 'CameraVersionList' });

export const workerCamerasSchema = workerCameras.meta({
  id: 'WorkerCameras',
  description: 'The cameras of one worker, with their addresses.',
});

export const importBody = z
  .strictObject({
    cameras: z.array(slug).max(500).default([]).describe('Their ids in the file.'),
    sites: z.array(slug).max(200).default([]).describe('Ids of its sites, taken over before.'),
  })
  .refine(({ cameras, sites }) => cameras.length + sites.length > 0, {
    path: ['cameras'],
    message: 'must name cameras or sites',
  })
  .meta({ id: 'CameraImport' });
export const importAnswer = z.object({
  items: z.array(cameraConfiguration).describe('The cameras as they are now.'),
  sites: z.array(siteConfiguration).describe('The sites as they are now.'),
});

export const fileDifferences = z
  .object({
    items: z.array(
      z.object({
        camera: slug,
        name: bilingual.describe('As the file has it.'),
        kind: z
          .enum(['missing', 'different', 'removed'])
          .describe(
            '`missing`: the database has no such camera; `removed`: it was removed in the app. Addresses are not compared.',
          ),
      }),
    ),
    sites: z
      .array(
        z.object({
          site: slug,
          name: bilingual.describe('As the file has it.'),
          kind: z.enum(['different', 'removed']).describe('Changed or removed in the app since.'),
        }),
      )
      .describe('Sites of the file that are otherwise.'),
  })
  .meta({ id: 'CameraFileDifferences' });
