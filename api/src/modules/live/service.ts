import { Problem } from '../../platform/errors.ts';
import type { CameraStates } from '../cameras/health.ts';
import type { CamerasService } from '../cameras/service.ts';

const ANSWER_WITHIN_MS = 10_000;

export type LiveService = ReturnType<typeof createLiveService>;

/**
 * Hands the signalling of a live view (WHEP) on to the worker that has the camera. The picture
 * itself goes from the worker to the browser.
 */
export function createLiveService(options: {
  cameras: CamerasService;
  states: CameraStates;
  workerToken: string;
}) {
  const { cameras, states } = options;
  const authorization = `Bearer ${options.workerToken}`;

  async function ask(url: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    } catch {
      throw new Problem(
        'live.unavailable',
        'The camera worker does not answer. Look whether it runs, and at its log.',
      );
    }
  }

  return {
    /**
     * @param offer the browser's session description (SDP).
     * @returns the answer, and the session's id here: `<worker>.<its own id>`, so that any API
     * process can end it.
     */
    async start(camera: string, offer: string): Promise<{ answer: string; session: string }> {
      if (!cameras.has(camera)) throw new Problem('camera.unknown');
      const worker = states.workerOf(camera);
      if (!worker) {
        throw new Problem('live.unavailable', states.health(camera)?.fault?.message);
      }
      const response = await ask(`${worker.http}/whep/${camera}`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/sdp' },
        body: offer,
      });
      const text = await response.text();
      if (response.status !== 201) {
        const detail = reason(text);
        throw new Problem(response.status === 503 ? 'live.unavailable' : 'live.refused', detail);
      }
      const session = (response.headers.get('location') ?? '').split('/').at(-1) ?? '';
      if (!/^[\w-]{1,128}$/.test(session)) {
        throw new Problem('live.refused', 'The camera worker named no session.');
      }
      return { answer: text, session: `${worker.worker}.${session}` };
    },

    async end(session: string): Promise<void> {
      const [name, id] = session.split('.');
      const worker = states.workers().find(({ worker, online }) => worker === name && online);
      if (!worker?.http || !id) throw new Problem('live.session-unknown');
      const response = await ask(`${worker.http}/whep/sessions/${id}`, {
        method: 'DELETE',
        headers: { authorization },
      });
      await response.body?.cancel();
      if (response.status === 404) throw new Problem('live.session-unknown');
      if (!response.ok) throw new Problem('live.refused');
    },
  };
}

/** The worker's own words, where it gave some. */
function reason(text: string): string | undefined {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    return typeof detail === 'string' ? detail : undefined;
  } catch {
    return undefined;
  }
}
