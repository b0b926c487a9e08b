import {
  type CameraConfig,
  JUDGE_STATES_MOST,
  type WorkerGrants,
  type WorkerHeartbeat,
  workerGrants,
} from '@anshi/contracts';
import type { Logger } from 'pino';
import type { JudgeState } from '../judge/state.ts';
import { type GivenMemory, packState } from './handed-state.ts';
import { forgetGrants, type KeptGrant, keepGrants, readKeptGrants } from './kept-grants.ts';

const EVERY_MS = 2_000;
/** Well below the six seconds after which the API gives the cameras to others. */
const TIMEOUT_MS = 4_000;
/** A start waits so long for the first answer, before it watches what it was given last. */
const FIRST_MS = 2_500;
const LEAVE_MS = 3_000;

/** The judge's memory of a camera that this worker watches. */
export interface Memory {
  readonly config: CameraConfig;
  readonly state: JudgeState;
}

export interface HeartbeatsOptions {
  readonly api: string;
  readonly folder: string;
  /** `file`: the API gives no cameras. */
  readonly from: 'database' | 'file';
  readonly credential: { readonly secret: string; ready(): Promise<void>; refused(): void };
  readonly log: Logger;
  readonly figures: () => Pick<WorkerHeartbeat, 'capacity' | 'most' | 'load'>;
  readonly memories: () => readonly Memory[];
  /** Other cameras are to be watched; settles when they are, and no others any more. */
  readonly changed: () => Promise<void>;
}

/**
 * Tells the API every two seconds that this worker lives and what it watches, and learns what it shall
 * watch. While the API is away it keeps what it has, also over its own restart.
 */
export class Heartbeats {
  readonly #options: HeartbeatsOptions;
  /** What it shall watch; null while the API never gave it anything: then what is configured. */
  #given: Map<string, KeptGrant> | null = null;
  /** What it watches by a grant: those of `given`, and those that it is still closing. */
  readonly #held = new Map<string, KeptGrant>();
  /** Closed by now: the next heartbeat gives them back. */
  readonly #closed = new Set<string>();
  readonly #memories = new Map<string, GivenMemory | null>();
  /** Given back since the start: what it remembered of them went to the API, and not to its disk. */
  readonly #away = new Set<string>();
  /** Of cameras that it gave back. */
  #last: Memory[] = [];
  /** The states as they were sent. */
  readonly #sent = new Map<string, string>();
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> = Promise.resolve();
  #isDue = false;
  #ended = false;
  #told = '';
  readonly #leaving = new AbortController();

  constructor(options: HeartbeatsOptions) {
    this.#options = options;
  }

  /** Whether this worker shall watch the camera, as far as it knows. */
  mine(camera: string): boolean {
    return this.#given === null || this.#given.has(camera);
  }

  /** Fencing number of what it watches; undefined where it watches it without a grant. */
  numberOf(camera: string): number | undefined {
    return this.#held.get(camera)?.number;
  }

  /**
   * What another worker remembers of the camera, for its opening under the present grant; undefined where
   * it goes on with its own memory, null where there is none to go on with.
   */
  memoryOf(camera: string): GivenMemory | null | undefined {
    return this.#memories.get(camera);
  }

  /** Reads what it had last, and asks the API once. */
  async start(): Promise<void> {
    const { folder, from, log } = this.#options;
    if (from === 'file') return;
    const kept = await readKeptGrants(folder, log);
    if (kept) {
      this.#given = new Map(kept.map((one) => [one.camera, one]));
      for (const one of kept) this.#held.set(one.camera, one);
    }
    this.now();
    const first = this.#beating;
    await Promise.race([first, new Promise((resolve) => setTimeout(resolve, FIRST_MS).unref())]);
  }

  /** Beats now: what it knows matters to the next worker, such as an episode that began. */
  now(): void {
    if (this.#options.from === 'file' || this.#ended || this.#isDue) return;
    this.#isDue = true;
    this.#beating = this.#beating.then(async () => {
      this.#isDue = false;
      clearTimeout(this.#timer);
      if (this.#ended) return;
      await this.#beat();
      if (!this.#ended) this.#timer = setTimeout(() => this.now(), EVERY_MS);
    });
  }

  /** A camera was closed that another worker watches from now on. */
  released(memory: Memory): void {
    this.#last.push(memory);
    this.#away.add(memory.config.id);
  }

  /** Hands everything over at once: this worker stops. */
  async leave(memories: readonly Memory[]): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#leaving.abort();
    await this.#beating;
    if (this.#given === null) return;
    this.#last.push(...memories);
    try {
      const { said } = await this.#said(true);
      await this.#post(said, AbortSignal.timeout(LEAVE_MS));
    } catch (error) {
      const why = (error as Error).message;
      this.#options.log.warn({ why }, 'the cameras are not handed over: the API is not reached');
    }
  }

  async #beat(): Promise<void> {
    const { credential, log } = this.#options;
    try {
      await credential.ready();
      const closed = [...this.#closed];
      const { said, states } = await this.#said(false);
      const signal = AbortSignal.any([this.#leaving.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const { status, text } = await this.#post(said, signal);
      if (status === 401) credential.refused();
      if (status === 409 && text.includes('camera.from-file')) await this.#without();
      else if (status === 200) {
        for (const [camera, state] of states) this.#sent.set(camera, state);
        this.#last = this.#last.filter((one) => !closed.includes(one.config.id));
        for (const camera of closed) this.#forget(camera);
        await this.#take(workerGrants.parse(JSON.parse(text)));
      } else throw new Error(`it answered ${status}`);
      if (this.#told !== '') log.info('the API gives cameras again');
      this.#told = '';
    } catch (error) {
      if (this.#ended) return;
      const why = (error as Error).message;
      if (why !== this.#told) log.warn({ why }, 'no heartbeat to the API: what is watched stays');
      this.#told = why;
    }
  }

  async #post(said: WorkerHeartbeat, signal: AbortSignal) {
    const { api, credential } = this.#options;
    const answer = await fetch(`${api.replace(/\/$/, '')}/api/v1/ingest/worker/heartbeat`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${credential.secret}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(said),
      redirect: 'error',
      signal,
    });
    return { status: answer.status, text: await answer.text() };
  }

  /** The heartbeat, with the states that changed since they were sent last. */
  async #said(leaving: boolean) {
    const { figures, memories } = this.#options;
    const named = [...this.#held.values()].filter(
      ({ camera }) => !leaving && !this.#closed.has(camera),
    );
    const all = [...this.#last, ...(leaving ? [] : memories())];
    const states: WorkerHeartbeat['states'] = [];
    const sent: [string, string][] = [];
    let size = 0;
    for (const { config, state } of all) {
      const number = this.numberOf(config.id);
      if (number === undefined || states.some(({ camera }) => camera === config.id)) continue;
      const text = `${number} ${isNobody(state) ? '' : JSON.stringify(state)}`;
      if (text === this.#sent.get(config.id)) continue;
      const packed = await packState(config, state);
      if (packed === null || size + packed.length > JUDGE_STATES_MOST) continue;
      size += packed.length;
      states.push({ camera: config.id, number, state: packed });
      sent.push([config.id, text]);
    }
    const cameras = named.map(({ camera, number }) => ({ camera, number }));
    return { said: { ...figures(), cameras, states, leaving }, states: sent };
  }

  async #take({ cameras }: WorkerGrants): Promise<void> {
    const { folder, log } = this.#options;
    const before = this.#given;
    const isSame = before?.size === cameras.length;
    if (isSame && cameras.every((one) => before.get(one.camera)?.number === one.number)) return;
    const given = new Map(
      cameras.map(({ camera, number, since }) => [camera, { camera, number, since }]),
    );
    await keepGrants(folder, [...given.values()]).catch((err: unknown) =>
      log.error({ err }, 'the grants cannot be kept: a start without the API has old ones'),
    );
    for (const { camera, number, since, takenFrom, state } of cameras) {
      if (this.#held.get(camera)?.number === number) continue;
      this.#held.set(camera, { camera, number, since });
      this.#closed.delete(camera);
      const memory = state && { ...state, heardAt: performance.now() };
      if (takenFrom === null && !this.#away.delete(camera)) this.#memories.delete(camera);
      else this.#memories.set(camera, memory);
      log.info({ camera, number, takenFrom }, 'the API gives this camera');
    }
    this.#given = given;
    // Not waited for: closing takes longer than the API waits for a heartbeat.
    this.#options.changed().then(
      () => {
        if (given !== this.#given) return;
        for (const camera of this.#held.keys()) if (!given.has(camera)) this.#closed.add(camera);
        if (this.#closed.size > 0) this.now();
      },
      (err: unknown) => log.error({ err }, 'the cameras of the API are not all watched'),
    );
  }

  /** It was given back. */
  #forget(camera: string): void {
    if (!this.#closed.delete(camera)) return;
    this.#held.delete(camera);
    this.#sent.delete(camera);
    this.#memories.delete(camera);
    this.#options.log.info({ camera }, 'the camera is given back');
  }

  /** The cameras are those of a file: nobody gives them. */
  async #without(): Promise<void> {
    if (this.#given === null) return;
    this.#given = null;
    this.#held.clear();
    this.#closed.clear();
    this.#memories.clear();
    await forgetGrants(this.#options.folder);
    await this.#options.changed();
  }
}

const isNobody = ({ actors, scene }: JudgeState): boolean =>
  actors.length === 0 && Object.values(scene.rules).every(({ since }) => since === null);
