import { z } from 'zod';
import type { Module } from '../http/app-types.ts';
import { routesOf } from '../kit/routes.ts';
import { MOST_BYTES, settingKey, userSetting, userSettingChange, userSettings } from './schema.ts';
import type { UserSettings } from './service.ts';

const params = z.object({ key: settingKey });

/** The settings of the account of the request. */
export function userSettingsModule(settings: UserSettings): Module {
  return {
    name: 'user-settings',
    register(app) {
      const route = routesOf(app, 'user-settings');
      route.get('/me/settings', {
        permission: 'self',
        operationId: 'listOwnSettings',
        summary: 'Lists what this account chose for the pages',
        answer: userSettings,
        handle: ({ user }) => settings.list(user),
      });
      route.get('/me/settings/:key', {
        permission: 'self',
        operationId: 'getOwnSetting',
        summary: 'Shows one setting of this account',
        params,
        answer: userSetting,
        handle: ({ user, params: { key } }) => settings.get(user, key),
      });
      route.put('/me/settings/:key', {
        permission: 'self',
        operationId: 'setOwnSetting',
        summary: 'Sets one setting of this account',
        params,
        // The value, and room for what is around it.
        bodyLimit: 2 * MOST_BYTES,
        body: userSettingChange,
        answer: userSetting,
        problems: [422],
        handle: ({ user, params: { key }, body }) => settings.put(user, key, body),
      });
    },
  };
}
