import { bilingual } from '@anshi/contracts';
import { z } from 'zod';
import { readGrant, scopes } from '../../platform/access/permissions.ts';

export const roleParams = z.object({
  id: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case letters, digits and hyphens')
    .max(64),
});

export const roleSchema = z
  .object({
    id: z.string(),
    name: bilingual,
    permissions: z.array(z.string()).describe('Each as resource:action@scope.'),
    keepOnTransfer: z.boolean().describe('False: a transfer of its holder takes it.'),
    seeded: z.boolean().describe('It comes with the program.'),
    changed: z.boolean().describe('The company changed it: an upgrade leaves it alone.'),
    holders: z.number().int(),
    version: z.number().int(),
  })
  .meta({ id: 'Role' });
export type ShownRole = z.infer<typeof roleSchema>;

export const roleChange = z
  .strictObject({
    version: z
      .number()
      .int()
      .optional()
      .describe('The version that was read; none for a new role.'),
    name: z.object({ zh: z.string().trim().min(1).max(64), en: z.string().trim().min(1).max(64) }),
    permissions: z
      .array(
        z
          .string()
          .max(128)
          .refine((grant) => readGrant(grant) !== null, {
            error:
              'must be a permission of GET /api/v1/permissions with @ and one of its scopes, such as hazard:read@department',
          }),
      )
      .max(200),
    keepOnTransfer: z.boolean(),
  })
  .meta({ id: 'RoleChange' });
export type RoleChange = z.infer<typeof roleChange>;

export const ownRights = z
  .object({
    roles: z.array(z.object({ id: z.string(), name: bilingual })),
    permissions: z.array(
      z.object({
        id: z.string(),
        name: bilingual,
        scope: z.enum(scopes).describe('How far it reaches, the widest of all roles.'),
      }),
    ),
  })
  .meta({ id: 'OwnRights' });
export type OwnRights = z.infer<typeof ownRights>;

export const permissionList = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        name: bilingual,
        scopes: z
          .array(z.string())
          .describe('What it can be given with; only `all` where it is not divided.'),
      }),
    ),
    scopes: z.array(z.string()),
    conflicts: z.array(
      z.object({
        id: z.string(),
        permissions: z.array(z.string()),
        from: z.array(z.string()).describe('From which scope on.'),
        why: bilingual,
      }),
    ),
  })
  .meta({ id: 'PermissionList' });
