import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CameraConfig, expandUrl } from '@anshi/contracts';
import { maskCredentials } from './mask.ts';

/** Where a camera's pictures come from, ready for ffmpeg. */
export interface CameraSource {
  readonly kind: 'rtsp' | 'file';
  /** What ffmpeg opens; may hold a password. */
  readonly input: string;
  /** The same for people: without credentials. */
  readonly shown: string;
}

/**
 * Reads a camera's `url`: rtsp(s):// goes to ffmpeg as it is; `file:` names a file on this machine,
 * absolute (`file:///videos/a.mp4`) or relative to the folder of cameras.yaml (`file:clips/a.mp4`).
 *
 * @throws Error that says what is wrong with the address, without its password.
 */
export function resolveSource(
  camera: Pick<CameraConfig, 'id' | 'url'>,
  env: Record<string, string | undefined>,
  baseFolder: string,
): CameraSource {
  const url = expandUrl(camera, env);
  if (/^rtsps?:\/\//i.test(url)) {
    if (!URL.canParse(url)) {
      throw new Error(
        `camera "${camera.id}": ${maskCredentials(url)} is not an address; write rtsp://user:password@host:554/path and encode special characters of the password (@ as %40)`,
      );
    }
    return { kind: 'rtsp', input: url, shown: maskCredentials(url) };
  }
  if (/^file:/i.test(url)) {
    const path = url.slice('file:'.length);
    const input = path.startsWith('//') ? fileURLToPath(url) : resolve(baseFolder, path);
    return { kind: 'file', input, shown: input };
  }
  throw new Error(
    `camera "${camera.id}": ${maskCredentials(url)} must begin with rtsp://, rtsps:// or file:`,
  );
}
