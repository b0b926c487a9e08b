import { randomBytes } from 'node:crypto';
import { type LiveAsk, liveQuery } from '@anshi/contracts';
import {
  GRANT_LASTS_MS,
  type LiveGrant,
  sessionDigest,
  signLiveGrant,
} from '@anshi/contracts/live-grant';
import { Problem } from '../../platform/http/errors.ts';
import type { LiveSigners } from '../devices/live-keys.ts';

const ANSWER_WITHIN_MS = 10_000;
/** An answer is a session description, or the result of a replay. */
const ANSWER_BYTES = 1024 * 1024;
const NO_ANSWER = 'The camera worker does not answer. Look whether it runs, and at its log.';

type Unavailable = 'live.unavailable' | 'replay.unavailable';

/**
 * How long a worker sends packets without another grant: a view whose person left ends within it, also
 * where the API that opened it is gone.
 */
export const VIEW_LASTS_MS = 180_000;

/** What a worker is asked for, in the name of a signed-in person or of the API itself. */
export interface WorkerAsk {
  /** Id of the worker, and the base URL of its HTTP server, from its status on the bus. */
  worker: { id: string; http: string };
  action: LiveGrant['action'];
  view: string;
  camera: string | null;
  /** The session of the person, which only its digest leaves; a name of its own where no person asks. */
  session: string;
  /** The browser's session description. */
  offer?: string;
  /** What the viewer asks of the view; left out, the main stream by any engine. */
  wish?: LiveAsk;
  /** How a view is sent; left out, by WebRTC. */
  by?: 'mpeg1';
  /** How long the answer is waited for, ms. */
  withinMs?: number;
  /** How long the view may go on from now, ms; left out, `VIEW_LASTS_MS`. 0 does not prolong one that is open. */
  lastsMs?: number;
  /** What is asked while cameras are set up, sealed for the worker. */
  setup?: string;
  /** Which clip is to be cut, JSON. */
  clip?: string;
  /** What is asked for of a replay. */
  replay?: { method: 'POST' | 'GET' | 'DELETE'; body?: string };
}

/** A new view: 128 random bits. */
export const newViewId = (): string => randomBytes(16).toString('hex');

export type AskWorker = (ask: WorkerAsk) => Promise<{ answer: Response; text: string }>;

/** The answer begins, and goes on until `signal` ends it or the worker. */
export type AskForStream = (ask: WorkerAsk, signal: AbortSignal) => Promise<Response>;

/**
 * Asks workers by requests that are signed with the key of each. The address came over the bus:
 * a forged address receives no secret.
 */
export function createWorkerRequests(
  signers: LiveSigners,
  unavailable: Unavailable = 'live.unavailable',
): AskWorker {
  /** @throws Problem where no answer comes, or one that is no answer of a worker. */
  return async (asked) => {
    const { url, init } = await requestTo(signers, unavailable, asked);
    const signal = AbortSignal.timeout(asked.withinMs ?? ANSWER_WITHIN_MS);
    try {
      const answer = await fetch(url, { ...init, signal });
      return { answer, text: await readSome(answer) };
    } catch {
      throw new Problem(unavailable, NO_ANSWER);
    }
  };
}

/** Asks a worker for a view whose answer does not end. */
export function createStreamRequests(signers: LiveSigners): AskForStream {
  /** @throws Problem where no answer begins. */
  return async (asked, ended) => {
    const { url, init } = await requestTo(signers, 'live.unavailable', asked);
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), ANSWER_WITHIN_MS);
    try {
      return await fetch(url, { ...init, signal: AbortSignal.any([ended, late.signal]) });
    } catch {
      throw new Problem('live.unavailable', NO_ANSWER);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** @throws Problem where the worker has no key yet. */
async function requestTo(
  signers: LiveSigners,
  unavailable: Unavailable,
  asked: WorkerAsk,
): Promise<{ url: URL; init: RequestInit }> {
  const { worker, action, view, camera, session, offer, replay, setup, clip } = asked;
  const signer = await signers(worker.id);
  if (!signer) {
    throw new Problem(
      unavailable,
      `The camera worker "${worker.id}" has no credential of its own. Make one at /admin/devices, or start a worker of this version.`,
    );
  }
  const [method, path] = requestOf(asked);
  const body = offer ?? replay?.body ?? setup ?? clip;
  const now = Date.now();
  const authorization = signLiveGrant(
    signer,
    { method, path, body: body ?? '' },
    {
      id: newViewId(),
      worker: worker.id,
      action,
      view,
      camera,
      session: sessionDigest(session),
      issuedAt: now,
      expiresAt: now + GRANT_LASTS_MS,
      viewUntil: now + (asked.lastsMs ?? VIEW_LASTS_MS),
    },
  );
  const init: RequestInit = {
    method,
    headers: {
      authorization,
      ...(offer === undefined ? {} : { 'content-type': 'application/sdp' }),
      ...((replay?.body ?? clip) === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body ?? null,
    // Redirects by a worker are not followed.
    redirect: 'error',
  };
  return { url: new URL(path, worker.http), init };
}

/** The method and path of a request. */
function requestOf({
  action,
  view,
  camera,
  by,
  wish,
  replay,
}: WorkerAsk): [method: string, path: string] {
  const sessionPath = `/whep/sessions/${view}`;
  switch (action) {
    case 'open':
      return ['POST', `/${by ?? 'whep'}/${camera}${wish ? liveQuery(wish) : ''}`];
    case 'keep':
      return ['PUT', sessionPath];
    case 'end':
      return ['DELETE', sessionPath];
    case 'still':
      return ['POST', `/still/${camera}`];
    case 'diagnose':
      return ['POST', `/diagnose/${camera}`];
    case 'clip':
      return ['POST', `/clips/${camera}`];
    case 'setup':
      return ['POST', `/setup/${view}`];
    case 'replay': {
      const method = replay?.method ?? 'GET';
      return [method, method === 'POST' ? `/replays/${camera}` : `/replays/states/${view}`];
    }
  }
}

/** The answer as text. @throws where it is longer than any answer of a worker. */
export async function readSome(answer: Response): Promise<string> {
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
export function reasonIn(text: string): string | undefined {
  try {
    const { detail, title } = JSON.parse(text) as { detail?: unknown; title?: unknown };
    return [detail, title].find((words) => typeof words === 'string');
  } catch {
    return undefined;
  }
}
