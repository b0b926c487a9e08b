import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { CameraSetup } from './camera-setup.ts';
import * as schema from './camera-setup-schema.ts';

const permission = 'camera:manage';

/** Trying addresses and finding cameras before they are saved, by a worker in their network. */
export function registerCameraSetup(app: App, setup: CameraSetup): void {
  const route = routesOf(app, 'cameras');
  route.post('/cameras/setup/address', {
    permission,
    operationId: 'tryCameraAddress',
    summary: 'Lets a worker try an address that is not saved: sign-in, stream, first picture',
    description: 'Audited without the address. It takes up to 30 s; nothing of it is stored.',
    body: schema.tryBody,
    answer: schema.tryAnswer,
    problems: [404, 409, 422, 502],
    handle: ({ user, body, request }) => setup.tryAddress(user, body, request),
  });
  route.post('/cameras/setup/discovery', {
    permission,
    operationId: 'discoverCameras',
    summary: 'Lets a worker look for cameras in its network by ONVIF',
    description: 'Audited. It takes some seconds.',
    body: schema.discoverBody,
    answer: schema.discoverAnswer,
    problems: [409, 502],
    handle: ({ user, body, request }) => setup.discover(user, body, request),
  });
  route.post('/cameras/setup/device', {
    permission,
    operationId: 'askOnvifDevice',
    summary: 'Lets a worker ask an ONVIF device for its model and streams',
    description: 'Audited with the host. User and password are not stored.',
    body: schema.deviceBody,
    answer: schema.deviceAnswer,
    problems: [409, 502],
    handle: ({ user, body, request }) => setup.device(user, body, request),
  });
}
