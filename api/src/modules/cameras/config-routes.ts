import { z } from 'zod';
import type { App } from '../../platform/http/app-types.ts';
import { sendBytes } from '../../platform/kit/list-export.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import * as schema from './config-schema.ts';
import type { CameraConfigurations } from './config-service.ts';
import type { DrawFence } from './draw-fence.ts';
import type { CamerasExport } from './export.ts';
import type { FileImport } from './import.ts';
import type { CameraRemoval } from './removal.ts';

const permission = 'camera:manage';
/** Sites and floor plans serve every feature; the cameras belong to monitoring. */
const config = { feature: 'monitoring' };
const YAML = 'application/yaml';

export interface ConfigParts {
  configurations: CameraConfigurations;
  exportFile: CamerasExport;
  fromFile: FileImport;
  removal: Pick<CameraRemoval, 'list' | 'remove' | 'putBack'>;
  /** What cameras.yaml has that the database does not follow. */
  fileDifferences: () => z.infer<typeof schema.fileDifferences>;
  drawFence: DrawFence;
}

/** How cameras are configured: list, change, versions, and the way back to cameras.yaml. */
export function registerConfigurations(
  app: App,
  { configurations, exportFile, fromFile, removal, fileDifferences, drawFence }: ConfigParts,
): void {
  const route = routesOf(app, 'cameras');
  const params = schema.cameraParams;
  route.get('/cameras/configurations', {
    permission,
    operationId: 'listCameraConfigurations',
    summary: 'Lists how cameras are configured, with their addresses',
    query: schema.configurationQuery,
    answer: schema.configurationPage,
    config,
    handle: ({ user, query }) => configurations.list(user, query),
  });
  route.post('/cameras', {
    permission,
    operationId: 'createCamera',
    summary: 'Adds a camera',
    body: schema.cameraInput,
    created: schema.cameraConfiguration,
    problems: [409, 422],
    config,
    handle: ({ user, body }) => configurations.create(user, body),
  });
  route.get('/cameras/export', {
    permission,
    operationId: 'exportCameras',
    summary: 'Writes the cameras as a cameras.yaml',
    description:
      'Addresses are variables named ANSHI_CAMERA_…: the file holds no password. Lines at its head name those that have to be set.',
    file: {
      200: { description: 'A cameras.yaml.', content: { [YAML]: { schema: z.any() } } },
    },
    config,
    handle: async ({ user, reply }) =>
      sendBytes(reply, { name: 'cameras.yaml', type: YAML, bytes: await exportFile(user) }),
  });
  route.get('/cameras/import', {
    permission,
    operationId: 'compareCamerasFile',
    summary: 'Says what cameras.yaml has otherwise than the database, which holds the cameras',
    answer: schema.fileDifferences,
    config,
    handle: async () => fileDifferences(),
  });
  route.post('/cameras/import', {
    permission,
    operationId: 'importCameras',
    summary: 'Takes sites and cameras over from the cameras.yaml of the API',
    description: 'As new cameras, or as new versions of those that are there.',
    body: schema.importBody,
    answer: schema.importAnswer,
    problems: [409, 422],
    config,
    handle: ({ user, body }) => fromFile(user, body),
  });
  route.get('/cameras/removed', {
    permission,
    operationId: 'listRemovedCameras',
    summary: 'Lists the cameras that were removed',
    answer: schema.removedCameras,
    config,
    handle: ({ user }) => removal.list(user),
  });
  route.post('/cameras/:camera/removal', {
    permission,
    operationId: 'removeCamera',
    summary: 'Removes a camera, which stays in the records',
    description: 'Its addresses are deleted, with those of its earlier versions.',
    params,
    body: schema.removalBody,
    answer: schema.removedCamera,
    config,
    handle: ({ user, params, body }) => removal.remove(user, params.camera, body.version),
  });
  route.post('/cameras/:camera/return', {
    permission,
    operationId: 'putCameraBack',
    summary: 'Puts a removed camera back as it was, at the address that is given',
    description:
      'Without the floor plan and the areas that are not there any more, and without a calibration that was made for another floor plan. `dropped` names what is missing.',
    params,
    body: schema.returnBody,
    answer: schema.returnedCamera,
    problems: [422],
    config,
    handle: ({ user, params, body }) => removal.putBack(user, params.camera, body),
  });
  route.get('/cameras/:camera/configuration', {
    permission,
    operationId: 'getCameraConfiguration',
    summary: 'Reads how a camera is configured',
    params,
    answer: schema.cameraConfiguration,
    config,
    handle: ({ user, params }) => configurations.get(user, params.camera),
  });
  route.patch('/cameras/:camera/configuration', {
    permission,
    operationId: 'changeCamera',
    summary: 'Changes how a camera is configured, as its next version',
    params,
    body: schema.cameraPatch,
    answer: schema.cameraConfiguration,
    problems: [422],
    config,
    handle: ({ user, params, body }) => configurations.change(user, params.camera, body),
  });
  route.get('/cameras/:camera/versions', {
    permission,
    operationId: 'listCameraVersions',
    summary: 'The versions of a camera, newest first, with what each changed',
    params,
    answer: schema.versionList,
    config,
    handle: ({ user, params }) => configurations.versions(user, params.camera),
  });
  route.post('/cameras/:camera/restoration', {
    permission,
    operationId: 'restoreCamera',
    summary: 'Makes an earlier version of a camera its next one',
    params,
    body: schema.restoreBody,
    answer: schema.cameraConfiguration,
    problems: [422],
    config,
    handle: ({ user, params, body }) => configurations.restore(user, params.camera, body),
  });
  route.post('/cameras/:camera/fence', {
    permission,
    operationId: 'drawCameraFence',
    summary: 'Draws a zone from the area that it names, as the next version of the camera',
    params,
    body: schema.fenceBody,
    answer: schema.cameraConfiguration,
    problems: [422],
    config,
    handle: ({ user, params, body }) => drawFence(user, params.camera, body),
  });
}
