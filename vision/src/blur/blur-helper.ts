import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { BlurAnswer, BlurJob, BlurMade, BlurSetup, ToBlurProcess } from './blur-messages.ts';

/** As the cutting of clips, below analysis: on a busy machine it gets what is left. */
const NICENESS = 10;
/** Its models need memory, which it gives back when nothing is to be done, ms. */
const IDLE_MS = 60_000;
/** A clip of a quarter of a minute takes seconds; one that takes so long hangs, ms. */
const LONGEST_MS = 20 * 60_000;

const INHERITED = [
  'PATH',
  'HOME',
  'TMPDIR',
  'LANG',
  'FFMPEG_PATH',
  'FFPROBE_PATH',
  // How memory is given back: clips and pictures pass through it.
  'NODE_OPTIONS',
  'MALLOC_ARENA_MAX',
  'MALLOC_MMAP_THRESHOLD_',
  'MALLOC_TRIM_THRESHOLD_',
];

interface Asked {
  readonly id: number;
  resolve(made: BlurMade): void;
  reject(error: Error): void;
}

/**
 * The process that blurs: started with the first job, ended when there was none for a while, and with the
 * thread that holds it.
 */
export class BlurHelper {
  readonly #setup: BlurSetup;
  #child: ChildProcess | undefined;
  #asked: Asked | undefined;
  #last = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(setup: BlurSetup) {
    this.#setup = setup;
  }

  /**
   * One job at a time.
   *
   * @throws Error where it failed, or the process ended; the next call starts another one.
   */
  async make(job: BlurJob): Promise<BlurMade> {
    if (this.#asked) throw new Error('a rendition is being made already');
    clearTimeout(this.#idle);
    const child = this.#started();
    const id = ++this.#last;
    const late = setTimeout(() => child.kill('SIGKILL'), LONGEST_MS);
    try {
      return await new Promise<BlurMade>((resolve, reject) => {
        this.#asked = { id, resolve, reject };
        child.send({ kind: 'job', id, job } satisfies ToBlurProcess, (error) => {
          if (error) reject(error);
        });
      });
    } finally {
      clearTimeout(late);
      this.#asked = undefined;
      this.#idle = setTimeout(() => this.#child?.kill('SIGKILL'), IDLE_MS);
      this.#idle.unref();
    }
  }

  #started(): ChildProcess {
    if (this.#child) return this.#child;
    const file = fileURLToPath(new URL('./blur-process.ts', import.meta.url));
    const command = ['-n', String(NICENESS), process.execPath, file];
    const child = spawn('nice', command, {
      // In a session of its own: Linux shares the processor among sessions first, and among the processes
      // of one after that. See `yieldProcessor` of the process.
      detached: true,
      // No secret of the worker.
      env: Object.fromEntries(INHERITED.map((name) => [name, process.env[name]])),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    this.#child = child;
    const over = (error: Error) => {
      if (this.#child === child) this.#child = undefined;
      this.#asked?.reject(error);
    };
    child.on('error', over);
    child.on('exit', (code, signal) =>
      over(new Error(`the process that blurs ended (${signal ?? code})`)),
    );
    child.on('message', (answer: BlurAnswer) => {
      if (answer.id !== this.#asked?.id) return;
      if ('made' in answer) this.#asked.resolve(answer.made);
      else {
        const { message, code } = answer.failed;
        this.#asked.reject(Object.assign(new Error(message), code !== undefined && { code }));
      }
    });
    child.send({ kind: 'setup', setup: this.#setup } satisfies ToBlurProcess);
    return child;
  }
}
