import { deviceOf } from '../../platform/access/devices.ts';
import type { App } from '../../platform/http/app-types.ts';
import { closedSignal } from '../../platform/http/closed.ts';
import { problems } from '../../platform/http/problems.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { Asking } from './asking.ts';
import { type createMisfitList, misfitPage, misfitQuery } from './fit-list.ts';
import { manifest } from './manifest.ts';
import type { createPlaces } from './places.ts';
import { placeSchema, requirementInput } from './requirement.ts';
import * as schema from './schema.ts';
import {
  type createSupplierPeople,
  supplierPeoplePage,
  supplierPeopleQuery,
} from './supplier-people.ts';
import type { SystemChecks } from './system-checks.ts';

export function registerMatch(
  app: App,
  {
    asking,
    places,
    misfits,
    checks,
    supplierPeople,
  }: {
    supplierPeople: ReturnType<typeof createSupplierPeople>;
    checks: SystemChecks;
    asking: Asking;
    places: ReturnType<typeof createPlaces>;
    misfits: ReturnType<typeof createMisfitList>;
  },
): void {
  registerChecks(app, checks);
  const route = routesOf(app, 'match');
  route.post('/match', {
    permission: 'match:read',
    operationId: 'match',
    summary: 'Says who may do a job, work at a machine or in an area, or hold a post',
    description:
      'Of named people each decision is kept with its facts and rules. Without names all who work here and are within reach are ranked, the best first: one ranking at a time, and one for each account, where a newer one ends the older.',
    body: schema.matchRequest,
    answer: schema.matchAnswer,
    problems: [404, 409, 422],
    handle: ({ user, body, reply }) => asking.match(user, body, closedSignal(reply)),
  });
  route.get('/match/persons/:id', {
    permission: 'match:read',
    operationId: 'matchPerson',
    summary: 'Says at which posts, machines and areas a person may work, and why not',
    query: schema.atQuery,
    answer: schema.personPlaces,
    handle: ({ user, params, query }) => asking.ofPerson(user, params.id, query.at),
  });
  route.get('/match/supplier-people', {
    permission: 'match:read',
    operationId: 'listSupplierPeople',
    summary:
      'Lists the contractors whom a supplier sends, where they may work, until when and what is missing',
    query: supplierPeopleQuery,
    answer: supplierPeoplePage,
    handle: ({ user, query }) => supplierPeople.list(user, query),
  });
  route.get('/match/decisions/:id', {
    permission: 'match:read',
    operationId: 'getMatchDecision',
    summary: 'Reads a decision that was kept, and decides it again from what was kept with it',
    answer: schema.decisionSchema,
    handle: ({ user, params }) => asking.decision(user, params.id),
  });
  route.get('/match/misfits', {
    permission: 'match:read',
    operationId: 'listPostMisfits',
    summary: 'Lists people who do not fit the post that they hold, the latest first',
    query: misfitQuery,
    answer: misfitPage,
    handle: ({ user, query }) => misfits.list(user, query),
  });
  route.get('/match/places', {
    permission: 'match:read',
    operationId: 'listMatchPlaces',
    summary: 'Lists machines and areas with what they ask of people',
    answer: schema.placeList,
    handle: ({ user }) => places.list(user),
  });
  route.put('/match/requirements', {
    permission: 'match:manage',
    operationId: 'setMatchRequirement',
    summary: 'Sets what a machine or an area asks of people',
    body: requirementInput,
    answer: placeSchema,
    problems: [404, 422],
    handle: ({ user, body }) => places.set(user, body),
  });
}

/** What outside systems ask, each by the credential of its own. */
function registerChecks(app: App, checks: SystemChecks): void {
  app.post(
    '/api/v1/match/check',
    {
      config: { device: { kinds: ['mes'] }, feature: manifest.feature },
      schema: {
        tags: ['match'],
        operationId: 'checkMatch',
        summary:
          'Says to an outside system whether named people may work at a machine or in an area',
        description:
          'For planning: a decision may change until the work begins, and any answer but `allow` means that the person is not assigned. Reasons are those that machines and doors are told. Each decision is kept with the name of the credential.',
        body: schema.checkRequest,
        response: {
          200: schema.checkAnswer,
          ...problems(400, 401, 403, 404, 413, 415, 422, 503),
        },
      },
    },
    (request) => {
      const { ip: address, id: requestId } = request;
      return checks.check(deviceOf(request), request.body, { address, requestId });
    },
  );
}
