import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';

/** A real mosquitto with the settings of a production installation. */
export interface Mosquitto {
  url: string;
  port: number;
  /** Reads passwords and access list again, as it does when they change. */
  reload(): void;
  /** What it has written to its log. */
  log(): string;
  stop(): Promise<void>;
}

const DEPLOY = resolve(import.meta.dirname, '../../../deploy/mosquitto');

/**
 * Starts mosquitto on a free port of loopback with deploy/mosquitto/mosquitto.conf, its paths set to
 * the given files.
 *
 * @param files.folder holds what it keeps.
 */
export async function startMosquitto(files: {
  folder: string;
  passwords: string;
  acl: string;
}): Promise<Mosquitto> {
  const { path, port } = await writeConf(files);
  return start(port, 'mosquitto', ['-c', path], {});
}

/**
 * The same by deploy/mosquitto/start.sh, as the container starts it.
 *
 * @param users the folder that the API keeps the users of devices in.
 */
export async function startMosquittoByScript(
  folder: string,
  users: string,
  passwords: Record<string, string>,
): Promise<Mosquitto> {
  const files = { folder, passwords: join(folder, 'passwords'), acl: join(folder, 'acl') };
  const { path, port } = await writeConf(files);
  return start(port, 'sh', [join(DEPLOY, 'start.sh')], {
    ...passwords,
    CONFIG_DIR: DEPLOY,
    DATA_DIR: folder,
    USERS_DIR: users,
    MOSQUITTO_CONF: path,
    LOOK_EVERY: '0.1',
  });
}

async function writeConf(files: {
  folder: string;
  passwords: string;
  acl: string;
}): Promise<{ path: string; port: number }> {
  const port = await freePort();
  const conf = readFileSync(join(DEPLOY, 'mosquitto.conf'), 'utf8')
    .replace(/^password_file .*$/m, `password_file ${files.passwords}`)
    .replace(/^acl_file .*$/m, `acl_file ${files.acl}`)
    .replace(/^persistence_location .*$/m, `persistence_location ${files.folder}/`)
    .replace(/^listener 1883.*$/m, `listener ${port} 127.0.0.1`)
    // As root it would become a user who cannot read the folder of the test.
    .replace(/^per_listener_settings .*$/m, '$&\nuser root');
  const path = join(files.folder, 'mosquitto.conf');
  writeFileSync(path, conf);
  return { path, port };
}

async function start(
  port: number,
  command: string,
  args: string[],
  env: Record<string, string>,
): Promise<Mosquitto> {
  const child = spawn(command, args, {
    env: { PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin`, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (part: Buffer) => {
      said += part;
    });
  }
  await running(child, () => said);
  return {
    url: `mqtt://127.0.0.1:${port}`,
    port,
    reload: () => void child.kill('SIGHUP'),
    log: () => said,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function running(child: ChildProcess, said: () => string): Promise<void> {
  const failed = once(child, 'error').then(([error]) => {
    throw new Error(
      `mosquitto did not start (${error.message}): install Debian's package mosquitto, or run npm test, whose set-up does it`,
    );
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`mosquitto ended: ${said()}`);
  });
  const ready = (async () => {
    while (!/ running$/m.test(said())) await new Promise((resolve) => setTimeout(resolve, 20));
  })();
  failed.catch(() => {});
  ended.catch(() => {});
  await Promise.race([ready, failed, ended]);
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
