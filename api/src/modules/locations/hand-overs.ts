import { AHEAD_MS, type HandOverSeen, handOverSeen, topics } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import { sqlIn, type Transaction } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Platform } from '../../platform/module.ts';
import { dayAt, resolveHandles } from '../positions/handles.ts';

/** A worker tells a hand-over again for ten minutes; an older one is not taken, ms. */
const LATEST_MS = 15 * 60_000;

/**
 * Opens a condition for both badges of each hand-over that a worker saw. It stays open, and neither badge is a name, until a
 * person closes it. A worker tells one again until it hears that the badges are suspect: each is kept once.
 *
 * @param changed called where one was opened.
 */
export function takeHandOvers(
  {
    bus,
    busSigner,
    busRefusals,
    units,
    services,
    settings,
    log,
  }: Pick<
    Platform,
    'bus' | 'busSigner' | 'busRefusals' | 'units' | 'services' | 'settings' | 'log'
  >,
  changed: () => void,
): void {
  const { tenant, timeZone } = settings;
  const { states } = services.get('cameras');

  bus.subscribe(topics.handOvers(tenant, '+', '+'), 1, (topic, message, payload) => {
    const [, , , , worker = '', , camera = ''] = topic.split('/');
    const refuse = (what: 'signature' | 'schema' | 'sender' | 'handle', detail: string) =>
      busRefusals.note({ user: `worker-${worker}`, what, topic, detail });
    const fault = busSigner.fault(worker, topic, payload);
    if (fault !== null) return refuse('signature', `hand-over: ${fault}`);
    const read = handOverSeen.safeParse(message);
    if (!read.success) return refuse('schema', 'hand-over');
    const { data } = read;
    if (data.worker !== worker || data.camera !== camera) return refuse('sender', 'hand-over');
    const holder = states.holderOf(camera);
    // After a start of this process no holder is known until a worker tells its status; it tells this again.
    if (holder === null) return;
    if (holder !== worker) return refuse('sender', 'the camera is that of another worker');
    const at = new Date(data.at);
    if (Math.abs(Date.now() - at.getTime()) > LATEST_MS || at.getTime() > Date.now() + AHEAD_MS)
      return;
    units
      .run(systemCaller(tenant), async (unit) => {
        const found = await open(unit.tx, tenant, timeZone, data, at);
        if (found === 'forged') {
          unit.afterCommit(() => refuse('handle', 'a handle that no worker can know'));
        } else if (found > 0) unit.afterCommit(changed);
      })
      .catch((err: unknown) => log.error({ err }, 'a hand-over in view could not be recorded'));
  });
}

/** @returns how many conditions were opened. */
async function open(
  tx: Transaction,
  tenant: string,
  timeZone: string,
  { badges: handles, camera }: HandOverSeen,
  at: Date,
): Promise<number | 'forged'> {
  const day = dayAt(timeZone, at);
  const known = await resolveHandles(tx, handles, at, [day, day]);
  if (handles.some((handle) => !known.has(handle))) return 'forged';
  const agreed = handles.filter((handle) => known.get(handle) !== null);
  const rows = await sqlIn(tx)<{ badge: string; person: string }>(Prisma.sql`
    SELECT DISTINCT b.badge, b.person_id AS person FROM badge_handle h JOIN badge b ON b.id = h.badge_id
    WHERE h.handle = ANY (${agreed}::text[])`);
  const opened = await Promise.all(
    rows.map(({ badge, person }) => {
      const about = rows.find((other) => other.badge !== badge)?.badge ?? null;
      return tx.$executeRaw`
        INSERT INTO badge_condition (tenant_id, id, badge, kind, person_id, about, camera, begun_at)
        SELECT ${tenant}, ${newId()}, ${badge}, 'hand-over', ${person}, ${about}, ${camera}, ${at}::timestamptz(3)
        WHERE NOT EXISTS (SELECT 1 FROM badge_condition c
          WHERE c.badge = ${badge} AND c.kind = 'hand-over' AND c.begun_at = ${at}::timestamptz(3))
        ON CONFLICT DO NOTHING`;
    }),
  );
  return opened.reduce((sum, n) => sum + n, 0);
}
