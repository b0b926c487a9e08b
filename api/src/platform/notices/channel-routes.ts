import { z } from 'zod';
import { callerOf } from '../access/caller.ts';
import { accountOf } from '../access/request-account.ts';
import type { Module } from '../http/app-types.ts';
import { problems } from '../http/problems.ts';
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

const tags = ['notices'];
const params = z.object({ id: z.string().max(26) });

/** How notices leave the app: what each person chooses, and what administrators set up. */
export function noticeChannelsModule(options: {
  preferences: Preferences;
  subscriptions: PushSubscriptions;
  robots: Robots;
  /** The public key that browsers subscribe to. */
  pushKey: () => string;
}): Module {
  const { preferences, subscriptions, robots, pushKey } = options;
  return {
    name: 'notice-channels',
    register(app) {
      app.get(
        '/api/v1/notices/preferences',
        {
          config: { permission: 'self' },
          schema: {
            tags,
            operationId: 'getNoticePreferences',
            summary: 'Reads how the user hears of things',
            response: { 200: preferencesSchema, ...problems(401, 503) },
          },
        },
        (request) => preferences.read(accountOf(request)),
      );
      app.put(
        '/api/v1/notices/preferences',
        {
          config: { permission: 'self' },
          schema: {
            tags,
            operationId: 'setNoticePreferences',
            summary: 'Sets how the user hears of things',
            body: preferencesRequest,
            response: { 200: preferencesSchema, ...problems(400, 401, 503) },
          },
        },
        (request) => preferences.write(callerOf(request), request.body),
      );
      app.get(
        '/api/v1/push-subscriptions/key',
        {
          config: { permission: 'self' },
          schema: {
            tags,
            operationId: 'getPushKey',
            summary: 'Reads the key that a browser subscribes to (applicationServerKey)',
            response: { 200: z.object({ key: z.string() }), ...problems(401, 503) },
          },
        },
        async () => ({ key: pushKey() }),
      );
      app.post(
        '/api/v1/push-subscriptions',
        {
          config: { permission: 'self' },
          schema: {
            tags,
            operationId: 'addPushSubscription',
            summary: 'Sends the notices of the user to this browser too',
            body: subscriptionRequest,
            response: { 201: subscriptionSchema, ...problems(400, 401, 422, 503) },
          },
        },
        async (request, reply) =>
          reply.code(201).send(await subscriptions.add(accountOf(request), request.body)),
      );
      app.delete(
        '/api/v1/push-subscriptions',
        {
          config: { permission: 'self' },
          schema: {
            tags,
            operationId: 'removePushSubscription',
            summary: 'Sends nothing to this browser any more',
            body: z.strictObject({ endpoint: z.string().max(2000) }),
            response: { 204: z.null(), ...problems(400, 401, 503) },
          },
        },
        async (request, reply) => {
          await subscriptions.drop(accountOf(request), request.body.endpoint);
          return reply.code(204).send(null);
        },
      );
      app.get(
        '/api/v1/notices/channels',
        {
          config: { permission: 'notification:manage' },
          schema: {
            tags,
            operationId: 'getNoticeChannels',
            summary: 'Tells which channels work, and how the sendings of the last day ended',
            response: { 200: channelsSchema, ...problems(401, 403, 503) },
          },
        },
        (request) => preferences.channels(accountOf(request)),
      );
      app.get(
        '/api/v1/notices/rules',
        {
          config: { permission: 'notification:manage' },
          schema: {
            tags,
            operationId: 'getNoticeRules',
            summary: 'Reads the rules for all who chose nothing themselves',
            response: { 200: rulesSchema, ...problems(401, 403, 503) },
          },
        },
        (request) => preferences.rules(accountOf(request)),
      );
      app.put(
        '/api/v1/notices/rules',
        {
          config: { permission: 'notification:manage' },
          schema: {
            tags,
            operationId: 'setNoticeRules',
            summary: 'Sets the rules for all who chose nothing themselves',
            body: choicesRequest,
            response: { 200: rulesSchema, ...problems(400, 401, 403, 503) },
          },
        },
        (request) => preferences.writeRules(callerOf(request), request.body),
      );
      app.get(
        '/api/v1/notices/robots',
        {
          config: { permission: 'notification:manage' },
          schema: {
            tags,
            operationId: 'listNoticeRobots',
            summary: 'Lists the robots of chat groups',
            response: {
              200: z.object({ items: z.array(robotSchema) }),
              ...problems(401, 403, 503),
            },
          },
        },
        async (request) => ({ items: await robots.list(accountOf(request)) }),
      );
      app.post(
        '/api/v1/notices/robots',
        {
          config: { permission: 'notification:manage' },
          schema: {
            tags,
            operationId: 'addNoticeRobot',
            summary: 'Adds the robot of a chat group',
            body: robotRequest,
            response: { 201: robotSchema, ...problems(400, 401, 403, 422, 503) },
          },
        },
        async (request, reply) =>
          reply.code(201).send(await robots.add(callerOf(request), request.body)),
      );
      app.patch(
        '/api/v1/notices/robots/:id',
        {
          config: { permission: 'notification:manage' },
          schema: {
            tags,
            operationId: 'changeNoticeRobot',
            summary: 'Changes a robot; what is left out stays',
            params,
            body: robotPatch,
            response: { 200: robotSchema, ...problems(400, 401, 403, 404, 503) },
          },
        },
        (request) => robots.change(callerOf(request), request.params.id, request.body),
      );
      app.delete(
        '/api/v1/notices/robots/:id',
        {
          config: { permission: 'notification:manage' },
          schema: {
            tags,
            operationId: 'removeNoticeRobot',
            summary: 'Removes a robot',
            params,
            response: { 204: z.null(), ...problems(401, 403, 404, 503) },
          },
        },
        async (request, reply) => {
          await robots.remove(callerOf(request), request.params.id);
          return reply.code(204).send(null);
        },
      );
      app.post(
        '/api/v1/notices/robots/:id/test',
        {
          config: { permission: 'notification:manage' },
          schema: {
            tags,
            operationId: 'testNoticeRobot',
            summary: 'Sends a test to the group and tells how it went',
            params,
            response: { 200: outcomeSchema, ...problems(401, 403, 404, 503) },
          },
        },
        async (request) => {
          const { result, detail } = await robots.test(accountOf(request), request.params.id);
          return { result, detail: detail ?? null };
        },
      );
    },
  };
}
