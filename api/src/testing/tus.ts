import type { RunningApi } from './site.ts';

export interface UploadOptions {
  name?: string;
  type?: string;
  /** The value of upload-length; the actual size, where it is left out. */
  length?: number;
  /** The chunk size, bytes. */
  piece?: number;
}

const encode = (text: string) => Buffer.from(text).toString('base64');

/** Creates an upload and returns the response. */
export function beginUpload(
  api: RunningApi,
  headers: Record<string, string>,
  bytes: number,
  { name = 'photo.jpg', type = 'image/jpeg' }: UploadOptions = {},
): Promise<Response> {
  return fetch(`${api.url}/api/v1/uploads`, {
    method: 'POST',
    headers: {
      ...headers,
      'tus-resumable': '1.0.0',
      'upload-length': String(bytes),
      'upload-metadata': `filename ${encode(name)},filetype ${encode(type)}`,
    },
  });
}

export function sendPiece(
  api: RunningApi,
  headers: Record<string, string>,
  location: string,
  offset: number,
  bytes: Buffer,
): Promise<Response> {
  return fetch(`${api.url}${location}`, {
    method: 'PATCH',
    headers: {
      ...headers,
      'tus-resumable': '1.0.0',
      'upload-offset': String(offset),
      'content-type': 'application/offset+octet-stream',
    },
    body: new Uint8Array(bytes),
  });
}

/** Uploads a file as a phone does and returns the response of `/uploads/:id/file`. */
export async function upload(
  api: RunningApi,
  headers: Record<string, string>,
  bytes: Buffer,
  options: UploadOptions = {},
): Promise<Response> {
  const begun = await beginUpload(api, headers, options.length ?? bytes.length, options);
  if (begun.status !== 201) return begun;
  const location = begun.headers.get('location') ?? '';
  const piece = options.piece ?? bytes.length;
  for (let offset = 0; offset < bytes.length; offset += piece) {
    const part = bytes.subarray(offset, offset + piece);
    const answer = await sendPiece(api, headers, location, offset, part);
    if (answer.status !== 204) return answer;
  }
  return api.get(`${location}/file`, headers);
}

/** Uploads a file and returns its id. @throws where it is refused. */
export async function uploadFile(
  api: RunningApi,
  headers: Record<string, string>,
  bytes: Buffer,
  options: UploadOptions = {},
): Promise<string> {
  const answer = await upload(api, headers, bytes, options);
  if (answer.status !== 200) throw new Error(`refused: ${await answer.text()}`);
  return ((await answer.json()) as { id: string }).id;
}
