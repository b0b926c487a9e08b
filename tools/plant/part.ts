import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { ReadyMessage } from '@anshi/contracts/process';
import { appendTo, beginLog, closeLog, lastLines, trimLog } from './log-file.ts';
import { PlantProblem } from './problem.ts';

export interface PartOptions {
  /** For people and for the log's name, e.g. `api`. */
  name: string;
  /** The TypeScript file, relative to `root`. */
  entry: string;
  root: string;
  env: Record<string, string | undefined>;
  logFile: string;
  /** Words before the command, such as `taskset -c 0,1`; the last must run the rest in its place. */
  prefix?: readonly string[];
  /** How long it may take until it is ready, milliseconds. */
  readyTimeoutMs: number;
  /** Pause before the first restart, milliseconds; it doubles with each further one. Left out, 1 s. */
  firstRetryMs?: number;
}

export interface PartEvents {
  ready: [details: ReadyMessage['details']];
  /** It ended without being asked to, and is started again in `retryMs`. */
  died: [how: string, retryMs: number];
}

const parentWatch = new URL('./parent-watch.mjs', import.meta.url).href;
const defaultFirstRetryMs = 1000;
/** Short enough that a part that waits for room is back within half a minute of getting it. */
const longestRetryMs = 10_000;
/** After this long in good health, the restart backoff is reset. */
const forgivenMs = 60_000;
const stopGraceMs = 12_000;
const logBytes = 32 * 1024 * 1024;

/**
 * One process of the plant, started by Node.js with an IPC channel, and started again where it dies.
 * It leads a process group of its own: Ctrl-C at the terminal reaches only the plant, which then
 * stops the parts in order, and what a killed part leaves behind (ffmpeg, postgres) is ended by its
 * group.
 */
export class Part extends EventEmitter<PartEvents> {
  readonly name: string;
  private readonly options: PartOptions;
  private child: ChildProcess | undefined;
  private ended: Promise<void> = Promise.resolve();
  private wanted = false;
  private hasLog = false;
  private isReadyNow = false;
  private retryMs: number;
  private retry: NodeJS.Timeout | undefined;
  private trimmer: NodeJS.Timeout | undefined;
  /** What the part said when it was last ready. */
  details: ReadyMessage['details'] = {};

  constructor(options: PartOptions) {
    super();
    this.name = options.name;
    this.options = options;
    this.retryMs = this.firstRetryMs;
  }

  /** The id of its process, while there is one. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  private get firstRetryMs(): number {
    return this.options.firstRetryMs ?? defaultFirstRetryMs;
  }

  get ready(): boolean {
    return this.isReadyNow;
  }

  /**
   * Starts the part and keeps it running from then on.
   *
   * @throws PlantProblem with its last log lines where it ends, or is not ready in time. It is not
   *   running then.
   */
  async start(): Promise<void> {
    if (this.wanted) return this.whenReady();
    this.wanted = true;
    this.trimmer = setInterval(() => trimLog(this.options.logFile, logBytes), 60_000);
    this.trimmer.unref();
    try {
      await this.launch();
    } catch (error) {
      await this.stop();
      throw error;
    }
    void this.ended.then(() => this.superviseEnd());
  }

  /** Resolves when the part is ready, now or after the next restart. */
  whenReady(timeoutMs = this.options.readyTimeoutMs): Promise<void> {
    if (this.isReadyNow) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.off('ready', done);
        reject(this.problem(`was not ready within ${timeoutMs / 1000} s`));
      }, timeoutMs);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      this.once('ready', done);
    });
  }

  /** Ends the part in order: SIGTERM, after 12 s SIGKILL. It stays stopped until `start`. */
  async stop(): Promise<void> {
    this.wanted = false;
    clearTimeout(this.retry);
    clearInterval(this.trimmer);
    this.retryMs = this.firstRetryMs;
    const { child } = this;
    if (child === undefined) return;
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), stopGraceMs);
    await this.ended;
    clearTimeout(force);
  }

  /** Sends a signal to the process itself, as a fault would; a part that dies is started again. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child, ended } = this;
    child?.kill(signal);
    if (signal === 'SIGKILL' || signal === 'SIGTERM') await ended;
  }

  private launch(): Promise<void> {
    const { entry, root, env, logFile, prefix = [], readyTimeoutMs } = this.options;
    const log = this.hasLog ? appendTo(logFile) : beginLog(logFile);
    this.hasLog = true;
    const command = [...prefix, process.execPath, '--import', parentWatch, entry];
    const child = spawn(command[0] as string, command.slice(1), {
      cwd: root,
      env,
      stdio: ['ignore', log, log, 'ipc'],
      detached: true,
    });
    closeLog(log);
    this.child = child;
    const started = Date.now();
    let how = 'ended';
    this.ended = new Promise((resolve) => {
      const end = (text: string) => {
        how = text;
        if (this.child !== child) return;
        this.child = undefined;
        this.isReadyNow = false;
        endGroup(child.pid);
        if (Date.now() - started > forgivenMs) this.retryMs = this.firstRetryMs;
        resolve();
      };
      child.once('exit', (code, signal) => end(`ended with ${signal ?? `exit code ${code}`}`));
      child.once('error', (error) => end(`could not be started: ${error.message}`));
    });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(this.problem(`was not ready within ${readyTimeoutMs / 1000} s`));
        child.kill('SIGKILL');
      }, readyTimeoutMs);
      child.on('message', (message: Partial<ReadyMessage> | null) => {
        if (message?.kind !== 'ready') return;
        clearTimeout(timer);
        this.details = message.details ?? {};
        this.isReadyNow = true;
        resolve();
        this.emit('ready', this.details);
      });
      void this.ended.then(() => {
        clearTimeout(timer);
        this.lastEnd = how;
        reject(this.problem(how));
      });
    });
  }

  private lastEnd = '';

  private superviseEnd(): void {
    if (!this.wanted) return;
    const wait = this.retryMs;
    this.retryMs = Math.min(this.retryMs * 2, longestRetryMs);
    this.emit('died', this.lastEnd, wait);
    this.retry = setTimeout(() => {
      // Also what it throws before there is a process: then it is tried again like any other death.
      (async () => this.launch())().catch((error: unknown) => {
        if (this.child === undefined) this.lastEnd = `could not be started: ${String(error)}`;
      });
      void this.ended.then(() => this.superviseEnd());
    }, wait);
  }

  private problem(how: string): PlantProblem {
    const lines = lastLines(this.options.logFile, 15).map((line) => `    ${line}`);
    const said = lines.length === 0 ? '' : ` Its last words:\n${lines.join('\n')}\n `;
    return new PlantProblem(`${this.name} ${how}.${said} The whole log: ${this.options.logFile}`);
  }
}

/** Ends what a process left behind in its group. */
function endGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // The process group is already empty.
  }
}
