import { z } from 'zod';
import { deviceOf } from '../../platform/access/devices.ts';
import type { App } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { Credentials } from './credentials.ts';
import type { Enrolment } from './enrolment.ts';
import type { EvidenceKeys } from './evidence-keys.ts';
import * as schema from './schema.ts';

const permission = 'device:manage';

/** Credentials of devices: what administrators do with them, and what workers do by themselves. */
export function registerDevices(
  app: App,
  parts: { credentials: Credentials; enrolment: Enrolment; evidenceKeys: EvidenceKeys },
): void {
  registerCredentials(app, parts.credentials);
  registerEvidenceKeys(app, parts.evidenceKeys);
  registerWorkers(app, parts.enrolment);
}

/** The keys by which workers sign evidence: enrolled by the workers, revoked by administrators. */
function registerEvidenceKeys(app: App, evidenceKeys: EvidenceKeys): void {
  const route = routesOf(app, 'devices');
  route.get('/devices/:id/evidence-keys', {
    permission,
    operationId: 'listEvidenceKeys',
    summary: 'Lists the keys by which a worker signs evidence',
    answer: schema.evidenceKeyList,
    handle: ({ user, params }) => evidenceKeys.list(user.account, params.id),
  });
  route.post('/devices/:id/evidence-keys/:key/revocation', {
    permission,
    operationId: 'revokeEvidenceKey',
    summary: 'Revokes a key: what it signs from now on is not believed',
    params: schema.evidenceKeyParams,
    body: schema.revokeInput,
    answer: schema.evidenceKeySchema,
    handle: ({ user, params, body }) =>
      evidenceKeys.revoke(user, params.id, params.key, body.reason),
  });
  const path = '/api/v1/ingest/worker/evidence-key';
  app.put(
    path,
    {
      config: { device: { kinds: ['worker'] } },
      schema: {
        tags: ['devices'],
        operationId: 'enrolEvidenceKey',
        summary: 'Takes the public key by which a worker signs evidence from now on',
        body: schema.evidenceKeyInput,
        response: { 200: schema.evidenceKeyEnrolled, ...problems(401, 403, 409, 503) },
      },
    },
    (request) => {
      const { ip: address, id: requestId } = request;
      const from = { address, requestId, route: `PUT ${path}` };
      return evidenceKeys.enrol(deviceOf(request), request.body.publicKey, from);
    },
  );
}

function registerCredentials(app: App, credentials: Credentials): void {
  const route = routesOf(app, 'devices');
  route.get('/devices', {
    permission,
    operationId: 'listDevices',
    summary: 'Lists the credentials of devices by name',
    query: schema.deviceQuery,
    answer: schema.devicePage,
    handle: ({ user, query }) => credentials.list(user.account, query),
  });
  route.post('/devices', {
    permission,
    operationId: 'createDevice',
    summary: 'Makes the credential of a device; its secret is shown this once',
    body: schema.deviceInput,
    created: schema.deviceWithSecret,
    problems: [409],
    handle: ({ user, body }) => credentials.create(user, body),
  });
  route.get('/devices/:id', {
    permission,
    operationId: 'getDevice',
    summary: 'Reads the credential of a device',
    answer: schema.deviceSchema,
    handle: ({ user, params }) => credentials.get(user.account, params.id),
  });
  route.post('/devices/:id/secret', {
    permission,
    operationId: 'rotateDevice',
    summary: 'Gives a new secret; for a while the old one counts too by HTTP',
    description: 'The broker has one secret per device: there the new one is valid at once.',
    body: schema.rotateInput,
    answer: schema.deviceWithSecret,
    handle: ({ user, params, body }) => credentials.rotate(user, params.id, body),
  });
  route.post('/devices/:id/revocation', {
    permission,
    operationId: 'revokeDevice',
    summary: 'Revokes the credential of a device, immediately and permanently',
    body: schema.revokeInput,
    answer: schema.deviceSchema,
    handle: ({ user, params, body }) => credentials.revoke(user, params.id, body.reason),
  });
}

function registerWorkers(app: App, enrolment: Enrolment): void {
  const path = '/api/v1/ingest/worker';
  const tags = ['devices'];
  const enrolled = z.object({ worker: z.string() });
  app.get(
    path,
    {
      config: { device: { kinds: ['worker'] } },
      exposeHeadRoute: false,
      schema: {
        tags,
        operationId: 'getWorkerSelf',
        summary: 'Returns a worker’s name, its keys and the time',
        response: { 200: schema.workerSelf, ...problems(401, 403, 503) },
      },
    },
    (request) => enrolment.self(deviceOf(request)),
  );
  app.post(
    path,
    {
      config: { device: { kinds: ['shared'] } },
      schema: {
        tags,
        operationId: 'enrolWorker',
        summary: 'Takes the secret that a worker made for itself, by the shared token',
        description:
          'Once for each name, and only until a day after the first worker used a credential of its own.',
        body: schema.enrolInput,
        response: { 200: enrolled, 201: enrolled, ...problems(401, 403, 409, 503) },
      },
    },
    async (request, reply) => {
      const { body, ip: address, id: requestId } = request;
      const isNew = await enrolment.enrol(body, { address, requestId, route: `POST ${path}` });
      return reply.code(isNew ? 201 : 200).send({ worker: body.worker });
    },
  );
}
