import { bilingual, instant, point, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { exportQuery } from '../../platform/kit/list-export.ts';
import { changeOf, inputOf, recordOf } from '../../platform/kit/records.ts';
import {
  commaSeparated,
  day,
  line,
  lookedAtVersion,
  pageOf,
  pageQuery,
  prose,
} from '../../platform/kit/schemas.ts';
import { readPlate } from './plate.ts';

export const statuses = ['active', 'blocked', 'retired'] as const;
export const eventKinds = ['area', 'speed', 'pass'] as const;
export const eventStates = ['open', 'ended', 'withdrawn'] as const;
export const vehicleCodes = ['not-listed', 'blocked', 'expired'] as const;
export type VehicleCode = (typeof vehicleCodes)[number];
export const directions = ['in', 'out', 'through'] as const;

const speed = z.number().int().min(3).max(120);
const status = z
  .enum(statuses)
  .describe(
    'blocked: it may not be used now; retired: it is not there any more, its tags are free.',
  );
const named = z.object({ id: slug, name: bilingual.nullable() });
const badge = line(128).min(1).describe('As readers name it.');

const fields = {
  plate: line(32)
    .refine((text) => readPlate(text) !== null, 'is no plate and no number of the company')
    .describe('The road plate, or the number of the company such as FL-01.'),
  kind: slug.describe('A word of the dictionary vehicle-kind.'),
  model: line(64).nullable(),
  departmentId: slug.describe('The department in charge of it, also of a contractor’s vehicle.'),
  company: line(128).nullable().describe('The contractor that it belongs to; null: our own.'),
  areas: z
    .array(slug)
    .max(50)
    .default([])
    .describe('The restricted areas that it may enter; others are open to it.'),
  maxSpeedKmh: speed
    .nullable()
    .describe('Its highest speed anywhere, km/h; null: that of the areas.'),
  machineId: slug
    .nullable()
    .describe(
      'The machine under which its drivers sign on at a gate point, with what it asks of them.',
    ),
  validUntil: day.nullable().describe('The last day on which it may be used; null: without end.'),
  note: line(300).nullable(),
};
export const vehicleInput = inputOf(fields).meta({ id: 'VehicleRequest' });
export const vehiclePatch = changeOf({ ...fields, status }).meta({ id: 'VehiclePatch' });
const person = z.object({ id: ulid, name: z.string(), employeeNo: z.string() }).nullable();
export const vehicleSchema = recordOf(fields)
  .extend({
    kindName: bilingual.describe('The word of the dictionary.'),
    departmentName: bilingual.nullable(),
    machineName: bilingual.nullable(),
    areaNames: z.array(named).describe('The restricted areas that it may enter.'),
    status,
    expired: z.boolean().describe('Its last day is over.'),
    tags: z
      .array(z.object({ id: ulid, tag: badge, since: instant, until: instant.nullable() }))
      .describe('Those on it now, and those of before, newest first.'),
    onSite: z.boolean().describe('As far as portals and its tags say it.'),
    onSiteAt: instant.nullable().describe('Since when.'),
    driver: person.describe(
      'Who has signed on at it now; null for no person, or beyond the reach.',
    ),
    mayChange: z.boolean(),
  })
  .meta({ id: 'Vehicle' });
export type VehicleView = z.infer<typeof vehicleSchema>;

const filter = {
  q: line(64).optional().describe('In plate, model, company and tag.'),
  kind: commaSeparated(slug).optional(),
  status: commaSeparated(z.enum(statuses)).optional(),
  department: slug.optional(),
  site: z.enum(['on', 'off']).optional().describe('on: on the site now.'),
};
export const vehicleQuery = z.strictObject({ ...pageQuery(), ...filter });
export type VehicleQuery = z.infer<typeof vehicleQuery>;
export const vehicleExport = z.strictObject({ ...exportQuery, ...filter });
export const vehiclePage = pageOf(vehicleSchema)
  .extend({
    counts: z.object({
      all: z.number().int().describe('Without those that are retired.'),
      onSite: z.number().int(),
      open: z.number().int().describe('Events that last.'),
    }),
  })
  .meta({ id: 'VehiclePage' });

export const tagBody = z.strictObject({ tag: badge }).meta({ id: 'VehicleTagRequest' });

const areaFields = {
  restricted: z.boolean().describe('Only vehicles that name the area may be in it.'),
  speedKmh: speed.nullable().describe('The limit in it, km/h; null: none of its own.'),
  severity: z.enum(['info', 'warning', 'critical']).describe('Of an event there.'),
  dwellSeconds: z
    .number()
    .int()
    .min(1)
    .max(600)
    .describe('So long inside without the right is an event.'),
};
export const areaSchema = z
  .object({
    area: named,
    outlined: z.boolean().describe('It has an outline on a plan; without one nothing is watched.'),
    ...areaFields,
    vehicles: z.number().int().describe('How many vehicles in use name it.'),
    mayChange: z.boolean(),
    version: z.number().int().describe('0 before the first change: nothing counts there yet.'),
  })
  .meta({ id: 'VehicleArea' });
export const areaList = z.object({ items: z.array(areaSchema) }).meta({ id: 'VehicleAreaList' });
export const areaBody = z
  .strictObject({
    ...areaFields,
    version: z.number().int().min(0).describe('The version looked at; 0 before the first one.'),
  })
  .meta({ id: 'VehicleAreaRequest' });

const carrier = z.object({ id: ulid, plate: z.string(), kindName: bilingual });
export const eventSchema = z
  .object({
    id: ulid,
    vehicle: carrier,
    kind: z
      .enum(eventKinds)
      .describe(
        'area: where it may not be; speed: too fast; pass: through a portal without the right.',
      ),
    area: named.nullable().describe('Null: in no area, or the limit is that of the vehicle.'),
    severity: areaFields.severity,
    codes: z.array(z.enum(vehicleCodes)).describe('Why; none of a speed.'),
    speedKmh: z.number().nullable().describe('The highest, km/h.'),
    limitKmh: z.number().nullable().describe('What counted there, km/h.'),
    driver: person.describe('Who had signed on; null for no person, or beyond the reach.'),
    driverHidden: z.boolean().describe('A person had signed on whose name is beyond the reach.'),
    begunAt: instant,
    untilAt: instant.nullable().describe('Null while it lasts.'),
    openedAt: instant.describe('When it was noticed.'),
    state: z.enum(eventStates).describe('withdrawn: a late position shows that it was not so.'),
    closedBy: z.string().nullable(),
    acknowledged: z
      .object({ by: bilingual.nullable(), at: instant, note: z.string().nullable() })
      .nullable(),
    mayAcknowledge: z.boolean().describe('Whether this account may acknowledge it now.'),
    version: z.number().int(),
  })
  .meta({ id: 'VehicleEvent' });
export type VehicleEventView = z.infer<typeof eventSchema>;
export const eventPage = pageOf(eventSchema).meta({ id: 'VehicleEventPage' });
export const eventDetail = eventSchema
  .extend({
    floorPlan: slug.nullable(),
    polygon: z.array(point).nullable().describe('The outline of the area now, metres.'),
    path: z
      .array(
        z.object({
          at: instant,
          position: point.describe('Metres of the plan.'),
          radius: z.number().describe('Holds 95 %, metres.'),
          late: z.boolean().describe('It came late.'),
        }),
      )
      .describe('The positions around it; empty for accounts that do not see positions.'),
    pathHidden: z
      .boolean()
      .describe('The driver did not agree to be followed: no positions of that time are shown.'),
  })
  .meta({ id: 'VehicleEventDetail' });
export const eventQuery = z.strictObject({
  ...pageQuery(),
  state: commaSeparated(z.enum(eventStates)).optional(),
  kind: z.enum(eventKinds).optional(),
  area: slug.optional(),
  vehicle: ulid.optional(),
  acknowledged: z.enum(['yes', 'no']).optional(),
});
export const acknowledgeBody = z
  .strictObject({
    version: lookedAtVersion,
    note: prose(500).min(1).describe('What was found or done.'),
  })
  .meta({ id: 'VehicleEventAcknowledgement' });

export const passSchema = z
  .object({
    id: ulid,
    plate: z.string(),
    vehicle: carrier.nullable().describe('Null for one that is in no register.'),
    direction: z.enum(directions).describe('in, out: of the site; through: a portal inside.'),
    source: z
      .string()
      .describe('The portal, as readers name it; the point of a barrier; `by-hand`.'),
    area: named.nullable(),
    at: instant,
    late: z.boolean().describe('The read came late.'),
    driver: person.describe('Who had signed on; null for no person, or beyond the reach.'),
    admitted: z.boolean().describe('The vehicle was in use and valid then.'),
    company: z.string().nullable().describe('Of one that a person entered: whose it is.'),
    note: z.string().nullable(),
    enteredBy: bilingual.nullable().describe('The account that entered it by hand.'),
  })
  .meta({ id: 'VehiclePass' });
export type VehiclePassView = z.infer<typeof passSchema>;
export const passBody = z
  .strictObject({
    plate: fields.plate,
    direction: z.enum(directions),
    area: slug.describe('Where it passed: an area within reach.'),
    at: instant.optional().describe('When; now where it is left out. Of the last seven days.'),
    company: line(128).nullable().default(null),
    note: line(300).nullable().default(null),
  })
  .meta({ id: 'VehiclePassRequest' });
const passFilter = {
  q: line(64).optional().describe('In the plate and the company.'),
  day: day.optional().describe('A day at the plant.'),
  vehicle: ulid.optional(),
  direction: z.enum(directions).optional(),
  from: instant.optional(),
  to: instant.optional(),
};
export const passQuery = z.strictObject({ ...pageQuery(), ...passFilter });
export type PassQuery = z.infer<typeof passQuery>;
export const passExport = z.strictObject({ ...exportQuery, ...passFilter });
export const passPage = pageOf(passSchema)
  .extend({ onSite: z.number().int().describe('Vehicles on the site now, within reach.') })
  .meta({ id: 'VehiclePassPage' });

export const livePlaces = z
  .object({
    items: z.array(
      z.object({
        vehicle: carrier.extend({ kind: slug }),
        tag: badge,
        floorPlan: slug,
        position: point.describe('Metres of the plan.'),
        radius: z.number().describe('Holds 95 %, metres.'),
        at: instant,
        driver: z
          .string()
          .nullable()
          .describe('Name of the driver who signed on and agrees to be followed; null for others.'),
        open: z.boolean().describe('An event of it lasts.'),
      }),
    ),
  })
  .meta({ id: 'VehiclePlaces' });
