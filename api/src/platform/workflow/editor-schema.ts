import { bilingual, instant } from '@anshi/contracts';
import { z } from 'zod';
import { workflowDefinition } from './definition.ts';

export const params = z.object({ id: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/) });

export const versionQuery = z.object({
  version: z.coerce.number().int().min(1).optional().describe('Default: the newest.'),
});

export const faultSchema = z.object({
  path: z.string().describe('Where in the definition, such as states[review].deadline.'),
  code: z.string(),
  message: bilingual,
});

const made = {
  version: z.number().int(),
  origin: z.enum(['seed', 'tenant']).describe('seed: the product’s definition.'),
  basedOn: z.number().int().nullable(),
  by: z.object({ id: z.string(), displayName: bilingual }).nullable(),
  at: instant,
  note: z.string().nullable(),
};

const listed = z.object({
  id: z.string(),
  name: bilingual,
  subject: z.string(),
  ...made,
  states: z.number().int(),
  openCases: z.number().int().describe('Of all versions.'),
  productDiffers: z
    .boolean()
    .describe('Whether the product now comes with another definition than this version.'),
});

export const workflowList = z
  .object({ items: z.array(listed), next: z.null() })
  .meta({ id: 'WorkflowList' });

export const workflowVersion = z
  .object({
    definition: workflowDefinition,
    ...made,
    newest: z.number().int(),
    openCases: z.number().int().describe('That run by this version.'),
    productDiffers: z.boolean(),
  })
  .meta({ id: 'WorkflowVersion' });

export const validateRequest = z.object({
  definition: z.unknown().describe('A WorkflowDefinition, possibly invalid.'),
});

export const faultList = z
  .object({ faults: z.array(faultSchema).describe('None where it may be saved.') })
  .meta({ id: 'WorkflowFaults' });

export const saveRequest = z
  .object({
    definition: workflowDefinition,
    basedOn: z.number().int().min(1).describe('The version that was changed.'),
    note: z.string().trim().max(2_000).nullable().default(null),
  })
  .meta({ id: 'WorkflowSaveRequest' });
export type SaveRequest = z.infer<typeof saveRequest>;

export const versionList = z
  .object({
    items: z.array(
      z.object({
        ...made,
        openCases: z.number().int(),
        changes: z
          .array(
            z.object({
              path: z.string(),
              change: z.enum(['added', 'removed', 'changed']),
              before: z.unknown(),
              after: z.unknown(),
            }),
          )
          .describe('Against the version before; none for the first.'),
      }),
    ),
    next: z.null(),
  })
  .meta({ id: 'WorkflowVersions', description: 'Newest first.' });
