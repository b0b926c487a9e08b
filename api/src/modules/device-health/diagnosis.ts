import { type CameraDiagnosis, cameraDiagnosis } from '@anshi/contracts';
import type { FastifyRequest } from 'fastify';
import { sessionOf } from '../../platform/access/request-account.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import { createWorkerRequests, newViewId, reasonIn } from '../live/worker-requests.ts';

export const diagnosisSchema = cameraDiagnosis.meta({ id: 'CameraDiagnosis' });

/** Longer than ffprobe and three connections may take at the worker, ms. */
const ANSWER_WITHIN_MS = 20_000;

export type Diagnose = ReturnType<typeof createDiagnosis>;

/**
 * Asks the worker of a camera to look at it, by a request that is signed for this one person and camera.
 * Who asked is in the audit log, whatever came of it.
 */
export function createDiagnosis({ units, services }: Pick<Platform, 'units' | 'services'>) {
  const { service: cameras, states } = services.get('cameras');
  const ask = createWorkerRequests(services.get('devices').liveSigners);

  return async (user: User, camera: string, request: FastifyRequest): Promise<CameraDiagnosis> => {
    if (!cameras.has(camera)) throw new Problem('camera.unknown');
    const result = await look(camera, sessionOf(request)).catch((error: unknown) => error);
    await units.run(user, (unit) =>
      unit.audit({
        action: 'diagnose',
        entity: 'camera',
        id: camera,
        after: { answered: !(result instanceof Error) },
      }),
    );
    if (result instanceof Error) throw result;
    return result as CameraDiagnosis;
  };

  async function look(camera: string, session: string): Promise<CameraDiagnosis> {
    const worker = states.workerOf(camera);
    if (!worker) {
      throw new Problem('device-health.worker-away', states.health(camera)?.fault?.message);
    }
    const { answer, text } = await ask({
      worker: { id: worker.worker, http: worker.http },
      action: 'diagnose',
      view: newViewId(),
      camera,
      session,
      withinMs: ANSWER_WITHIN_MS,
    }).catch((error: unknown) => {
      const detail = error instanceof Problem ? error.message : undefined;
      throw new Problem('device-health.worker-away', detail);
    });
    if (answer.status !== 200) throw new Problem('device-health.not-diagnosed', reasonIn(text));
    const read = cameraDiagnosis.safeParse(parse(text));
    if (!read.success || read.data.camera !== camera || read.data.worker !== worker.worker) {
      throw new Problem('device-health.not-diagnosed', 'The answer of the worker cannot be read.');
    }
    return read.data;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
