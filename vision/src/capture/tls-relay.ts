import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { CameraFault } from './faults.ts';
import type { TlsCheck } from './source.ts';

/** Of RTSP over TLS, where the address names no port (RFC 7826). */
const DEFAULT_PORT = 322;

export interface TlsRelay {
  /** What ffmpeg opens in the place of the camera's address. */
  readonly url: string;
  /** What kept the camera from being reached; null where nothing did. */
  readonly fault: CameraFault | null;
  close(): void;
}

/**
 * A TLS proxy between ffmpeg and a camera: the RTSP client of ffmpeg (up to version 7) does not verify
 * certificates. ffmpeg connects to a port of 127.0.0.1 that accepts one connection and then closes;
 * the camera's encoded data is forwarded.
 *
 * @param shown the address for people.
 * @throws Error where the file of trusted certificates cannot be read.
 */
export async function openTlsRelay(
  address: string,
  shown: string,
  check: TlsCheck,
  timeoutMs: number,
): Promise<TlsRelay> {
  const camera = new URL(address);
  const host = camera.hostname.replace(/^\[|\]$/g, '');
  const ca = check.ca === null ? undefined : await readFile(check.ca);
  let fault: CameraFault | null = null;
  let outside: TLSSocket | undefined;
  let inside: Socket | undefined;
  const listener = createServer((socket) => {
    listener.close();
    inside = socket;
    outside = connect({
      host,
      port: Number(camera.port) || DEFAULT_PORT,
      rejectUnauthorized: check.verify,
      ...(ca && { ca }),
      // Cameras know no names of servers; the name is for the check of the certificate.
      ...(check.name !== null && { servername: check.name }),
    });
    outside.setTimeout(timeoutMs, () => outside?.destroy(new Error('connection timed out')));
    outside.once('secureConnect', () => outside?.setTimeout(0));
    outside.once('error', (error: NodeJS.ErrnoException) => {
      fault ??= faultOf(error, shown);
      socket.destroy();
    });
    socket.once('error', () => outside?.destroy());
    socket.once('close', () => outside?.destroy());
    outside.once('close', () => socket.destroy());
    outside.setNoDelay(true);
    socket.setNoDelay(true);
    socket.pipe(outside).pipe(socket);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const bound = listener.address();
  if (bound === null || typeof bound === 'string') throw new Error('the relay has no port');
  const user = camera.username === '' ? '' : `${camera.username}:${camera.password}@`;
  return {
    url: `rtsp://${user}127.0.0.1:${bound.port}${camera.pathname}${camera.search}`,
    get fault() {
      return fault;
    },
    close() {
      listener.close();
      inside?.destroy();
      outside?.destroy();
    },
  };
}

/**
 * Network errors; any other TLS error before the connection is established concerns the
 * certificate.
 */
const NETWORK = /^(ECONN|EHOST|ENET|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE)/;

function faultOf(error: NodeJS.ErrnoException, shown: string): CameraFault {
  const { code = '', message } = error;
  if (NETWORK.test(code) || /timed out/.test(message)) {
    return {
      code: 'unreachable',
      message: `${shown} cannot be reached (${code || message}); check address, port, firewall and power`,
    };
  }
  if (code.startsWith('ERR_SSL') || code === 'EPROTO') {
    return {
      code: 'failed',
      message: `${shown} does not speak TLS as this machine does (${message.trim()}); check its port, or use rtsp:// in a network of its own`,
    };
  }
  return {
    code: 'untrusted-certificate',
    message: `the certificate of ${shown} is not trusted (${code || message}); name its CA by tls.ca in cameras.yaml, or the name that it bears by tls.name`,
  };
}
