import createClient from 'openapi-fetch';
import { session } from '$lib/session/session.svelte.ts';
import { ApiError, toApiError } from './problem.ts';
import type { paths } from './schema.d.ts';
import { learnServerTime } from './server-clock.ts';

/** Statuses of a server that is away for a moment: it restarts, or its database does. A 504 may still be at work. */
const MOMENTARY = new Set([502, 503]);
/** Delay before the retry, ms. */
const RETRY_MS = 500;

/** The typed client of the API, with the bearer token of the session. */
export const client = createClient<paths>({
  baseUrl: '',
  fetch: (request) => sendRetried(request),
});

/** Retries a GET once after a {@link MOMENTARY} failure. Other methods are not idempotent: their pages offer it. */
async function sendRetried(request: Request): Promise<Response> {
  const again = request.method === 'GET' ? request.clone() : null;
  const response = await send(request);
  if (!again || !MOMENTARY.has(response.status)) return response;
  await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  return send(again);
}

/**
 * fetch with the session's token. An expired one is renewed and the request repeated once; if that
 * is refused, the session has ended. A network failure is an ApiError.
 */
async function send(request: Request): Promise<Response> {
  const token = await session.fresh();
  if (!token && session.user) throw new ApiError(0, 'unreachable', 'no session without the API');
  // The body of a request can be read only once.
  const again = token ? request.clone() : null;
  const response = await fetchWith(request, token);
  // A failed sign-in is a 401 too; only a sent token can have expired.
  if (response.status !== 401 || !again) return response;
  const next = await session.renew(token);
  return next ? fetchWith(again, next) : response;
}

async function fetchWith(request: Request, token: string | null): Promise<Response> {
  if (token) request.headers.set('authorization', `Bearer ${token}`);
  try {
    const response = await fetch(request);
    learnServerTime(response.headers.get('date'));
    return response;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiError(0, 'unreachable', String(error));
  }
}

/** Returns the data of an openapi-fetch response. @throws ApiError where it is not a success. */
export async function take<Data>(
  answer: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await answer;
  if (!response.ok || data === undefined) throw refused(response.status, error);
  return data;
}

let reading = false;

/** The error of a response. If a feature was switched off, the page's menu is updated. */
function refused(status: number, body: unknown): ApiError {
  const error = toApiError(status, body);
  if (error.code === 'feature.off') void readFeatures();
  return error;
}

/** Queries the enabled features, once for concurrent callers; without the API nothing changes. */
export async function readFeatures(): Promise<void> {
  if (reading) return;
  reading = true;
  const { data } = await client.GET('/api/v1/auth/me').catch(() => ({ data: undefined }));
  reading = false;
  if (data?.features) session.setUser({ features: data.features });
}

/** Fetches bytes or plain text of the API, such as evidence. @throws ApiError */
export async function fetchRaw(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await send(new Request(new URL(url, location.href), init));
  if (!response.ok) {
    const body: unknown = await response.json().catch(() => null);
    throw refused(response.status, body);
  }
  return response;
}

/** Awaits a response without a body. @throws ApiError where it is not a success. */
export async function settle(answer: Promise<{ error?: unknown; response: Response }>) {
  await received(answer);
}

/** The body of a response; undefined without one. @throws ApiError where it is not a success. */
export async function received(
  answer: Promise<{ data?: unknown; error?: unknown; response: Response }>,
): Promise<unknown> {
  const { data, error, response } = await answer;
  if (!response.ok) throw refused(response.status, error);
  return data;
}
