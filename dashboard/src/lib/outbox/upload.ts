import * as tus from 'tus-js-client';
import { fetchRaw } from '$lib/api/client.ts';
import { ApiError } from '$lib/api/problem.ts';
import { session } from '$lib/session/session.svelte.ts';
import { Refused, SignedOut } from './sync.ts';

const endpoint = '/api/v1/uploads';
/** Small, so that little is repeated after an interruption on a weak network. */
const chunkSize = 1024 * 1024;
/** The server checks a file after its last byte; a video takes longer than a photo. */
const checkedWithin = 60_000;
const askEvery = 500;

export interface UploadSource {
  blob: Blob;
  name: string;
  type: string;
  uploadUrl: string | null;
}

/** The effect of an error on a report: refused permanently, signed out, or retried later. */
export function meaningOf(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  if (error.status === 401) return new SignedOut();
  const later =
    error.status < 400 || error.status >= 500 || [408, 423, 425, 429].includes(error.status);
  return later ? error : new Refused(error.code, error.message);
}

/**
 * Uploads one file, resumable and unmodified: place and time in a photo are evidence.
 *
 * @param tell called with the upload's address, to resume it after a reload, and with the progress.
 * @returns the id of the stored file.
 * @throws Refused with the API's reason; SignedOut; ApiError for a retry.
 */
export async function uploadFile(
  source: UploadSource,
  tell: (part: { uploadUrl?: string; sentBytes?: number }) => void | Promise<void>,
  signal?: AbortSignal,
): Promise<string> {
  try {
    const url = await sendBytes(source, tell, signal);
    return await storedId(url, signal);
  } catch (error) {
    throw meaningOf(error);
  }
}

function sendBytes(
  source: UploadSource,
  tell: (part: { uploadUrl?: string; sentBytes?: number }) => void | Promise<void>,
  signal?: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const upload: tus.Upload = new tus.Upload(source.blob, {
      endpoint,
      uploadUrl: source.uploadUrl,
      chunkSize,
      // Retried by the outbox, which waits for the network.
      retryDelays: [],
      storeFingerprintForResuming: false,
      metadata: { filename: source.name, filetype: source.type || 'application/octet-stream' },
      onBeforeRequest: async (request) => {
        const token = await session.fresh();
        if (token) request.setHeader('Authorization', `Bearer ${token}`);
      },
      onUploadUrlAvailable: () => {
        if (upload.url) void tell({ uploadUrl: upload.url });
      },
      onChunkComplete: (_size, sentBytes) => void tell({ sentBytes }),
      onSuccess: () => resolve(upload.url ?? ''),
      onError: (error) => reject(toProblem(error)),
    });
    signal?.addEventListener('abort', () => {
      void upload.abort();
      reject(new DOMException('aborted', 'AbortError'));
    });
    upload.start();
  });
}

function toProblem(error: Error | tus.DetailedError): unknown {
  const response = 'originalResponse' in error ? error.originalResponse : null;
  if (!response) return new ApiError(0, 'unreachable', error.message);
  const body = parse(response.getBody());
  return new ApiError(
    response.getStatus(),
    textOf(body, 'code') ?? 'upload',
    textOf(body, 'detail') ?? textOf(body, 'title') ?? error.message,
    body,
  );
}

/** The file of an upload: polled while the server checks it. */
async function storedId(url: string, signal?: AbortSignal): Promise<string> {
  const deadline = Date.now() + checkedWithin;
  for (;;) {
    const response = await fetchRaw(`${url}/file`, signal ? { signal } : {});
    if (response.status === 200) {
      const { id } = (await response.json()) as { id: string };
      return id;
    }
    if (Date.now() > deadline) throw new ApiError(0, 'upload.slow', 'still being checked');
    await new Promise((resolve) => setTimeout(resolve, askEvery));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function textOf(body: unknown, name: string): string | null {
  if (typeof body !== 'object' || body === null || !(name in body)) return null;
  const value = (body as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : null;
}
