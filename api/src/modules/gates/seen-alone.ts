import { AHEAD_MS, type CameraConfig, confirmedAlone, topics } from '@anshi/contracts';
import type { Transaction } from '../../platform/db/database.ts';
import type { Platform } from '../../platform/module.ts';
import { dayAt, resolveHandles } from '../positions/handles.ts';
import { camerasAt } from './coverage.ts';

/** What a camera said counts for so long, ms. */
const FRESH_MS = 5_000;
/** So long a person has to be alone there and confirmed, ms: people pass by. */
const DWELL_MS = 2_000;

/** What the newest frame of a camera says; nothing of it is stored. */
interface Said {
  worker: string;
  topic: string;
  at: number;
  receivedAt: number;
  /** By zone. */
  alone: ReadonlyMap<string, { handle: string; since: number }>;
}

/** The clock of the computer may be set back meanwhile: then it does not count, either. */
const isFresh = ({ receivedAt }: Said, now: number): boolean =>
  Math.abs(now - receivedAt) <= FRESH_MS;

export type SeenAlone = ReturnType<typeof createSeenAlone>;

/** Who is confirmed by a badge and alone at a machine, as workers say: the newest of each camera, in memory. */
export function createSeenAlone({
  bus,
  busSigner,
  busRefusals,
  settings,
  services,
}: Pick<Platform, 'bus' | 'busSigner' | 'busRefusals' | 'settings' | 'services'>) {
  const { tenant, timeZone } = settings;
  const { configuration, states } = services.get('cameras');
  const newest = new Map<string, Said>();

  bus.subscribe(topics.confirmedAlone(tenant, '+', '+'), 0, (topic, message, payload) => {
    const [, , , , worker = '', , camera = ''] = topic.split('/');
    const refuse = (what: 'signature' | 'schema' | 'sender', detail: string) =>
      busRefusals.note({ user: `worker-${worker}`, what, topic, detail });
    const fault = busSigner.fault(worker, topic, payload);
    if (fault !== null) return refuse('signature', `alone: ${fault}`);
    const read = confirmedAlone.safeParse(message);
    if (!read.success) return refuse('schema', 'alone');
    const { data } = read;
    if (data.worker !== worker || data.camera !== camera) return refuse('sender', 'alone');
    const holder = states.holderOf(camera);
    // After a start of this process no holder is known until a worker tells its status.
    if (holder === null) return;
    if (holder !== worker) return refuse('sender', 'the camera is that of another worker');
    const at = Date.parse(data.at);
    const receivedAt = Date.now();
    // Sent again, it is no newer statement. What our own clock said before it was set back says nothing.
    const known = newest.get(camera);
    const isKnown = known !== undefined && isFresh(known, receivedAt) && at <= known.at;
    if (isKnown || receivedAt - at > FRESH_MS || at > receivedAt + AHEAD_MS) return;
    const alone = data.alone.map(
      ({ zone, handle, since }) => [zone, { handle, since: Date.parse(since) }] as const,
    );
    newest.set(camera, { worker, topic, at, receivedAt, alone: new Map(alone) });
  });

  /** What counts now of the zones in which cameras see the machine. */
  function atMachine(machine: string, areaId: string | null, now: number) {
    return camerasAt(configuration.file.cameras as CameraConfig[], machine, areaId).flatMap(
      ({ camera, zone }) => {
        const said = newest.get(camera);
        const one = said?.alone.get(zone);
        // A camera that another worker took over is not the one that said it.
        if (!said || !one || !isFresh(said, now) || states.holderOf(camera) !== said.worker)
          return [];
        return said.at - one.since >= DWELL_MS ? [{ ...one, said }] : [];
      },
    );
  }

  return {
    /**
     * Whether cameras confirm another person at a machine, and this one by none. Handles are resolved now: a consent that was
     * taken back counts.
     */
    async isOther(
      tx: Transaction,
      { person, machine }: { person: string; machine: string },
      now: Date,
    ): Promise<boolean> {
      const ms = now.getTime();
      if (![...newest.values()].some((said) => isFresh(said, ms))) return false;
      const row = await tx.equipment.findFirst({ where: { id: machine } });
      const found = atMachine(machine, row?.areaId ?? null, ms);
      if (found.length === 0) return false;
      const days = [dayAt(timeZone, new Date(ms - FRESH_MS)), dayAt(timeZone, now)] as const;
      const handles = [...new Set(found.map(({ handle }) => handle))];
      const known = await resolveHandles(tx, handles, now, days);
      for (const { handle, said } of found) {
        if (known.has(handle)) continue;
        const { worker, topic } = said;
        const detail = 'a handle that no worker can know';
        busRefusals.note({ user: `worker-${worker}`, what: 'sender', topic, detail });
      }
      const people = new Set([...known.values()].filter((one) => one !== null));
      return people.size > 0 && !people.has(person);
    },
  };
}
