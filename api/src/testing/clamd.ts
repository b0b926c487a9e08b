import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * The EICAR test file, which every scanner detects (eicar.org), in two parts so that this source is
 * not detected.
 */
export const EICAR = Buffer.from(
  `${'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-'}${'ANTIVIRUS-TEST-FILE!$H+H*'}`,
);

/** Whether ClamAV's daemon is installed; its tests are skipped without it. */
export function hasClamd(): boolean {
  try {
    execFileSync('clamd', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export interface Clamd {
  /** The path of its socket. */
  socket: string;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** A real clamd with one signature: EICAR. */
export async function startClamd(): Promise<Clamd> {
  const folder = await mkdtemp(join(tmpdir(), 'anshi-clamd-'));
  await chmod(folder, 0o755);
  const socket = join(folder, 'clamd.sock');
  const hex = EICAR.toString('hex');
  await writeFile(join(folder, 'eicar.ndb'), `Eicar-Test:0:*:${hex}\n`);
  await writeFile(
    join(folder, 'clamd.conf'),
    [
      `LocalSocket ${socket}`,
      `DatabaseDirectory ${folder}`,
      'Foreground yes',
      'User root',
      'StreamMaxLength 600M',
      'OfficialDatabaseOnly no',
    ]
      .filter((line) => !line.startsWith('User') || process.getuid?.() === 0)
      .join('\n'),
  );
  let child: ChildProcess | null = null;
  const clamd: Clamd = {
    socket,
    async start() {
      const one = spawn('clamd', ['--config-file', join(folder, 'clamd.conf')], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = one;
      let words = '';
      await new Promise<void>((resolve, reject) => {
        const look = (chunk: Buffer) => {
          words += chunk.toString();
          // Printed once the socket accepts connections.
          if (/Self checking|Unix socket file/.test(words)) resolve();
        };
        one.stdout.on('data', look);
        one.stderr.on('data', look);
        one.on('exit', (code) => reject(new Error(`clamd ended with ${code}: ${words}`)));
      });
    },
    async stop() {
      const one = child;
      child = null;
      if (one && one.exitCode === null) {
        const gone = new Promise((resolve) => one.once('exit', resolve));
        one.kill('SIGKILL');
        await gone;
      }
      await rm(socket, { force: true });
    },
  };
  await clamd.start();
  return clamd;
}
