import { type LiveAsk, liveEngineOfAnswer } from '@anshi/contracts';
import type { Account } from '../../platform/access/account.ts';
import type { AccountEvents } from '../../platform/access/account-events.ts';
import type { Auth } from '../../platform/access/auth.ts';
import { Problem } from '../../platform/http/errors.ts';
import type { CamerasConfiguration } from '../cameras/configuration.ts';
import type { CameraStates } from '../cameras/health.ts';
import type { CamerasService } from '../cameras/service.ts';
import { type CameraStill, liveStill, stillFor, type WantedStill } from './still.ts';
import {
  type AskForStream,
  type AskWorker,
  newViewId,
  readSome,
  reasonIn,
  VIEW_LASTS_MS,
} from './worker-requests.ts';

/** Views that are remembered as someone's; older ones end at the worker when their time is over. */
const MOST_VIEWS = 10_000;
/** Three times before a view would end. */
const KEEP_EVERY_MS = VIEW_LASTS_MS / 3;
/** A worker that sends by MPEG-1 alone answers an offer with it (406, not acceptable). */
const BY_MPEG1 = 406;
/** The engine that was asked for does not serve this view (424, failed dependency). */
const NO_SUCH_ENGINE = 424;

/** A camera whose still takes longer has it in a later request: others of the page do not wait for it, ms. */
const STILL_WITHIN_MS = 900;
/** A page asks about a picture that stands; it opens another view soon by itself, ms. */
const CHECK_WITHIN_MS = 2_000;

/** Who watches. */
export interface Viewer {
  account: Account;
  session: string;
}

interface View {
  tenant: string;
  user: string;
  session: string;
  camera: string;
  /** Ends the forwarded stream; left out for WebRTC. */
  cut?: () => void;
}

/** A view whose stream the API forwards. */
export interface StreamedView extends ReturnType<typeof liveEngineOfAnswer> {
  /** MPEG-TS, without an end. */
  body: AsyncIterable<Uint8Array>;
  /** Ends it. */
  end: () => void;
}

/** A view that began. */
interface StartedView extends ReturnType<typeof liveEngineOfAnswer> {
  answer: string;
  session: string;
}

export type LiveService = ReturnType<typeof createLiveService>;

/**
 * Hands the signalling of a live view (WHEP) on to the worker that has the camera, with a grant that
 * names the view, the camera and the person's session. The picture itself goes from the worker to the
 * browser, for as long as the grant is renewed here; one by MPEG-1 comes through here.
 */
export function createLiveService(options: {
  cameras: Pick<CamerasService, 'isWithin' | 'mayUse' | 'require'>;
  states: CameraStates;
  ask: AskWorker;
  askForStream: AskForStream;
  auth: Pick<Auth, 'stillSignedIn'>;
  changes: Pick<AccountEvents, 'on'>;
  /** Tells that cameras may have moved. */
  moves: Pick<CamerasConfiguration, 'onMove'>;
  /**
   * Whether the module is on for the tenant; a switch is handled like a change of all its accounts.
   */
  isOn: () => Promise<boolean>;
  /** Called when a view that its user may no longer watch could not be ended. */
  onError: (error: unknown) => void;
  keepEveryMs?: number;
}) {
  const { cameras, states, ask, askForStream, auth, changes, moves, isOn, onError } = options;
  /** The views that were started here: `<worker>.<view>` -> whose it is. */
  const views = new Map<string, View>();

  const mayWatch = async (view: View): Promise<boolean> => {
    const account = await auth.stillSignedIn(view);
    if (!account || !cameras.isWithin(account, 'live:watch', view.camera)) return false;
    return isOn();
  };

  // A user who is locked, leaves or loses the permission is cut off at once, as are all users once the
  // module is off.
  changes.on(({ tenant, user }) => {
    for (const [id, view] of views) {
      if (view.tenant !== tenant || (user !== null && view.user !== user)) continue;
      endUnlessAllowed(id, view).catch(onError);
    }
  });

  // So is a viewer who may not watch the camera where it is now.
  moves.onMove(() => {
    for (const [id, view] of views) endUnlessAllowed(id, view).catch(onError);
  });

  async function endUnlessAllowed(id: string, view: View): Promise<boolean> {
    if (await mayWatch(view)) return false;
    if (views.delete(id)) {
      // The worker ends a stream that is no longer read.
      if (view.cut) view.cut();
      else await atWorker('end', id, view.session);
    }
    return true;
  }

  const keeping = setInterval(() => {
    for (const [id, view] of views) {
      keep(id, view).catch(() => {
        // The next time, or the view ends: a person who still watches connects again.
      });
    }
  }, options.keepEveryMs ?? KEEP_EVERY_MS).unref();

  async function keep(id: string, view: View): Promise<void> {
    if (await endUnlessAllowed(id, view)) return;
    const status = await atWorker('keep', id, view.session).catch((error: unknown) => {
      if (error instanceof Problem && error.code === 'live.session-unknown') return 404;
      throw error;
    });
    if (status === 404 && views.delete(id)) view.cut?.();
  }

  /** The request to the camera's worker that opens a view. @throws Problem without the right, or without a worker. */
  function opening(camera: string, { account, session }: Viewer) {
    cameras.require(account, 'live:watch', camera);
    const worker = states.workerOf(camera);
    if (!worker?.http) {
      throw new Problem('live.unavailable', states.health(camera)?.fault?.message);
    }
    const at = { id: worker.worker, http: worker.http };
    return { worker: at, action: 'open' as const, view: newViewId(), camera, session };
  }

  /** Remembers a view that the worker opened. @throws Problem where the right has gone meanwhile. */
  async function begun(id: string, view: View): Promise<void> {
    for (const [oldest, { cut }] of views) {
      if (views.size < MOST_VIEWS) break;
      views.delete(oldest);
      cut?.();
    }
    views.set(id, view);
    let isOver: boolean;
    try {
      isOver = await endUnlessAllowed(id, view);
    } catch (error) {
      // The right could not be checked, so the view is ended.
      if (views.delete(id)) {
        if (view.cut) view.cut();
        else await atWorker('end', id, view.session).catch(onError);
      }
      throw error;
    }
    if (isOver) throw new Problem('auth.expired');
  }

  return {
    /**
     * @param offer the browser's session description (SDP).
     * @returns the answer, and the session's id here: `<worker>.<view>`, so that any API process can
     * end it.
     */
    async start(
      camera: string,
      offer: string,
      viewer: Viewer,
      wish: LiveAsk = { stream: 'main' },
    ): Promise<StartedView> {
      const asked = opening(camera, viewer);
      const { answer, text } = await ask({ ...asked, offer, wish });
      if (answer.status !== 201) throw refusal(answer.status, text);
      const id = `${asked.worker.id}.${asked.view}`;
      await begun(id, viewOf(viewer, camera));
      return { answer: text, session: id, ...liveEngineOfAnswer(answer.headers) };
    },

    /**
     * The newest pictures of cameras with blurred faces. Cameras that the viewer may not watch are left out; one whose worker
     * gives none in time has no JPEG.
     */
    async stills(wanted: readonly WantedStill[], viewer: Viewer): Promise<CameraStill[]> {
      const { account } = viewer;
      const allowed = wanted.filter(({ camera }) => cameras.mayUse(account, 'live:watch', camera));
      return Promise.all(
        allowed.map(async (one) => {
          try {
            const asked = opening(one.camera, viewer);
            const action = 'still' as const;
            const { answer, text } = await ask({ ...asked, action, withinMs: STILL_WITHIN_MS });
            if (!answer.ok) throw refusal(answer.status, text);
            return stillFor(one, liveStill.parse(JSON.parse(text)));
          } catch {
            return stillFor(one, { at: null, jpeg: null, moved: null });
          }
        }),
      );
    },

    /** A view by MPEG-1; it ends with its body. */
    async stream(camera: string, viewer: Viewer): Promise<StreamedView> {
      const asked = opening(camera, viewer);
      const ended = new AbortController();
      const answer = await askForStream({ ...asked, by: 'mpeg1' }, ended.signal);
      const { body } = answer;
      if (answer.status !== 200 || !body) throw refusal(answer.status, await readSome(answer));
      const id = `${asked.worker.id}.${asked.view}`;
      await begun(id, { ...viewOf(viewer, camera), cut: () => ended.abort() });
      const end = () => {
        views.delete(id);
        ended.abort();
      };
      return { body, end, ...liveEngineOfAnswer(answer.headers) };
    },

    /**
     * Checks that a view is open at its worker, without prolonging it.
     *
     * @throws Problem `live.session-unknown` where it is over, also for a view of someone else; `live.unavailable`
     * where the worker does not answer.
     */
    async check(id: string, viewer: Viewer): Promise<void> {
      const view = ownView(id, viewer);
      if (view && (await endUnlessAllowed(id, view))) throw new Problem('live.session-unknown');
      await atWorker('check', id, view?.session ?? viewer.session);
    },

    /** @throws Problem `live.session-unknown`, also for a view of someone else. */
    async end(id: string, viewer: Viewer): Promise<void> {
      const view = ownView(id, viewer);
      const { session } = viewer;
      await atWorker('end', id, view?.session ?? session);
      views.delete(id);
    },

    close(): void {
      clearInterval(keeping);
    },
  };

  /**
   * @returns undefined for a view that another process of the API opened: its worker knows whose it is.
   * @throws Problem for a view of someone else.
   */
  function ownView(id: string, { account }: Viewer): View | undefined {
    const view = views.get(id);
    if (view && (view.tenant !== account.tenant || view.user !== account.id)) {
      throw new Problem('live.session-unknown');
    }
    return view;
  }

  async function atWorker(
    action: 'keep' | 'check' | 'end',
    id: string,
    session: string,
  ): Promise<number> {
    const [name, view] = id.split('.');
    const worker = states.workers().find(({ worker, online }) => worker === name && online);
    if (!worker?.http || !view) throw new Problem('live.session-unknown');
    const { answer } = await ask({
      worker: { id: worker.worker, http: worker.http },
      action: action === 'end' ? 'end' : 'keep',
      ...(action === 'check' && { lastsMs: 0, withinMs: CHECK_WITHIN_MS }),
      view,
      camera: null,
      session,
    });
    if (answer.status === 404) throw new Problem('live.session-unknown');
    if (!answer.ok) throw new Problem('live.refused');
    return answer.status;
  }
}

const viewOf = ({ account, session }: Viewer, camera: string): View => ({
  tenant: account.tenant,
  user: account.id,
  session,
  camera,
});

/** The problem to report where the worker opened no view. */
function refusal(status: number, text: string): Problem {
  if (status === BY_MPEG1) return new Problem('live.by-mpeg1', reasonIn(text));
  if (status === NO_SUCH_ENGINE) return new Problem('live.engine-unavailable', reasonIn(text));
  return new Problem(status === 503 ? 'live.unavailable' : 'live.refused', reasonIn(text));
}
