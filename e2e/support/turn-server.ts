import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, createHmac, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { freePorts } from '../../tools/plant/ports.ts';
import { until } from './until.ts';

/** A running coturn. */
export interface TurnServer {
  /** For ANSHI_TURN_URLS: by UDP. */
  url: string;
  /** The same by TCP, and by TLS. */
  tcpUrl: string;
  tlsUrl: string;
  /** Of the key of its certificate, for a browser that is to trust it alone: SHA-256, base64. */
  spki: string;
  /** For ANSHI_TURN_SECRET. */
  secret: string;
  stop(): Promise<void>;
}

/** Debian's package puts it beside the daemons, which not every user's path leads to. */
const binary = ['/usr/bin/turnserver', '/usr/sbin/turnserver'].find((path) => existsSync(path));

/** Starts coturn on free ports of this machine, with the secret of the API and a certificate of its own. */
export async function startTurnServer(): Promise<TurnServer> {
  const [port = 0, tlsPort = 0] = await freePorts(2);
  const folder = mkdtempSync(join(tmpdir(), 'anshi-turn-'));
  const made = await generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 });
  const files = { cert: join(folder, 'turn.crt'), key: join(folder, 'turn.key') };
  writeFileSync(files.cert, made.cert);
  writeFileSync(files.key, made.private, { mode: 0o600 });
  const secret = 'the-secret-of-the-turn-server';
  const child = spawn(
    binary ?? 'turnserver',
    [
      '-n',
      '--listening-ip=127.0.0.1',
      '--relay-ip=127.0.0.1',
      `--listening-port=${port}`,
      '--realm=anshi',
      '--use-auth-secret',
      `--static-auth-secret=${secret}`,
      // The worker of a test is on the loopback; no plant allows that.
      '--allow-loopback-peers',
      '--no-cli',
      `--tls-listening-port=${tlsPort}`,
      `--cert=${files.cert}`,
      `--pkey=${files.key}`,
      '--no-dtls',
      '--log-file=stdout',
      `--pidfile=${join(folder, 'pid')}`,
    ],
    { stdio: 'ignore' },
  );
  await until(
    'the TURN server to listen',
    async () => (await answers(port)) && answers(tlsPort),
    30_000,
  );
  const key = new X509Certificate(made.cert).publicKey.export({ type: 'spki', format: 'der' });
  return {
    url: `turn:127.0.0.1:${port}`,
    tcpUrl: `turn:127.0.0.1:${port}?transport=tcp`,
    tlsUrl: `turns:127.0.0.1:${tlsPort}?transport=tcp`,
    spki: createHash('sha256').update(key).digest('base64'),
    secret,
    async stop() {
      await stopChild(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A credential as the API makes it, that ends at this second. */
export function turnCredential(secret: string, endsAt: number) {
  const username = `${endsAt}:test`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (isOpen: boolean) => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
