import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import * as schema from './schema.ts';
import type { ArmingService } from './service.ts';

export function registerArming(app: App, arming: ArmingService): void {
  const route = routesOf(app, 'cameras');
  route.get('/arming', {
    permission: 'camera:read',
    operationId: 'listArming',
    summary: 'Lists what of each zone of a camera is armed now, why, and until when',
    answer: schema.armingList,
    handle: ({ user }) => arming.list(user),
  });
  route.post('/arming/preview', {
    permission: 'camera:manage',
    operationId: 'previewArming',
    summary: 'Says what a condition would arm now, before it is saved',
    body: schema.previewBody,
    answer: schema.previewAnswer,
    handle: ({ user, body }) => arming.preview(user, body),
  });
}
