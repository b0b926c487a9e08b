import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A child process under test, started as by the launcher. */
export interface Child {
  readonly process: ChildProcess;
  /** Its ready message. */
  readonly details: Record<string, string | number>;
  /** Log lines so far. */
  readonly lines: string[];
  /** Stops it with a signal and waits for its exit. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/**
 * Starts `entry` (relative to the root of the repository) and waits until it is ready.
 *
 * @throws Error with its last log lines where it exits before.
 */
export async function startChild(entry: string, env: Record<string, string>): Promise<Child> {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const child = fork(entry, [], {
    cwd: root,
    execArgv: [],
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      lines.push(...text.split('\n').filter((line) => line !== ''));
      if (process.env.ANSHI_TEST_LOG) process.stderr.write(text);
    });
  }
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const details = await new Promise<Child['details']>((resolve, reject) => {
    child.once('message', (message: { details: Child['details'] }) => resolve(message.details));
    void exited.then((code) => {
      reject(new Error(`${entry} ended with ${code}:\n${lines.slice(-15).join('\n')}`));
    });
  });
  return {
    process: child,
    details,
    lines,
    end: async (signal = 'SIGTERM') => {
      child.kill(signal);
      return exited;
    },
  };
}
