import { signWorkerRequest } from '@anshi/contracts/worker-request';
import type { Account } from '../../platform/access/account.ts';
import type { AccountEvents } from '../../platform/access/account-events.ts';
import type { Auth } from '../../platform/access/auth.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { CameraStates } from '../cameras/health.ts';
import type { CamerasService } from '../cameras/service.ts';

const ANSWER_WITHIN_MS = 10_000;
const ANSWER_BYTES = 256 * 1024;
/** Views that are remembered as someone's; older ones end at the worker when their picture stops. */
const MOST_VIEWS = 10_000;

/** Who watches. */
export interface Viewer {
  account: Account;
  session: string;
}

export type LiveService = ReturnType<typeof createLiveService>;

/**
 * Hands the signalling of a live view (WHEP) on to the worker that has the camera. The picture
 * itself goes from the worker to the browser.
 */
export function createLiveService(options: {
  cameras: CamerasService;
  states: CameraStates;
  workerToken: string;
  auth: Pick<Auth, 'stillSignedIn'>;
  changes: Pick<AccountEvents, 'on'>;
  /** Whether the tenant has the module on; a change of that is told as one of all its accounts. */
  isOn: () => Promise<boolean>;
  /** Told where a view of someone who may no longer watch could not be ended. */
  onError: (error: unknown) => void;
}) {
  const { cameras, states, workerToken, auth, changes, isOn, onError } = options;
  /** The views that were started here, by their id. */
  const views = new Map<string, { tenant: string; user: string; session: string }>();

  // Whoever is locked, leaves or loses the right sees no second more; nor does anyone once the
  // module is off.
  changes.on(({ tenant, user }) => {
    for (const [id, view] of views) {
      if (view.tenant !== tenant || (user !== null && view.user !== user)) continue;
      auth
        .stillSignedIn(view)
        .then(async (account) => {
          if (account?.permissions.has('live:watch') && (await isOn())) return;
          if (!views.delete(id)) return;
          await endAtWorker(id);
        })
        .catch(onError);
    }
  });

  /**
   * The address was told over the bus, so that the secret of the workers never goes there: it only
   * signs the request.
   *
   * @throws Problem where no answer comes, or one that is no answer of a worker.
   */
  async function ask(
    url: URL,
    method: 'POST' | 'DELETE',
    offer?: string,
  ): Promise<{ answer: Response; text: string }> {
    const path = url.pathname + url.search;
    const signed = { method, path, body: offer ?? '' };
    try {
      const answer = await fetch(url, {
        method,
        headers: {
          authorization: signWorkerRequest(workerToken, signed),
          ...(offer === undefined ? {} : { 'content-type': 'application/sdp' }),
        },
        body: offer ?? null,
        // A worker sends nobody elsewhere.
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      return { answer, text: await readSome(answer) };
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
    async start(
      camera: string,
      offer: string,
      { account, session: signedIn }: Viewer,
    ): Promise<{ answer: string; session: string }> {
      if (!cameras.has(camera)) throw new Problem('camera.unknown');
      const worker = states.workerOf(camera);
      if (!worker) {
        throw new Problem('live.unavailable', states.health(camera)?.fault?.message);
      }
      const url = new URL(`/whep/${camera}`, worker.http);
      const { answer, text } = await ask(url, 'POST', offer);
      if (answer.status !== 201) {
        const detail = reason(text);
        throw new Problem(answer.status === 503 ? 'live.unavailable' : 'live.refused', detail);
      }
      const session = (answer.headers.get('location') ?? '').split('/').at(-1) ?? '';
      if (!/^[\w-]{1,128}$/.test(session)) {
        throw new Problem('live.refused', 'The camera worker named no session.');
      }
      const view = `${worker.worker}.${session}`;
      for (const oldest of views.keys()) {
        if (views.size < MOST_VIEWS) break;
        views.delete(oldest);
      }
      views.set(view, { tenant: account.tenant, user: account.id, session: signedIn });
      // The right may have gone while the worker was asked.
      const still = await auth.stillSignedIn({
        tenant: account.tenant,
        user: account.id,
        session: signedIn,
      });
      if (!still?.permissions.has('live:watch')) {
        views.delete(view);
        await endAtWorker(view);
        throw new Problem('auth.expired');
      }
      return { answer: text, session: view };
    },

    /** @throws Problem `live.session-unknown`, also for a view of someone else. */
    async end(session: string, { account }: Viewer): Promise<void> {
      const view = views.get(session);
      if (view && (view.tenant !== account.tenant || view.user !== account.id)) {
        throw new Problem('live.session-unknown');
      }
      await endAtWorker(session);
      views.delete(session);
    },
  };

  async function endAtWorker(session: string): Promise<void> {
    const [name, id] = session.split('.');
    const worker = states.workers().find(({ worker, online }) => worker === name && online);
    if (!worker?.http || !id) throw new Problem('live.session-unknown');
    const { answer } = await ask(new URL(`/whep/sessions/${id}`, worker.http), 'DELETE');
    if (answer.status === 404) throw new Problem('live.session-unknown');
    if (!answer.ok) throw new Problem('live.refused');
  }
}

/** @throws where it is longer than any session description. */
async function readSome(answer: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    length += chunk.length;
    if (length > ANSWER_BYTES) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The worker's own words, where it gave some. */
function reason(text: string): string | undefined {
  try {
    const { detail, title } = JSON.parse(text) as { detail?: unknown; title?: unknown };
    return [detail, title].find((words) => typeof words === 'string');
  } catch {
    return undefined;
  }
}
