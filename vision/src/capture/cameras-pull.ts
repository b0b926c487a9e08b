import {
  type CamerasFile,
  type WorkerCameras,
  type WorkerConfiguration,
  workerCameras,
} from '@anshi/contracts';
import type { Logger } from 'pino';
import { CamerasWatch } from './cameras-watch.ts';
import { checkConfiguration, type GoodCamera } from './configuration-check.ts';
import { forgetCameras, type KeptCameras, keepCameras, readKeptCameras } from './kept-cameras.ts';

const TIMEOUT_MS = 10_000;
/** Asked so often where no notice comes, ms. A 304 costs next to nothing. */
const ASK_EVERY_MS = 60_000;
/** While the API has not answered yet. */
const ASK_AWAY_EVERY_MS = 3_000;

export interface CamerasPullOptions {
  readonly api: string;
  readonly worker: string;
  /** The worker's folder, where the last good configuration is kept. */
  readonly folder: string;
  /** cameras.yaml, for a worker that never heard of the API. */
  readonly file: string;
  /** `file`: the API is not asked. */
  readonly from: 'database' | 'file';
  /** The worker's own credential. */
  readonly credential: { readonly secret: string; ready(): Promise<void>; refused(): void };
  readonly isKnownModel: (model: string) => boolean;
  readonly log: Logger;
  /** Whether this worker shall watch a camera that may be watched by several; left out, it does. */
  readonly mine?: (camera: string) => boolean;
  /**
   * Watches these cameras from now on; settles when it does.
   *
   * @param configured ids of all, with those that another worker watches.
   */
  readonly changed: (file: CamerasFile, configured: readonly string[]) => Promise<void>;
  /** What is wrong with the configuration; null for nothing. */
  readonly problem: (message: string | null) => void;
}

/**
 * The cameras of a worker. The API holds them; what it gave last is kept on the disk, so that a worker
 * starts without it. Only one that never got any follows its own cameras.yaml, and so does one whose
 * API says that its cameras are those of a file.
 */
export class CamerasPull {
  readonly #options: CamerasPullOptions;
  readonly #watch: CamerasWatch;
  #source: WorkerConfiguration['source'] = 'file';
  #revision: string | null = null;
  /** The configuration of which nothing more is to be said; null to get it whole. */
  #tag: string | null = null;
  #refused: WorkerConfiguration['refused'] = [];
  #good: GoodCamera[] = [];
  /** Of the API: those that name another worker. */
  #others: readonly string[] = [];
  #watching = false;
  /** The last valid cameras.yaml. */
  #file: CamerasFile | undefined;
  /** What is configured now, whichever source it is from. */
  #now: CamerasFile | undefined;
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<void> = Promise.resolve();
  #waiting = false;
  #told = '';
  #closed = false;
  /** The API answered, so that it is asked less often. */
  #answered = false;
  readonly #leaving = new AbortController();

  constructor(options: CamerasPullOptions) {
    this.#options = options;
    this.#watch = new CamerasWatch(options.file, options.isKnownModel, {
      changed: (file) => {
        this.#file = file;
        if (this.#source === 'file') void this.#change(file);
      },
      problem: (message) => {
        if (this.#source === 'file') options.problem(message);
      },
    });
  }

  /** Where the cameras are from, for the status. */
  get state(): WorkerConfiguration {
    return { source: this.#source, revision: this.#revision, refused: this.#refused };
  }

  /** Version of a camera's configuration in the database; null where it is of a file. */
  versionOf(camera: string): number | null {
    if (this.#source === 'file') return null;
    return this.#good.find(({ id }) => id === camera)?.version ?? null;
  }

  /** Takes what is on the disk, and then asks the API in the background. */
  async start(): Promise<void> {
    const { folder, from, log } = this.#options;
    const kept = from === 'file' ? undefined : await readKeptCameras(folder, log);
    if (kept) {
      log.info({ cameras: kept.cameras.length }, 'the last configuration is kept here');
      await this.#applyKept(kept);
    } else await this.#followFile();
    this.ask();
  }

  /** The API has another configuration, or can be reached again. */
  ask(): void {
    if (this.#options.from === 'file' || this.#closed || this.#waiting) return;
    this.#waiting = true;
    this.#asking = this.#asking.then(async () => {
      this.#waiting = false;
      clearTimeout(this.#timer);
      if (this.#closed) return;
      await this.#askNow();
      if (this.#closed) return;
      const pause = this.#answered ? ASK_EVERY_MS : ASK_AWAY_EVERY_MS;
      this.#timer = setTimeout(() => this.ask(), pause);
    });
  }

  /** A notice of the bus. */
  noticed(revision: string): void {
    if (revision !== this.#revision || this.#source !== 'api') this.ask();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#leaving.abort();
    clearTimeout(this.#timer);
    await this.#asking;
    if (this.#watching) await this.#watch.close();
  }

  async #askNow(): Promise<void> {
    const { api, credential, log, folder } = this.#options;
    this.#answered = false;
    try {
      await credential.ready();
      const has = this.#tag;
      const answer = await fetch(`${api.replace(/\/$/, '')}/api/v1/ingest/cameras`, {
        headers: {
          authorization: `Bearer ${credential.secret}`,
          ...(has === null ? {} : { 'if-none-match': `"${has}"` }),
        },
        redirect: 'error',
        signal: AbortSignal.any([this.#leaving.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      const text = await answer.text();
      if (answer.status === 401) credential.refused();
      // Unasked for it says nothing of what this worker has.
      if (answer.status === 304 && has !== null) this.#source = 'api';
      else if (answer.status === 200) await this.#take(workerCameras.parse(JSON.parse(text)));
      else if (answer.status === 409 && text.includes('camera.from-file')) {
        await this.#followFile();
        await forgetCameras(folder);
      } else throw new Error(`it answered ${answer.status}`);
      this.#answered = true;
      this.#told = '';
    } catch (error) {
      if (this.#closed) return;
      // Addresses are in the answer, and not in what is said of it.
      const why =
        error instanceof SyntaxError ? 'its answer is not JSON' : (error as Error).message;
      if (why !== this.#told) log.warn({ why }, 'the cameras are not asked of the API yet');
      this.#told = why;
    }
  }

  async #take(given: WorkerCameras): Promise<void> {
    const { folder, log, isKnownModel } = this.#options;
    const { file, good, refused } = checkConfiguration(given, this.#good, isKnownModel);
    const { revision, sites, others = [] } = given;
    const kept = { revision, sites, cameras: good, refused, others };
    await keepCameras(folder, kept).catch((err: unknown) =>
      log.error(
        { err },
        'the configuration cannot be kept: a start without the API has an old one',
      ),
    );
    log.info({ cameras: file.cameras.length, refused: refused.length }, 'cameras of the API');
    this.#good = good;
    this.#others = others;
    this.#source = 'api';
    await this.#change(file);
    // Told once it is so.
    this.#revision = given.revision;
    this.#tag = given.revision;
    this.#refused = refused;
    this.#sayRefused();
  }

  async #applyKept(kept: KeptCameras): Promise<void> {
    const { file, good, refused } = checkConfiguration(kept, [], this.#options.isKnownModel);
    this.#good = good;
    this.#others = kept.others ?? [];
    this.#source = 'kept';
    await this.#change(file);
    this.#revision = kept.revision;
    this.#refused = [...kept.refused, ...refused];
    // What was refused may be good by now, such as with a model that was added.
    this.#tag = this.#refused.length > 0 ? null : kept.revision;
    this.#sayRefused();
  }

  /** One for each camera: the page shows them beside the cameras, too. */
  #sayRefused(): void {
    const said = this.#refused.map(
      ({ camera, version, reason }) =>
        `camera "${camera}": version ${version} of its configuration is refused, the last good one goes on: ${reason}`,
    );
    this.#options.problem(said.length === 0 ? null : said.join('\n'));
  }

  async #followFile(): Promise<void> {
    const before = this.#source;
    this.#revision = null;
    this.#tag = null;
    this.#refused = [];
    this.#others = [];
    this.#source = 'file';
    if (!this.#watching) {
      this.#watching = true;
      await this.#watch.start();
    } else if (before !== 'file' && this.#file) await this.#change(this.#file);
  }

  /** The API gave this worker other cameras to watch; settles when it does. */
  async assigned(): Promise<void> {
    if (this.#now && !this.#closed) await this.#change(this.#now);
  }

  /** Cameras that name no other worker, and are not another one's. */
  #change(file: CamerasFile): Promise<void> {
    const { worker, mine = () => true, changed } = this.#options;
    this.#now = file;
    const cameras = file.cameras.filter(
      (one) => (one.worker === undefined || one.worker === worker) && mine(one.id),
    );
    const ids = file.cameras.map(({ id }) => id);
    return changed({ ...file, cameras }, [...ids, ...this.#others]);
  }
}
