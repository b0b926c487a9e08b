import { bilingual, instant, severity, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { pageOf, pageQuery } from '../../platform/kit/schemas.ts';
import { groupings, incidentGroup } from './group-form.ts';
import { incidentFilters } from './schema.ts';

export const groupQuery = z.strictObject({
  ...pageQuery(),
  ...incidentFilters,
  by: z
    .enum(groupings)
    .describe('Whom they name; or the rule or camera of the finding that stands for each.'),
});
export type GroupQuery = z.infer<typeof groupQuery>;

const group = z
  .object({
    group: incidentGroup.describe('For the parameter `group` of the list of incidents.'),
    count: z.number().int().describe('How many incidents it has, by the filters.'),
    oldest: instant.describe('Start of the one that started first.'),
    severity: severity.describe('The highest in it.'),
    person: z
      .object({ id: ulid, name: z.string().describe('Empty where the person is no longer there.') })
      .nullable()
      .describe(
        'Whom it is of; null of another grouping, and for those whose person is not shown.',
      ),
    cameraName: bilingual.nullable().describe('Of a group by camera.'),
  })
  .meta({ id: 'IncidentGroup' });

export const groupPage = pageOf(group).meta({ id: 'IncidentGroupPage' });
