import {
  type Armed,
  type ArmingContent,
  type ArmingSeen,
  type ArmingState,
  armedIn,
  armingContent,
  armingNotice,
  armingPlace,
  type CameraConfig,
  readOutsideTime,
  topics,
} from '@anshi/contracts';
import { isTextSigned } from '@anshi/contracts/bus-signature';
import type { Logger } from 'pino';
import type { WorkerSettings } from '../settings.ts';

/** A zone whose messages are refused is logged again after this, ms. */
const TELL_AGAIN_MS = 60_000;
/** Zones of other cameras are heard as well: so many are kept. */
const MOST_KEPT = 5_000;

interface Known {
  readonly content: ArmingContent;
  /** Monotonic time after which it says nothing, whatever the clock does. */
  readonly heldUntil: number;
}

export interface ArmingStatesOptions {
  readonly tenant: string;
  readonly worker: string;
  /** Which this worker shares with the API alone. */
  readonly key: string;
  readonly log: Pick<Logger, 'warn'>;
  /** Milliseconds of wall time, and milliseconds that no change of the clock touches. */
  readonly now?: () => number;
  readonly monotonic?: () => number;
}

/**
 * What the API says of the arming of zones, as it is retained on the bus. Nothing is kept on the disk:
 * what is not known arms.
 */
export class ArmingStates {
  /** Messages that were not believed. */
  refused = 0;
  readonly #options: ArmingStatesOptions;
  readonly #now: () => number;
  readonly #monotonic: () => number;
  readonly #known = new Map<string, Known>();
  readonly #logged = new Map<string, number>();

  constructor(options: ArmingStatesOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#monotonic = options.monotonic ?? (() => performance.now());
  }

  /**
   * Takes the bytes of a message. One that the API did not sign for this worker, of another place, of the
   * future, or older than the last changes nothing. An empty one takes away what was known.
   */
  take(topic: string, payload: Buffer): void {
    const place = topic.split('/').at(-1) ?? '';
    if (payload.length === 0) {
      this.#known.delete(place);
      return;
    }
    const why = this.#take(topic, place, payload);
    if (why === null) return;
    this.refused += 1;
    const logged = this.#logged.get(place);
    const now = this.#monotonic();
    if (logged !== undefined && now - logged < TELL_AGAIN_MS) return;
    if (this.#logged.size >= MOST_KEPT) this.#logged.clear();
    this.#logged.set(place, now);
    this.#options.log.warn({ topic, why }, 'a state of arming is not believed: the zone is armed');
  }

  /** @returns why it is not believed, where it is not. */
  #take(topic: string, place: string, payload: Buffer): string | null {
    const { tenant, worker, key } = this.#options;
    try {
      if (topic !== topics.arming(tenant, place)) return 'it is of another tenant';
      const notice = armingNotice.parse(JSON.parse(payload.toString()));
      const signature = Object.hasOwn(notice.signatures, worker)
        ? notice.signatures[worker]
        : undefined;
      if (signature === undefined) return 'it is not signed for this worker';
      if (!isTextSigned(key, topic, notice.content, signature)) return 'its signature is wrong';
      const content = armingContent.parse(JSON.parse(notice.content));
      if (armingPlace(content.camera, content.zone) !== place) return 'it is of another zone';
      const time = readOutsideTime('arming', content.at, this.#now());
      if (time.result !== 'taken') return `its time cannot be (${time.why})`;
      const last = this.#known.get(place)?.content.at;
      // Our own clock may have been set back since: what is itself of the future keeps nothing out.
      const counts =
        last !== undefined && readOutsideTime('arming', last, this.#now()).result === 'taken';
      if (counts && Date.parse(content.at) < Date.parse(last)) return 'it is older than the last';
      // The retained one again, after a connection: it counts no longer for that.
      if (last === content.at) return null;
      if (this.#known.size >= MOST_KEPT && !this.#known.has(place)) this.#known.clear();
      const held = Date.parse(content.validUntil) - Date.parse(content.at);
      this.#known.set(place, { content, heldUntil: this.#monotonic() + held });
      return null;
    } catch {
      return 'it is damaged';
    }
  }

  /** What is known now of each zone and rule of a camera that asks for it. */
  of(camera: Pick<CameraConfig, 'id' | 'zones' | 'rules'>): ArmingSeen[] {
    return armedIn(camera).flatMap((one) => this.#seen(camera.id, one) ?? []);
  }

  #seen(camera: string, { place, rule, when }: Armed): ArmingSeen | null {
    if (when.by === 'machine') return null;
    const known = this.#known.get(armingPlace(camera, place));
    const told = known?.content.states.find((one) => one.rule === rule && one.by === when.by);
    const about = { zone: place, rule, by: when.by };
    if (!known || !told) {
      const nothing = { cause: null, permit: null, since: null, until: null, at: null };
      return { ...about, state: 'unknown', ...nothing };
    }
    const { armed, ...why } = told;
    const { at, validUntil } = known.content;
    const now = this.#now();
    const isOver = now >= Date.parse(validUntil) || this.#monotonic() >= known.heldUntil;
    // A clock that was set back behind the message: what it says may be over long since.
    const isAhead = readOutsideTime('arming', at, now).result !== 'taken';
    if (!isOver && !isAhead) {
      return { ...about, state: armed ? 'armed' : 'disarmed', ...why, at };
    }
    return { ...about, ...(armingEnded(told, now) ?? { state: 'expired' as const, ...why }), at };
  }
}

/** The states of arming of a worker. */
export const armingOf = (
  settings: Pick<WorkerSettings, 'ANSHI_TENANT' | 'ANSHI_WORKER_ID' | 'ANSHI_BUS_KEY'>,
  log: Logger,
): ArmingStates =>
  new ArmingStates({
    tenant: settings.ANSHI_TENANT,
    worker: settings.ANSHI_WORKER_ID,
    key: settings.ANSHI_BUS_KEY,
    log: log.child({ part: 'arming' }),
  });

/**
 * What is certain of a message that is over: what was disarmed until a time, and that time has passed, is
 * armed. Null where nothing is certain.
 */
function armingEnded(
  { armed, by, cause, permit, until }: ArmingState,
  now: number,
): Pick<ArmingSeen, 'state' | 'cause' | 'permit' | 'since' | 'until'> | null {
  if (armed || until === null || now < Date.parse(until)) return null;
  const ended = by === 'permit' && cause === 'permit-active' ? 'permit-ended' : null;
  return { state: 'armed', cause: ended, permit, since: until, until: null };
}
