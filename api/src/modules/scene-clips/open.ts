import { LONGEST_RING_MS, ulid } from '@anshi/contracts';
import { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import { callerOf, systemCaller } from '../../platform/access/caller.ts';
import { createViews } from '../../platform/audit/views.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { problems } from '../../platform/http/problems.ts';
import { sendFile } from '../../platform/http/send-file.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { Open } from '../../platform/module.ts';
import type { ViolationRow } from '../violations/repository.ts';
import { orderScene } from './order.ts';
import type { SceneClipRow } from './rows.ts';
import { sceneClipList, sceneClipRequest } from './schema.ts';
import { createSceneClips } from './service.ts';

/** The clips of the scenes of findings, for the modules that hand evidence out. */
export interface SceneClipFiles {
  /** Those of cameras that the account may see, the first that was asked for first. */
  ofFindings(
    tx: Transaction,
    findings: readonly string[],
    account: Account,
  ): Promise<(SceneClipRow & { isPurged: boolean })[]>;
}

declare module '../../platform/module.ts' {
  interface ModuleServices {
    sceneClips: SceneClipFiles & {
      /**
       * Has the clips of the other cameras kept for a violation that was just recorded, where it is of the highest severity
       * and not snoozed: the recording buffers are shorter than the time until a person looks. In a transaction of its own, after
       * that of the record: the record never depends on it, and a failure is logged.
       */
      keepFor(violation: ViolationRow): Promise<void>;
    };
  }
}

/** The same instant in the pictures of the other cameras of the place. */
export const open: Open = ({ log, database, units, evidence: store, services }) => {
  const { service, configuration, states } = services.get('cameras');
  const orders = {
    cameras: () => configuration.file.cameras,
    clipOrders: services.get('clipOrders'),
  };
  const clips = createSceneClips({
    database,
    units,
    views: createViews(units),
    store,
    incidents: services.get('incidents').service,
    cameras: { service, states },
    orders,
  });
  services.provide('sceneClips', {
    ofFindings: clips.ofFindings,
    async keepFor(violation) {
      const age = Date.now() - violation.confirmedAt.getTime();
      if (violation.severity !== 'high' || violation.snooze !== null || age > LONGEST_RING_MS)
        return;
      const caller = systemCaller(violation.tenantId);
      try {
        await units.run(caller, (unit) => orderScene(unit, orders, violation, null));
      } catch (err) {
        log.error(
          { err, violation: violation.id },
          'the clips of the other cameras could not be ordered',
        );
      }
    },
  });
  return {
    register(app) {
      const route = routesOf(app, 'incidents');
      route.get('/incidents/:id/scene-clips', {
        permission: 'violation:read',
        operationId: 'listSceneClips',
        summary: 'Lists the clips of other cameras at the place of an incident',
        description: 'For those who see all of the incident, of the cameras that they may see.',
        answer: sceneClipList,
        handle: ({ user, params }) => clips.list(user, params.id),
      });
      route.post('/incidents/:id/scene-clips', {
        permission: 'violation:review',
        operationId: 'orderSceneClips',
        summary: 'Asks for the clips of the other cameras at the time of a finding',
        description:
          'While the recording buffers hold that time. Asked again, it orders nothing twice.',
        body: sceneClipRequest,
        answer: sceneClipList,
        problems: [422],
        handle: ({ user, params, body }) => clips.order(user, params.id, body.finding),
      });
      app.get(
        '/api/v1/incidents/:id/scene-clips/:clip/video',
        {
          config: { permission: 'violation:read' },
          schema: {
            tags: ['incidents'],
            operationId: 'getSceneClipVideo',
            summary: 'Reads the clip of another camera of an incident, with blurred faces',
            description: 'Takes ranges.',
            params: z.object({ id: ulid, clip: ulid.describe('The clip, of the list.') }),
            response: {
              200: { description: 'The file.', content: { 'video/mp4': { schema: z.any() } } },
              206: { description: 'A part.', content: { 'video/mp4': { schema: z.any() } } },
              ...problems(401, 403, 404, 410, 416, 422, 503),
            },
          },
        },
        async (request, reply) => {
          const { id, clip } = request.params;
          const file = await clips.file(callerOf(request), id, clip);
          return sendFile(request, reply, {
            ...file,
            mediaType: 'video/mp4',
            read: (range) => store.read(file.tenant, file.sha256, range ?? undefined),
          });
        },
      );
    },
  };
};
