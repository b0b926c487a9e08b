import { sessionOf } from '../../platform/access/request-account.ts';
import type { Module } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import * as schema from './schema.ts';
import type { ReplaysService } from './service.ts';

export function replaysModule(service: ReplaysService): Module {
  return {
    name: 'replays',
    register(app) {
      const route = routesOf(app, 'replays');
      route.post('/cameras/:camera/draft-tests', {
        permission: 'camera:manage',
        operationId: 'startDraftTest',
        summary: 'Tests a draft of a camera on recorded observations; nothing is saved',
        description:
          'The worker of the camera judges what it recorded in the last minute, hour or day again, by the draft. One replay runs on a worker at a time.',
        params: schema.cameraParams,
        body: schema.draftTestRequest,
        accepted: schema.replayStarted,
        problems: [409, 422, 502],
        handle: ({ user, params, body, request }) =>
          service.testDraft(params.camera, body, { user, session: sessionOf(request) }),
      });
      route.get('/cameras/:camera/draft-tests/:id', {
        permission: 'camera:manage',
        operationId: 'getDraftTest',
        summary: 'How far a test of a draft is, and what it found beside what was recorded',
        params: schema.replayParams,
        answer: schema.draftTest,
        problems: [502],
        handle: ({ user, params, request }) =>
          service.draftTest(params.camera, params.id, { user, session: sessionOf(request) }),
      });
      route.delete('/cameras/:camera/draft-tests/:id', {
        permission: 'camera:manage',
        operationId: 'cancelDraftTest',
        summary: 'Ends a test of a draft',
        params: schema.replayParams,
        problems: [502],
        handle: ({ user, params, request }) =>
          service.cancelDraftTest(params.camera, params.id, { user, session: sessionOf(request) }),
      });
      route.post('/cameras/:camera/near-misses', {
        permission: 'violation:read',
        operationId: 'findNearMisses',
        summary: 'Looks for what was almost recorded in a time',
        description:
          'The worker of the camera judges what it recorded then again, by the configuration of that time.',
        params: schema.cameraParams,
        body: schema.nearMissRequest,
        accepted: schema.replayStarted,
        problems: [409, 422, 502],
        handle: ({ user, params, body, request }) =>
          service.findNearMisses(params.camera, body, { user, session: sessionOf(request) }),
      });
      route.get('/cameras/:camera/near-misses/:id', {
        permission: 'violation:read',
        operationId: 'getNearMisses',
        summary: 'How far the search is, and what was almost recorded',
        params: schema.replayParams,
        answer: schema.nearMisses,
        problems: [502],
        handle: ({ user, params, request }) =>
          service.nearMisses(params.camera, params.id, { user, session: sessionOf(request) }),
      });
      route.delete('/cameras/:camera/near-misses/:id', {
        permission: 'violation:read',
        operationId: 'cancelNearMisses',
        summary: 'Ends a search for what was almost recorded',
        params: schema.replayParams,
        problems: [502],
        handle: ({ user, params, request }) =>
          service.cancelNearMisses(params.camera, params.id, { user, session: sessionOf(request) }),
      });
    },
  };
}
