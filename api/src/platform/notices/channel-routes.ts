import { z } from 'zod';
import type { Module } from '../http/app-types.ts';
import { routesOf } from '../kit/routes.ts';
import type { Preferences } from './preferences.ts';
import type { Robots } from './robots.ts';
import {
  channelsSchema,
  choicesRequest,
  outcomeSchema,
  preferencesRequest,
  preferencesSchema,
  robotPatch,
  robotRequest,
  robotSchema,
  rulesSchema,
  subscriptionRequest,
  subscriptionSchema,
} from './schema.ts';
import type { PushSubscriptions } from './subscriptions.ts';

const params = z.object({ id: z.string().max(26) });

/** Notice channels: each user's preferences, and administration. */
export function noticeChannelsModule(options: {
  preferences: Preferences;
  subscriptions: PushSubscriptions;
  robots: Robots;
  /** The VAPID public key for subscriptions of browsers. */
  pushKey: () => string;
}): Module {
  const { preferences, subscriptions, robots, pushKey } = options;
  return {
    name: 'notice-channels',
    register(app) {
      const route = routesOf(app, 'notices');
      route.get('/notices/preferences', {
        permission: 'self',
        operationId: 'getNoticePreferences',
        summary: 'Reads how the user hears of things',
        answer: preferencesSchema,
        handle: ({ user }) => preferences.read(user.account),
      });
      route.put('/notices/preferences', {
        permission: 'self',
        operationId: 'setNoticePreferences',
        summary: 'Sets how the user hears of things',
        body: preferencesRequest,
        answer: preferencesSchema,
        handle: ({ user, body }) => preferences.write(user, body),
      });
      route.get('/push-subscriptions/key', {
        permission: 'self',
        operationId: 'getPushKey',
        summary: 'Reads the key that a browser subscribes to (applicationServerKey)',
        answer: z.object({ key: z.string() }),
        handle: async () => ({ key: pushKey() }),
      });
      route.post('/push-subscriptions', {
        permission: 'self',
        operationId: 'addPushSubscription',
        summary: 'Sends the notices of the user to this browser too',
        body: subscriptionRequest,
        created: subscriptionSchema,
        problems: [422],
        handle: ({ user, body }) => subscriptions.add(user.account, body),
      });
      route.delete('/push-subscriptions', {
        permission: 'self',
        operationId: 'removePushSubscription',
        summary: 'Sends nothing to this browser any more',
        body: z.strictObject({ endpoint: z.string().max(2000) }),
        handle: ({ user, body }) => subscriptions.drop(user.account, body.endpoint),
      });
      route.get('/notices/channels', {
        permission: 'notification:manage',
        operationId: 'getNoticeChannels',
        summary: 'Returns which channels work, and the deliveries of the last day',
        answer: channelsSchema,
        handle: ({ user }) => preferences.channels(user.account),
      });
      route.get('/notices/rules', {
        permission: 'notification:manage',
        operationId: 'getNoticeRules',
        summary: 'Reads the rules for all who chose nothing themselves',
        answer: rulesSchema,
        handle: ({ user }) => preferences.rules(user.account),
      });
      route.put('/notices/rules', {
        permission: 'notification:manage',
        operationId: 'setNoticeRules',
        summary: 'Sets the rules for all who chose nothing themselves',
        body: choicesRequest,
        answer: rulesSchema,
        handle: ({ user, body }) => preferences.writeRules(user, body),
      });
      route.get('/notices/robots', {
        permission: 'notification:manage',
        operationId: 'listNoticeRobots',
        summary: 'Lists the robots of chat groups',
        answer: z.object({ items: z.array(robotSchema) }),
        handle: async ({ user }) => ({ items: await robots.list(user.account) }),
      });
      route.post('/notices/robots', {
        permission: 'notification:manage',
        operationId: 'addNoticeRobot',
        summary: 'Adds the robot of a chat group',
        body: robotRequest,
        created: robotSchema,
        problems: [422],
        handle: ({ user, body }) => robots.add(user, body),
      });
      route.patch('/notices/robots/:id', {
        permission: 'notification:manage',
        operationId: 'changeNoticeRobot',
        summary: 'Changes a robot; what is left out stays',
        params,
        body: robotPatch,
        answer: robotSchema,
        handle: ({ user, params, body }) => robots.change(user, params.id, body),
      });
      route.delete('/notices/robots/:id', {
        permission: 'notification:manage',
        operationId: 'removeNoticeRobot',
        summary: 'Removes a robot',
        params,
        handle: ({ user, params }) => robots.remove(user, params.id),
      });
      route.post('/notices/robots/:id/test', {
        permission: 'notification:manage',
        operationId: 'testNoticeRobot',
        summary: 'Sends a test to the group and returns the result',
        params,
        answer: outcomeSchema,
        handle: async ({ user, params }) => {
          const { result, detail } = await robots.test(user.account, params.id);
          return { result, detail: detail ?? null };
        },
      });
    },
  };
}
