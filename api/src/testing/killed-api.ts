import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RunningApi } from './site.ts';

/** An API in a process of its own, in the place of one that a test ran itself: with its settings, at its address. */
export class KilledApi {
  readonly #settings: RunningApi['settings'];
  #child: ChildProcess | undefined;

  private constructor(settings: RunningApi['settings']) {
    this.#settings = settings;
  }

  /** Ends the API that runs within the test, and goes on in a process. */
  static async instead(of: RunningApi): Promise<KilledApi> {
    const { hostname, port } = new URL(of.url);
    await of.stop();
    const killed = new KilledApi({ ...of.settings, http: { host: hostname, port: Number(port) } });
    await killed.start();
    return killed;
  }

  /** Resolves once it answers. */
  async start(): Promise<void> {
    const entry = fileURLToPath(new URL('api-process.ts', import.meta.url));
    const child = fork(entry, [JSON.stringify(this.#settings)], {
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    const ended = once(child, 'exit').then(([code, signal]) => {
      throw new Error(`the API ended with ${signal ?? code}`);
    });
    await Promise.race([once(child, 'message'), ended]);
    ended.catch(() => {});
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}
