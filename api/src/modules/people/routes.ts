import { ulid } from '@anshi/contracts';
import rateLimit from '@fastify/rate-limit';
import { z } from 'zod';
import { callerOf } from '../../platform/access/caller.ts';
import { accountOf } from '../../platform/access/request-account.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import type { Module } from '../../platform/http/app-types.ts';
import { Problem } from '../../platform/http/errors.ts';
import { problems } from '../../platform/http/problems.ts';
import type { createBadges } from './badges.ts';
import { followMerged } from './follow-merged.ts';
import type { createPeopleHistory } from './history.ts';
import {
  badgeRequest,
  leaveRequest,
  newPerson,
  personParams as params,
  personChange,
  personHistory,
  personLineage,
  personOverview,
  personPage,
  personQuery,
  personSchema,
  personSearch,
  returnRequest,
  revealed,
  revealRequest,
  transferRequest,
} from './schema.ts';
import type { PeopleService } from './service.ts';
import type { PeopleSteps } from './steps.ts';
import { registerSteps } from './steps-routes.ts';

const tags = ['people'];
/** Rate limit of revealing: more would be a copy of the register. */
const REVEALS = { max: 20, timeWindow: '10 minutes' };
const SEARCHES = { max: 60, timeWindow: '10 minutes' };

export function peopleModule(options: {
  people: PeopleService;
  steps: PeopleSteps;
  history: ReturnType<typeof createPeopleHistory>;
  badges: ReturnType<typeof createBadges>;
  units: Units;
}): Module {
  const { people, steps, history, badges, units } = options;
  return {
    name: 'people',
    register(app) {
      followMerged(app, units);
      registerSteps(app, { steps, badges });
      const read = { permission: 'person:read' } as const;
      const manage = { permission: 'person:manage' } as const;
      const one = (operationId: string, summary: string, ok: z.ZodType, ...statuses: number[]) => ({
        tags,
        operationId,
        summary,
        params,
        response: { 200: ok, ...problems(400, 401, 403, 404, ...statuses, 503) },
      });
      app.get(
        '/api/v1/persons',
        {
          config: read,
          schema: {
            tags,
            operationId: 'listPersons',
            summary: 'Lists people by employee number',
            querystring: personQuery,
            response: { 200: personPage, ...problems(400, 401, 403, 503) },
          },
        },
        (request) => people.list(callerOf(request), request.query),
      );
      app.post(
        '/api/v1/persons',
        {
          config: manage,
          schema: {
            tags,
            operationId: 'createPerson',
            summary: 'Adds a person',
            body: newPerson,
            response: { 201: personSchema, ...problems(400, 401, 403, 404, 409, 422, 503) },
          },
        },
        async (request, reply) =>
          reply.code(201).send(await people.create(callerOf(request), request.body)),
      );
      app.get(
        '/api/v1/persons/:id',
        { config: read, schema: { ...one('getPerson', 'Reads one person', personSchema), params } },
        (request) => people.get(callerOf(request), request.params.id),
      );
      app.patch(
        '/api/v1/persons/:id',
        {
          config: manage,
          schema: {
            ...one('updatePerson', 'Changes a person', personSchema, 409, 422),
            params,
            body: personChange,
          },
        },
        (request) => people.update(callerOf(request), request.params.id, request.body),
      );
      app.post(
        '/api/v1/persons/:id/transfer',
        {
          config: manage,
          schema: {
            ...one(
              'transferPerson',
              'Moves a person to another post, now or on a day to come',
              personSchema,
              409,
              422,
            ),
            params,
            body: transferRequest,
          },
        },
        (request) => steps.transfer(callerOf(request), request.params.id, request.body),
      );
      app.post(
        '/api/v1/persons/:id/leave',
        {
          config: manage,
          schema: {
            ...one('leavePerson', 'Records the last day of a person', personSchema, 409),
            params,
            body: leaveRequest,
          },
        },
        (request) => steps.leave(callerOf(request), request.params.id, request.body),
      );
      app.post(
        '/api/v1/persons/:id/return',
        {
          config: manage,
          schema: {
            ...one('returnPerson', 'Records that a person came back', personSchema, 409, 422),
            params,
            body: returnRequest,
          },
        },
        (request) => people.comeBack(callerOf(request), request.params.id, request.body),
      );
      app.get(
        '/api/v1/persons/:id/history',
        {
          config: read,
          schema: { ...one('listPersonHistory', 'Lists each change', personHistory), params },
        },
        (request) => history.history(callerOf(request), request.params.id),
      );
      app.get(
        '/api/v1/persons/:id/lineage',
        {
          config: read,
          schema: {
            ...one('getPersonLineage', 'Where each field came from', personLineage),
            params,
          },
        },
        (request) => history.lineage(callerOf(request), request.params.id),
      );
      app.get(
        '/api/v1/persons/:id/overview',
        {
          config: read,
          schema: {
            ...one('getPersonOverview', 'What all modules know of a person', personOverview),
            params,
          },
        },
        (request) => history.overview(callerOf(request), request.params.id),
      );
      app.post(
        '/api/v1/persons/:id/badges',
        {
          config: manage,
          schema: {
            ...one(
              'bindBadge',
              'Gives a person a badge',
              z.object({
                id: z.string(),
                badge: z.string(),
                since: z.string(),
                dueBack: z.iso.date().nullable(),
              }),
              409,
            ),
            params,
            body: badgeRequest,
          },
        },
        (request) =>
          badges.bind(
            callerOf(request),
            request.params.id,
            request.body.badge,
            request.body.dueBack,
          ),
      );
      app.delete(
        '/api/v1/persons/:id/badges/:binding',
        {
          config: manage,
          schema: {
            tags,
            operationId: 'releaseBadge',
            summary: 'Takes a badge back',
            params: params.extend({ binding: ulid }),
            response: { 204: z.null(), ...problems(401, 403, 404, 503) },
          },
        },
        async (request, reply) => {
          await badges.release(callerOf(request), request.params.id, request.params.binding);
          return reply.code(204).send(null);
        },
      );
      app.register(async (scope: typeof app) => {
        await scope.register(rateLimit, { global: false });
        const limited = (limit: typeof REVEALS) => {
          const check = scope.createRateLimit({
            ...limit,
            keyGenerator: (request) => accountOf(request).id,
          });
          return async (
            request: Parameters<typeof check>[0],
            reply: { header(name: string, value: number): unknown },
          ) => {
            const state = await check(request);
            if (state.isAllowed || !state.isExceeded) return;
            reply.header('retry-after', state.ttlInSeconds);
            throw new Problem('person.reveal-too-often');
          };
        };
        scope.post(
          '/api/v1/persons/:id/reveal',
          {
            config: { permission: 'person:reveal' },
            preHandler: limited(REVEALS),
            schema: {
              ...one('revealPersonField', 'Shows a sensitive field', revealed, 429),
              description: 'The reason and who asked are kept in the audit log.',
              params,
              body: revealRequest,
            },
          },
          async (request, reply) => {
            const { field, reason } = request.body;
            reply.header('cache-control', 'no-store');
            return people.reveal(callerOf(request), request.params.id, field, reason);
          },
        );
        scope.post(
          '/api/v1/persons/search',
          {
            config: read,
            preHandler: limited(SEARCHES),
            schema: {
              tags,
              operationId: 'searchPersons',
              summary: 'Finds people by the whole of a sensitive value',
              body: personSearch,
              response: {
                200: personPage.pick({ items: true }),
                ...problems(400, 401, 403, 429, 503),
              },
            },
          },
          (request) => people.search(callerOf(request), request.body.field, request.body.value),
        );
      });
    },
  };
}
