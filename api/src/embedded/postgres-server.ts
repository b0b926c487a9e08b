import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { PostgresBinaries } from './postgres-binaries.ts';
import type { ServerUser } from './postgres-user.ts';

/** A PostgreSQL server process started by us. */
export interface PostgresServer {
  port: number;
  pid: number;
  /** Resolves with the last lines of its log when it exits or is stopped. */
  ended: Promise<string>;
  /**
   * `fast`: disconnects sessions, committed data is on disk. `immediate`: stops at once, and the
   * next start recovers.
   */
  stop(how?: 'fast' | 'immediate'): Promise<void>;
}

const KEPT_LINES = 20;

/** The clock of a run with libfaketime, so that the database has the same time as the API. */
function preload(): Record<string, string> {
  const { LD_PRELOAD, FAKETIME } = process.env;
  return FAKETIME && LD_PRELOAD ? { LD_PRELOAD, FAKETIME } : {};
}

/**
 * Starts the server on 127.0.0.1 and resolves when it accepts connections.
 *
 * @param port 0 picks a free one.
 * @param durable false disables fsync: in tests.
 * @param settings server settings, over the defaults here.
 * @throws Error with the last lines of the server's log.
 */
export async function startServer(options: {
  binaries: PostgresBinaries;
  user: ServerUser | null;
  folder: string;
  port: number;
  durable: boolean;
  settings?: Record<string, string>;
}): Promise<PostgresServer> {
  const { binaries, user, folder } = options;
  // Another process may take the free port before the server binds it: then try another.
  for (let attempt = 1; ; attempt++) {
    const port = options.port === 0 ? await freePort() : options.port;
    const child = spawn(binaries.postgres, serverArguments(folder, port, options), {
      ...(user ? { uid: user.uid, gid: user.gid } : {}),
      cwd: '/',
      env: { PATH: process.env.PATH, LC_MESSAGES: 'C', TZ: 'UTC', ...preload() },
      stdio: ['ignore', 'ignore', 'pipe'],
      // Ctrl-C in a terminal signals the whole process group; we control the order of stopping.
      detached: true,
    });
    try {
      return await watchStart(child, port);
    } catch (error) {
      const busy = /could not bind|Address already in use/.test(String(error));
      if (!busy || attempt === 5) throw error;
      if (options.port !== 0) {
        throw new Error(
          `port ${port} of 127.0.0.1 is taken by another program: free it, or set ANSHI_POSTGRES_PORT to another port (0 picks a free one)`,
        );
      }
    }
  }
}

function serverArguments(
  folder: string,
  port: number,
  options: { durable: boolean; settings?: Record<string, string> },
): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '60',
    shared_buffers: '64MB',
    // A new plant fills empty tables, and until they are analysed its plans read whole tables.
    autovacuum_naptime: '10s',
    logging_collector: 'off',
    log_min_messages: 'warning',
    timezone: 'UTC',
    fsync: options.durable ? 'on' : 'off',
    ...options.settings,
  };
  return [
    '-D',
    folder,
    '-p',
    String(port),
    ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ];
}

async function watchStart(child: ChildProcess, port: number): Promise<PostgresServer> {
  const lines: string[] = [];
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      lines.push(error.message);
      resolve();
    });
  });
  const ready = new Promise<void>((resolve) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      const text = chunk.toString();
      lines.push(...text.split('\n').filter((line) => line !== ''));
      lines.splice(0, Math.max(0, lines.length - KEPT_LINES));
      if (text.includes('database system is ready to accept connections')) resolve();
    });
  });
  const failed = exited.then(() => {
    throw new Error(`PostgreSQL did not start:\n${lines.join('\n')}`);
  });
  await Promise.race([ready, failed]);
  failed.catch(() => {});
  const ended = exited.then(() => lines.join('\n'));
  return {
    port,
    pid: child.pid!,
    ended,
    async stop(how = 'fast') {
      const running = child.exitCode === null && child.signalCode === null;
      if (running) child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
      await exited;
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port found');
  return address.port;
}
