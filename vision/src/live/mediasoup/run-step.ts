import { spawn } from 'node:child_process';

/** Lines of a failed command that are shown. */
const SHOWN_LINES = 12;

/** Runs a command in a folder. @throws StepFailed with its last lines. */
export type RunStep = (command: string, args: readonly string[], folder: string) => Promise<void>;

/** A command that ended with an error or could not be started. */
export class StepFailed extends Error {
  readonly step: string;

  constructor(step: string, lines: readonly string[]) {
    super(lines.slice(-SHOWN_LINES).join('\n') || 'without a word');
    this.name = 'StepFailed';
    this.step = step;
  }
}

/**
 * Runs commands at the lowest priority, so that cameras and tests do not wait for them.
 *
 * @param signal ends the running command and all that it started.
 */
export function stepsAtLowPriority(signal?: AbortSignal): RunStep {
  return (command, args, folder) =>
    new Promise((resolve, reject) => {
      const step = [command, ...args].join(' ');
      const fail = (lines: string[]) => reject(new StepFailed(step, lines));
      if (signal?.aborted) return fail(['stopped']);
      const child = spawn('nice', ['-n', '19', command, ...args], {
        cwd: folder,
        // A group of its own: the build tools start processes of theirs.
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let lines: string[] = [];
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          lines = [...lines, ...text.split('\n')].filter((line) => line.trim() !== '').slice(-50);
        });
      }
      const stop = () => {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
      };
      signal?.addEventListener('abort', stop, { once: true });
      child.once('error', (error) => fail([error.message]));
      child.once('close', (code) => {
        signal?.removeEventListener('abort', stop);
        if (code === 0) resolve();
        else fail(lines);
      });
    });
}
