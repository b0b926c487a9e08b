import { bilingual, instant, machineActivity, point, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';

const metres = z.number().nullable();
const fixes = z
  .array(
    z.object({
      at: instant,
      floorPlan: slug.nullable(),
      position: point.nullable().describe('Metres; null where only the area is known.'),
      radius: metres.describe('It is within so many metres, in 95 of 100.'),
      area: slug.nullable(),
      late: z.boolean().describe('It was told long after its time.'),
    }),
  )
  .describe('In the order of time, one in five seconds at most.');

export const incidentScene = z
  .object({
    incident: ulid.describe('The incident that has the findings now.'),
    from: instant.describe('Begin of the span of the positions.'),
    to: instant.describe('End of the span of the positions.'),
    areas: z
      .array(
        z.object({
          id: slug,
          name: bilingual,
          floorPlan: slug.nullable().describe('The floor plan that it is on.'),
          polygon: z.array(point).nullable().describe('Its outline, metres.'),
        }),
      )
      .describe('The areas of its findings.'),
    acts: z
      .array(
        z.object({
          finding: ulid,
          at: instant.describe('When it began.'),
          floorPlan: slug,
          point: point.describe('Metres on the floor plan.'),
          radius: metres.describe('It was within so many metres, in 95 of 100; null: not known.'),
        }),
      )
      .describe('Where its findings were; those whose place is not known are left out.'),
    machines: z
      .array(
        z.object({
          id: slug,
          name: bilingual,
          state: machineActivity.nullable().describe('Null where none is known.'),
          at: instant.nullable().describe('When it was so.'),
          isOfThen: z
            .boolean()
            .describe('Whether the state is that by which a rule judged then, else that of now.'),
        }),
      )
      .describe('The machines of the areas.'),
    cameras: z
      .array(
        z.object({
          id: slug,
          name: bilingual,
          isOfIncident: z.boolean().describe('Whether one of the findings is from it.'),
        }),
      )
      .describe('Cameras that look at the areas, and those of the findings.'),
    near: z
      .array(
        z.object({
          isPerson: z.boolean().describe('Whether it is the person whom the incident names.'),
          fixes,
        }),
      )
      .nullable()
      .describe(
        'People near who agree to positioning, without names, as long as positions are kept; null where the account has no right to positions, or the module is off.',
      ),
    more: z
      .boolean()
      .describe('Whether there are more positions than are shown: the latest are left out.'),
    vehicles: z
      .array(
        z.object({
          id: ulid,
          plate: z.string().describe('Its plate, or the number of the company.'),
          kindName: bilingual.describe('What kind of vehicle it is.'),
          driver: z
            .string()
            .nullable()
            .describe(
              'Name of the driver who had signed on when the incident began, where the incident names that person to the account; else null.',
            ),
          fixes,
        }),
      )
      .nullable()
      .describe(
        'Vehicles near by their tags; null where the account has no right to vehicles or positions, or the module is off. What was heard while a driver had signed on who does not agree to positioning is left out.',
      ),
    moreVehicles: z.boolean().describe('Whether more of vehicles is known than is shown.'),
  })
  .meta({ id: 'IncidentScene', description: 'The place of an incident, with who was near.' });
