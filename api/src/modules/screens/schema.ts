import { bilingual, instant, slug, ulid } from '@anshi/contracts';
import { z } from 'zod';
import { line, lookedAtVersion } from '../../platform/kit/schemas.ts';
import { loginResponse } from '../auth/schema.ts';

const name = z.strictObject({ zh: line(40).min(1), en: line(40).min(1) });
const cameras = z
  .array(slug)
  .min(1)
  .max(100)
  .describe('Ids of cameras of the site, in their order on the wall.');

const patrolSeconds = z
  .number()
  .int()
  .min(5)
  .max(600)
  .describe('How long a screen shows a page of the group, where it has more than 16 cameras, s.');

export const groupInput = z
  .strictObject({
    site: slug.describe('The site of its cameras.'),
    name,
    cameras,
    patrolSeconds: patrolSeconds.default(10),
  })
  .meta({ id: 'WallGroupRequest' });
export type GroupInput = z.infer<typeof groupInput>;
export const groupPatch = z
  .strictObject({
    version: lookedAtVersion,
    name: name.optional(),
    cameras: cameras.optional(),
    patrolSeconds: patrolSeconds.optional(),
  })
  .meta({ id: 'WallGroupPatch' });
export type GroupPatch = z.infer<typeof groupPatch>;

export const wallGroup = z
  .object({
    id: ulid,
    version: z.number().int(),
    site: slug.describe('The site of its cameras.'),
    name: bilingual,
    cameras: z
      .array(slug)
      .describe('Ids of cameras of the site, in their order on the wall; those that you see.'),
    patrolSeconds,
    updatedAt: instant,
    updatedBy: bilingual.nullable().describe('Null where the demonstration made it.'),
    mayManage: z.boolean().describe('Whether you may change it.'),
  })
  .meta({ id: 'WallGroup', description: 'Cameras under a name, for all who may watch them.' });
export type WallGroupView = z.infer<typeof wallGroup>;
export const wallGroupList = z.object({ items: z.array(wallGroup) });

export const pairBody = z
  .strictObject({
    code: line(16).min(1).describe('As the screen shows it.'),
    name: line(40).min(1).describe('Where it hangs.'),
    group: ulid.describe('The shared group that it shows.'),
  })
  .meta({ id: 'ScreenPairingRequest' });
export type PairInput = z.infer<typeof pairBody>;
export const screenPatch = z
  .strictObject({
    version: lookedAtVersion,
    name: line(40).min(1).optional(),
    group: ulid.optional().describe('The shared group that it is to show.'),
  })
  .meta({ id: 'ScreenPatch' });
export type ScreenPatch = z.infer<typeof screenPatch>;
export const versionBody = z
  .strictObject({ version: lookedAtVersion })
  .meta({ id: 'ScreenRevocation' });

export const screenSchema = z
  .object({
    id: ulid,
    version: z.number().int(),
    name: z.string().describe('Where it hangs.'),
    group: ulid.describe('The shared group that it shows.'),
    groupName: bilingual.describe('Name of that group.'),
    site: slug,
    pairedAt: instant.describe('When its code was confirmed.'),
    pairedBy: bilingual.nullable().describe('Who confirmed its code.'),
    lastSeenAt: instant.describe('When it renewed its session last: every few minutes.'),
    address: z.string().nullable().describe('Its network address then.'),
    revokedAt: instant.nullable().describe('Null while it may show its group.'),
  })
  .meta({ id: 'Screen', description: 'A screen on a wall, which shows one shared group.' });
export type ScreenView = z.infer<typeof screenSchema>;
export const screenList = z.object({ items: z.array(screenSchema) });

export const pairingAnswer = z
  .object({
    code: z.string().describe('To be confirmed by an administrator.'),
    expiresAt: instant.describe('Another one is asked for then.'),
  })
  .meta({ id: 'ScreenPairing' });

/** The session of a screen: as of a sign-in, with what it shows. */
export const screenSession = loginResponse
  .extend({
    screen: z
      .object({
        name: z.string().describe('Where it hangs.'),
        groupName: bilingual.describe('Name of the shared group.'),
        cameras: z.array(slug).describe('In their order on the wall.'),
        patrolSeconds,
      })
      .describe('What it shows.'),
  })
  .meta({ id: 'ScreenSession' });
export type ScreenSession = z.infer<typeof screenSession>;
