import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveThread } from '../../record/helper-thread.ts';
import type { StarterAnswer, StarterCall, WhepSetup, WhepStart } from './whep-messages.ts';

/** Entry of the thread that starts the process of node-datachannel: starting one blocks for tens of milliseconds. */

const INHERITED = ['PATH', 'HOME', 'TMPDIR', 'LANG'];
/** A process that does not listen by then hangs, ms. */
const STARTS_WITHIN_MS = 30_000;
/** One that has not ended by then is killed, ms. */
const ENDS_WITHIN_MS = 2_000;

let child: ChildProcess | undefined;

serveThread(async (call: StarterCall): Promise<StarterAnswer> => {
  if (call.kind === 'start') return start(call.setup);
  await stop();
  return { path: '', pid: 0 };
});

async function start(setup: WhepSetup): Promise<StarterAnswer> {
  const file = fileURLToPath(new URL('./whep-process.ts', import.meta.url));
  const started = spawn(process.execPath, [file], {
    // No secret of the worker.
    env: Object.fromEntries(INHERITED.map((name) => [name, process.env[name]])),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child = started;
  const folder = mkdtempSync(join(tmpdir(), 'anshi-whep-'));
  // Also where it is killed.
  started.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const late = setTimeout(() => started.kill('SIGKILL'), STARTS_WITHIN_MS);
  try {
    started.send({ setup, folder } satisfies WhepStart);
    const [ready] = (await Promise.race([
      once(started, 'message'),
      once(started, 'exit').then(([code, signal]) => {
        throw new Error(`the process of node-datachannel ended (${signal ?? code})`);
      }),
    ])) as [{ path: string }];
    return { path: ready.path, pid: started.pid ?? 0 };
  } finally {
    clearTimeout(late);
  }
}

/** Waits for the end of the process, whose socket is closed: only this thread can take note of it. */
async function stop(): Promise<void> {
  // Another one may be started before this one has ended.
  const ending = child;
  if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
  const ended = once(ending, 'exit');
  const late = setTimeout(() => ending.kill('SIGKILL'), ENDS_WITHIN_MS);
  await ended;
  clearTimeout(late);
}
