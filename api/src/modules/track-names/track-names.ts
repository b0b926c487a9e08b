import { AHEAD_MS, type NamedTracks, namedTracks, topics } from '@anshi/contracts';
import type { Account } from '../../platform/access/account.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Platform } from '../../platform/module.ts';
import { type Bearer, bearersOf, dayAt } from '../positions/handles.ts';

const TOPIC = 'names:';
/** What a camera said counts for so long, ms. */
const FRESH_MS = 3_000;
/** Browsers are told of what workers said at most so often, ms. */
const PUSH_EVERY_MS = 250;

/** A confirmed person in the picture. */
export interface TrackName {
  track: string;
  /** Null for a person of whom the account may not know. */
  name: string | null;
}

/**
 * Pushes who the people in the picture of a camera are: a name to the accounts whose right to positions covers that
 * person, to others that it is a person of whom they may not know. Neither the handle nor the id leaves the API, and
 * nothing is stored.
 */
export function createTrackNames({
  bus,
  busSigner,
  busRefusals,
  database,
  live,
  log,
  services,
  settings,
}: Pick<
  Platform,
  'bus' | 'busSigner' | 'busRefusals' | 'database' | 'live' | 'log' | 'services' | 'settings'
>): { close(): void } {
  const { tenant, timeZone } = settings;
  const { service: cameras, states } = services.get('cameras');
  /** What is to be pushed: the newest of each camera. */
  const waiting = new Map<string, NamedTracks>();
  /** The stream clock of what was taken last of a camera, ms, and when. */
  const taken = new Map<string, { at: number; receivedAt: number }>();
  let timer: NodeJS.Timeout | undefined;
  let pushing = Promise.resolve();

  const mayWatch = (account: Account, camera: string) =>
    cameras.isWithin(account, 'live:watch', camera);
  live.offer(TOPIC, { allows: (account, name) => mayWatch(account, name.slice(TOPIC.length)) });

  bus.subscribe(topics.namedTracks(tenant, '+', '+'), 0, (topic, message, payload) => {
    const [, , , , worker = '', , camera = ''] = topic.split('/');
    const refuse = (what: 'signature' | 'schema' | 'sender', detail: string) =>
      busRefusals.note({ user: `worker-${worker}`, what, topic, detail });
    const fault = busSigner.fault(worker, topic, payload);
    if (fault !== null) return refuse('signature', `names: ${fault}`);
    const read = namedTracks.safeParse(message);
    if (!read.success) return refuse('schema', 'names');
    const { data } = read;
    if (data.worker !== worker || data.camera !== camera) return refuse('sender', 'names');
    const holder = states.holderOf(camera);
    if (holder === null) return;
    if (holder !== worker) return refuse('sender', 'the camera is that of another worker');
    if (!live.wanted(tenant, `${TOPIC}${camera}`)) return;
    const at = Date.parse(data.at);
    const receivedAt = Date.now();
    const known = taken.get(camera);
    // Sent again, it is no newer statement; a clock that was set back begins again.
    const isOld = known && Math.abs(receivedAt - known.receivedAt) <= FRESH_MS && at < known.at;
    if (isOld || receivedAt - at > FRESH_MS || at > receivedAt + AHEAD_MS) return;
    taken.set(camera, { at, receivedAt });
    waiting.set(camera, data);
    timer ??= setTimeout(() => {
      timer = undefined;
      pushing = pushing.then(push);
    }, PUSH_EVERY_MS);
    timer.unref();
  });

  async function push(): Promise<void> {
    const said = [...waiting.values()];
    waiting.clear();
    try {
      const bearers = await read(said);
      for (const one of said) pushOne(one, bearers);
    } catch (error) {
      log.warn({ err: error }, 'names of people in live pictures are not shown');
    }
  }

  /** Whom the handles are of now: a consent that ended meanwhile counts. */
  async function read(said: readonly NamedTracks[]): Promise<ReadonlyMap<string, Bearer>> {
    const handles = new Set(said.flatMap(({ tracks }) => tracks.map(({ handle }) => handle)));
    if (handles.size === 0) return new Map();
    return database.transaction({ tenant, user: null }, (tx) =>
      bearersOf(tx, [...handles], dayAt(timeZone, new Date())),
    );
  }

  function pushOne({ camera, at, tracks }: NamedTracks, bearers: ReadonlyMap<string, Bearer>) {
    const known = tracks.flatMap(({ track, handle }) => {
      const bearer = bearers.get(handle);
      return bearer ? [{ track, bearer }] : [];
    });
    live.pushEach(tenant, `${TOPIC}${camera}`, (account) => {
      // The camera may have moved since they subscribed.
      if (!account.permissions.has('location:read') || !mayWatch(account, camera)) return null;
      const reach = reachOf(account, 'location:read');
      const names: TrackName[] = known.map(({ track, bearer }) => ({
        track,
        name: isWithin(account, reach, bearer) ? bearer.name : null,
      }));
      return { type: 'names', camera, at, names };
    });
  }

  return { close: () => clearTimeout(timer) };
}
