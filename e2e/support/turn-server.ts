import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../tools/plant/ports.ts';
import { until } from './until.ts';

/** A running coturn. */
export interface TurnServer {
  /** For ANSHI_TURN_URLS. */
  url: string;
  /** For ANSHI_TURN_SECRET. */
  secret: string;
  stop(): Promise<void>;
}

/** Debian's package puts it beside the daemons, which not every user's path leads to. */
const binary = ['/usr/bin/turnserver', '/usr/sbin/turnserver'].find((path) => existsSync(path));

/** Starts coturn on a free port of this machine, with the secret of the API. */
export async function startTurnServer(): Promise<TurnServer> {
  const [port = 0] = await freePorts(1);
  const folder = mkdtempSync(join(tmpdir(), 'anshi-turn-'));
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
      '--no-tls',
      '--no-dtls',
      '--log-file=stdout',
      `--pidfile=${join(folder, 'pid')}`,
    ],
    { stdio: 'ignore' },
  );
  await until('the TURN server to listen', () => answers(port), 30_000);
  return {
    url: `turn:127.0.0.1:${port}`,
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
