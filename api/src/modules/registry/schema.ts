import { bilingual, point, slug } from '@anshi/contracts';
import { z } from 'zod';
import { pageOf, pageQuery } from '../../platform/kit/schemas.ts';

/** How secret something is, from what anyone may know to what would help a competitor. */
export const classification = z.enum(['public', 'internal', 'secret', 'trade-secret']);
export type Classification = z.infer<typeof classification>;

export const departmentKinds = [
  'safety',
  'production',
  'purchasing',
  'warehouse',
  'environment',
  'maintenance',
  'training',
  'office',
  'other',
] as const;

export const idParams = z.object({ id: slug });

export const departmentInput = z
  .strictObject({
    name: bilingual,
    parentId: slug.nullable().default(null),
    site: slug.nullable().default(null),
    kind: z.enum(departmentKinds),
    active: z.boolean().default(true),
  })
  .meta({ id: 'DepartmentBody' });
export const departmentSchema = z
  .object({
    id: slug,
    name: bilingual,
    parentId: slug.nullable(),
    site: slug.nullable(),
    kind: z.string(),
    active: z.boolean(),
  })
  .meta({ id: 'Department' });

export const areaInput = z
  .strictObject({
    site: slug,
    floorPlan: slug.nullable().default(null),
    name: bilingual,
    kind: slug.max(32).describe('A word of the dictionary `area-kind`.'),
    departmentId: slug.nullable().default(null),
    polygon: z
      .array(point)
      .min(3)
      .max(200)
      .nullable()
      .default(null)
      .describe('In metres of the floor plan, x east, y north.'),
    dust: z
      .enum(['none', 'dusty'])
      .default('none')
      .describe('`dusty`: cameras and sensors there need IP67 or better.'),
    active: z.boolean().default(true),
  })
  .refine(({ polygon, floorPlan }) => polygon === null || floorPlan !== null, {
    path: ['floorPlan'],
    message: 'must be named where there is a polygon',
  })
  .meta({ id: 'AreaBody' });
export const areaSchema = z
  .object({
    id: slug,
    site: slug,
    floorPlan: slug.nullable(),
    name: bilingual,
    kind: z.string(),
    department: z.object({ id: slug, name: bilingual }).nullable(),
    polygon: z.array(point).nullable(),
    dust: z.enum(['none', 'dusty']).describe('`dusty`: devices there need IP67 or better.'),
    active: z.boolean(),
  })
  .meta({ id: 'Area' });

const parameterId = slug;
export const equipmentInput = z
  .strictObject({
    name: bilingual,
    kind: slug.max(32).describe('The dictionary `equipment-kind` has the usual ones.'),
    areaId: slug.nullable().default(null),
    departmentId: slug.nullable().default(null),
    status: z.enum(['running', 'stopped', 'maintenance', 'scrapped']).default('running'),
    source: z
      .strictObject({ system: z.string().min(1).max(64), ref: z.string().max(128).nullable() })
      .optional(),
    parameters: z
      .array(
        z.strictObject({
          id: parameterId,
          name: bilingual,
          unit: z.string().max(32).nullable().default(null),
          classification,
          value: z.string().max(2000),
        }),
      )
      .max(100)
      .optional()
      .describe('Left out, those that are there stay.'),
  })
  .meta({ id: 'EquipmentBody' });
export type EquipmentInput = z.infer<typeof equipmentInput>;

export const equipmentSchema = z
  .object({
    id: slug,
    name: bilingual,
    kind: z.string(),
    area: z.object({ id: slug, name: bilingual }).nullable(),
    department: z.object({ id: slug, name: bilingual }).nullable(),
    status: z.string(),
    source: z.object({ system: z.string(), ref: z.string().nullable() }),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    parameters: z.array(
      z.object({
        id: parameterId,
        name: bilingual,
        unit: z.string().nullable(),
        classification,
        value: z.string().nullable().describe('Null without the clearance for its class.'),
        hidden: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'Equipment' });
export type Equipment = z.infer<typeof equipmentSchema>;

export const departmentList = pageOf(departmentSchema).meta({ id: 'DepartmentList' });
export const areaList = pageOf(areaSchema).meta({ id: 'AreaList' });
export const equipmentList = pageOf(equipmentSchema).meta({ id: 'EquipmentList' });

export const listQuery = z.object({
  department: slug.optional(),
  site: slug.optional(),
  ...pageQuery({ usual: 200 }),
});
export type ListQuery = z.infer<typeof listQuery>;

export const placeOverview = z
  .object({
    id: slug,
    name: bilingual,
    department: slug.nullable(),
    equipment: z.array(z.object({ id: slug, name: bilingual, state: z.string().nullable() })),
    counts: z.object({
      people: z.number().int(),
      hazards: z.number().int(),
      openHazards: z.number().int(),
      violations: z.number().int().describe('Of the last 90 days, on the floor of the area.'),
      fences: z
        .number()
        .int()
        .optional()
        .describe('Active electronic fences of an area, for accounts that may read fences.'),
      vehicles: z
        .number()
        .int()
        .optional()
        .describe('Vehicles that are tied to the machine, for accounts that may read vehicles.'),
      auditLines: z.number().int(),
    }),
  })
  .meta({
    id: 'PlaceOverview',
    description: 'All modules joined by the one id of an area or a machine.',
  });
