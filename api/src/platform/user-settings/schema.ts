import { instant } from '@anshi/contracts';
import { z } from 'zod';

/** Largest value of a setting as JSON in UTF-8, in bytes. */
export const MOST_BYTES = 16 * 1024;

export const settingKey = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/)
  .describe('The key, as a module declares it.');

const value = z.unknown().describe('By the schema of the key.');

export const userSetting = z
  .object({
    key: settingKey,
    value,
    version: z.number().int().min(1).describe('Counts the changes.'),
    updatedAt: instant,
  })
  .meta({ id: 'UserSetting' });

export const userSettings = z.object({ items: z.array(userSetting) }).meta({ id: 'UserSettings' });

export const userSettingChange = z
  .object({
    value,
    version: z
      .number()
      .int()
      .min(0)
      .describe('The version that the change is made on; 0 where nothing was set.'),
  })
  .meta({ id: 'UserSettingChange' });

export type UserSetting = z.infer<typeof userSetting>;
