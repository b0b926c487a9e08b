import type { ClipMissingReason, ClipRequest } from '@anshi/contracts';
import { Problem } from '../../platform/http/errors.ts';
import type { CameraStates } from '../cameras/health.ts';
import { type AskWorker, newViewId, reasonIn } from '../live/worker-requests.ts';
import type { OwnClipMissingReason } from '../violations/operator-schema.ts';
import type { ClipWanted } from './orders.ts';

/** No person asks: what stands in the grant where else their session is. */
const OWN_SESSION = 'clip-orders of the API';
const ANSWER_WITHIN_MS = 5_000;

/** What a worker said. `again`: not now; `refusal` is null where none answered. */
export type Answered =
  | { is: 'taken' }
  | { is: 'again'; refusal: string | null }
  | { is: 'never'; reason: ClipMissingReason | OwnClipMissingReason; message: string };

/** Answers that stay the same however often it is asked, and what the violation says then. */
const FINAL: Readonly<Record<number, ClipMissingReason | OwnClipMissingReason>> = {
  409: 'refused',
  410: 'no-segments',
  422: 'refused',
};

/** The worker that has the camera now; null where it is away. */
export const workerOf = (
  states: Pick<CameraStates, 'workerOf'>,
  camera: string,
): { id: string; http: string } | null => {
  const found = states.workerOf(camera);
  return found && { id: found.worker, http: found.http };
};

/** Asks a worker for a clip, by a request that is signed for it, this camera and this violation. */
export async function askForClip(
  ask: AskWorker,
  worker: { id: string; http: string },
  { violation, camera, site, zone, from, to }: ClipWanted,
): Promise<Answered> {
  const request: ClipRequest = {
    violation,
    site,
    zone,
    from: from.toISOString(),
    to: to.toISOString(),
  };
  try {
    const { answer, text } = await ask({
      worker,
      action: 'clip',
      view: newViewId(),
      camera,
      session: OWN_SESSION,
      clip: JSON.stringify(request),
      withinMs: ANSWER_WITHIN_MS,
    });
    if (answer.status === 202) return { is: 'taken' };
    const said = reasonIn(text) ?? `the worker answered ${answer.status}`;
    const reason = FINAL[answer.status];
    if (reason) return { is: 'never', reason, message: said };
    // It may not have its cameras or keys yet, or another worker has just got the camera.
    return { is: 'again', refusal: said };
  } catch (error) {
    if (error instanceof Problem) return { is: 'again', refusal: null };
    throw error;
  }
}
