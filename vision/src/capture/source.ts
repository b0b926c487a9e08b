import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  CAMERA_VARIABLE_PREFIX,
  type CameraConfig,
  expandUrl,
  secretsOfUrl,
} from '@anshi/contracts';
import { createMask } from './mask.ts';

/**
 * The variables that cameras.yaml may name, taken out of the environment, so that no program that the
 * worker starts inherits the passwords of cameras.
 */
export function takeCameraVariables(
  env: Record<string, string | undefined>,
): Record<string, string | undefined> {
  const taken = { ...env };
  for (const name of Object.keys(env)) {
    if (name.startsWith(CAMERA_VARIABLE_PREFIX)) delete env[name];
  }
  return taken;
}

/** How the certificate of an rtsps:// camera is checked. */
export interface TlsCheck {
  readonly verify: boolean;
  /** Path of a PEM file; null for the certificates that Node.js trusts. */
  readonly ca: string | null;
  /** The name that the certificate must bear; null for the host of the address. */
  readonly name: string | null;
}

/** Where a camera's pictures come from. */
export interface CameraSource {
  readonly kind: 'rtsp' | 'file';
  /** The address or the path of the file; may hold a password. */
  readonly input: string;
  /** The same for display: without credentials. */
  readonly shown: string;
  /** Takes passwords out of what ffmpeg says. */
  readonly mask: (text: string) => string;
  /** Null where the camera is not reached by TLS. */
  readonly tls: TlsCheck | null;
}

/**
 * Reads a camera's `url`: rtsp(s):// names a stream; `file:` names a file on this machine, absolute
 * (`file:///videos/a.mp4`) or relative to the folder of cameras.yaml (`file:clips/a.mp4`).
 *
 * @param env the variables that the address may name.
 * @throws Error that says what is wrong with the address, without its password.
 */
export function resolveSource(
  camera: Pick<CameraConfig, 'id' | 'url' | 'tls'>,
  env: Record<string, string | undefined>,
  baseFolder: string,
): CameraSource {
  const url = expandUrl(camera, env);
  const mask = createMask(secretsOfUrl(camera.url, env));
  if (/^rtsps?:\/\//i.test(url)) {
    // The parser would leave out spaces and line ends, which mean something in what ffmpeg reads.
    if (!URL.canParse(url) || /[\s\p{Cc}]/u.test(url)) {
      throw new Error(
        `camera "${camera.id}": ${mask(url)} is not an address; write rtsp://user:password@host:554/path and encode special characters of the password (@ as %40)`,
      );
    }
    const { verify = true, ca, name = null } = camera.tls ?? {};
    const check = { verify, ca: ca === undefined ? null : resolve(baseFolder, ca), name };
    const tls = /^rtsps:/i.test(url) ? check : null;
    return { kind: 'rtsp', input: url, shown: mask(url), mask, tls };
  }
  if (/^file:/i.test(url)) {
    const path = url.slice('file:'.length);
    const input = path.startsWith('//') ? fileURLToPath(url) : resolve(baseFolder, path);
    return { kind: 'file', input, shown: mask(input), mask, tls: null };
  }
  throw new Error(`camera "${camera.id}": ${mask(url)} must begin with rtsp://, rtsps:// or file:`);
}
