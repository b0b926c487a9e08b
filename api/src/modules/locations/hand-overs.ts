import { AHEAD_MS, type HandOverSeen, handOverSeen, topics } from '@anshi/contracts';
import { Prisma } from '../../generated/prisma/client.ts';
import { systemCaller } from '../../platform/access/caller.ts';
import { sqlIn } from '../../platform/db/database.ts';
import { newId } from '../../platform/db/ids.ts';
import type { Unit } from '../../platform/db/unit-of-work.ts';
import type { Platform } from '../../platform/module.ts';
import { whoHeld } from '../cameras/who-held.ts';
import { isWorkerRevoked } from '../devices/revoked.ts';
import { dayAt, resolveHandles } from '../positions/handles.ts';
import { holdNamed, withholdNames } from './withhold.ts';

/** Workers repeat a hand-over for two days; older ones are refused, ms. */
const LATEST_MS = 48 * 3_600_000 + 15 * 60_000;
/** It is noticed some seconds after it happened, with handles that may be those of the day before, ms. */
const NOTICED_MS = 60_000;

/**
 * Opens a condition for both badges of each hand-over that a worker saw. It stays open, and neither badge is a name, until a
 * person closes it. Names that came in before it, and were said after it, become ambiguous. A worker tells one again until it
 * hears that the badges are suspect: each is kept once.
 *
 * @param changed called where one was opened.
 */
export function takeHandOvers(
  platform: Pick<
    Platform,
    'bus' | 'busSigner' | 'busRefusals' | 'units' | 'services' | 'settings' | 'log'
  >,
  changed: () => void,
): void {
  const { bus, busSigner, busRefusals, units, services, settings, log } = platform;
  const { tenant } = settings;
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
    const at = new Date(data.at);
    const age = Date.now() - at.getTime();
    if (age > LATEST_MS || age < -AHEAD_MS) return;
    return units
      .run(systemCaller(tenant), async (unit) => {
        if (await isWorkerRevoked(unit.tx, worker)) return;
        const held = await whoHeld(unit.tx, camera, worker, at);
        // Not known yet, as its status is still on its way: it tells this again.
        if (held === 'unknown' && states.holderOf(camera) === null) return;
        if (typeof held === 'object' && !held.isSure) return;
        if (held !== 'itself') {
          unit.afterCommit(() => refuse('sender', 'the camera is that of another worker'));
          return;
        }
        const found = await open(unit, platform, data, at);
        if (found === 'forged') {
          unit.afterCommit(() => refuse('handle', 'a handle that no worker can know'));
        } else if (found > 0) unit.afterCommit(changed);
      })
      .catch((err: unknown) => log.error({ err }, 'a hand-over in view could not be recorded'));
  });
}

/** @returns how many conditions were opened. */
async function open(
  unit: Unit,
  { services, settings }: Pick<Platform, 'services' | 'settings'>,
  { badges: handles, camera }: HandOverSeen,
  at: Date,
): Promise<number | 'forged'> {
  const { tx } = unit;
  const { tenant, timeZone } = settings;
  // Opened after this module.
  const incidents = services.get('incidents').service;
  const { events } = services.get('violations');
  const worn = await sqlIn(tx)<{ badge: string; person: string }>(Prisma.sql`
    SELECT DISTINCT b.badge, b.person_id AS person FROM badge_handle h JOIN badge b ON b.id = h.badge_id
    WHERE h.handle = ANY (${[...handles]}::text[])`);
  const badges = worn.map(({ badge }) => badge);
  await holdNamed(unit, incidents, badges, at);
  // What is being recorded of them is committed first, and is found below, or waits and finds the condition: see resolveHandles.
  await sqlIn(tx)(Prisma.sql`
    SELECT id FROM person WHERE id = ANY (${worn.map(({ person }) => person)}::text[])
    ORDER BY id FOR NO KEY UPDATE`);
  const days = [new Date(at.getTime() - NOTICED_MS), at].map((one) => dayAt(timeZone, one));
  const known = await resolveHandles(tx, handles, at, days as [string, string]);
  if (handles.some((handle) => !known.has(handle))) return 'forged';
  const agreed = handles.filter((handle) => known.get(handle) !== null);
  const rows = await sqlIn(tx)<{ badge: string; person: string }>(Prisma.sql`
    SELECT DISTINCT b.badge, b.person_id AS person FROM badge_handle h JOIN badge b ON b.id = h.badge_id
    WHERE h.handle = ANY (${agreed}::text[])`);
  const given = rows.map(({ badge, person }) => {
    const about = rows.find((other) => other.badge !== badge)?.badge ?? '';
    return { id: newId(), badge, person, about };
  });
  // One was taken before also where the badge had another open condition then, and is named in that of the other badge alone.
  const opened = await sqlIn(tx)(Prisma.sql`
    INSERT INTO badge_condition (tenant_id, id, badge, kind, person_id, about, camera, begun_at)
    SELECT ${tenant}, g.id, g.badge, 'hand-over', g.person, nullif(g.about, ''), ${camera}, ${at}::timestamptz(3)
    FROM unnest(${given.map(({ id }) => id)}::text[], ${given.map(({ badge }) => badge)}::text[],
      ${given.map(({ person }) => person)}::text[], ${given.map(({ about }) => about)}::text[])
      AS g (id, badge, person, about)
    WHERE NOT EXISTS (SELECT 1 FROM badge_condition c
      WHERE c.kind = 'hand-over' AND c.begun_at = ${at}::timestamptz(3)
        AND (c.badge = g.badge OR (c.badge = g.about AND c.about = g.badge)))
    ON CONFLICT DO NOTHING RETURNING id`);
  const count = opened.length;
  if (count > 0) await withholdNames(unit, { incidents, events }, badges, at);
  return count;
}
