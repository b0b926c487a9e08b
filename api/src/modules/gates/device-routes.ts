import type { FastifyRequest } from 'fastify';
import type { DeviceGate } from '../../platform/access/devices.ts';
import type { App } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
import type { Ask } from './ask.ts';
import { FEATURE } from './manifest.ts';
import { entryBody, gateAnswer, keyHeader, startBody } from './schema.ts';
import type { GateKind } from './words.ts';

/** While the module is off nothing is decided: the machine stays off. */
const config = { device: { kinds: ['gate'] }, feature: FEATURE } as const;
const answers = { 200: gateAnswer, ...problems(400, 401, 403, 404, 409, 413, 415, 422, 503) };
const description =
  'Any answer but `allow`, a refused request and silence mean: it stays off, or shut. It is no safety function: hard-wired stops and guards stay, and a door never locks people in.';

/** What machines and doors ask, each by the credential of its own point. */
export function registerGateDevices(
  app: App,
  parts: {
    ask: Ask;
    devices: Pick<DeviceGate, 'requireName' | 'refuseName'>;
    /** Notifies people that a point asked for something that is not its own. */
    tellForeign: (point: string, target: string) => Promise<void>;
  },
): void {
  const { ask, devices, tellForeign } = parts;

  async function answer(
    request: FastifyRequest,
    kind: GateKind,
    body: {
      point: string;
      card?: string | undefined;
      code?: string | undefined;
      plate?: string | undefined;
      at: string;
    },
    target: string,
  ) {
    const { point, card = null, code = null, plate = null, at } = body;
    await devices.requireName(request, point);
    const key = String(request.headers['idempotency-key']);
    return ask.ask({ key, point, kind, target, card, code, plate, at }, async () => {
      await tellForeign(point, target);
      return devices.refuseName(
        request,
        target,
        `The point "${point}" is not for ${kind === 'start' ? 'the machine' : 'the area'} "${target}".`,
      );
    });
  }

  app.post(
    '/api/v1/gates/machine-start',
    {
      config,
      schema: {
        tags: ['gates'],
        operationId: 'askMachineStart',
        summary: 'Asks whether a person may start a machine',
        description,
        headers: keyHeader,
        body: startBody,
        response: answers,
      },
    },
    (request) => answer(request, 'start', request.body, request.body.machine),
  );
  app.post(
    '/api/v1/gates/area-entry',
    {
      config,
      schema: {
        tags: ['gates'],
        operationId: 'askAreaEntry',
        summary: 'Asks whether a person or a vehicle may enter an area, or notes that one goes out',
        description,
        headers: keyHeader,
        body: entryBody,
        response: answers,
      },
    },
    (request) => answer(request, 'entry', request.body, request.body.area),
  );
}
