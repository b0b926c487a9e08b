import type { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import { sqlIn } from '../../platform/db/database.ts';
import type { User } from '../../platform/kit/routes.ts';
import type { Platform } from '../../platform/module.ts';
import type { Devices, Now } from './devices.ts';
import {
  type BoardItem,
  type boardSchema,
  CELL_MINUTES,
  DAY_CELLS,
  type DeviceKind,
  deviceKinds,
  type OutageFault,
  type OutageView,
} from './schema.ts';

const CELL_MS = CELL_MINUTES * 60_000;
/** The better first. */
const signs = '-ofpx';
const signOf = { ok: 'o', fair: 'f', poor: 'p', off: 'x' } as const;

/** How a device is while an outage lasts. */
function nowWhile(fault: string, now: BoardItem['now']): BoardItem['now'] {
  if (fault === 'offline') return 'off';
  if (fault !== 'network') return 'poor';
  return now === 'ok' ? 'fair' : now;
}

/** The last 24 hours of all devices, as strips. */
export function createBoard({ units }: Pick<Platform, 'units'>, devices: Devices) {
  return (user: User): Promise<z.infer<typeof boardSchema>> =>
    units.run(user, async ({ tx }) => {
      // The running cell is the last one.
      const to = Math.ceil(Date.now() / CELL_MS) * CELL_MS;
      const from = to - DAY_CELLS * CELL_MS;
      const minutes = await sqlIn(tx)<{
        kind: DeviceKind;
        subject: string;
        cell: number;
        state: keyof typeof signOf;
      }>(Prisma.sql`
        SELECT kind, subject, floor(extract(epoch FROM at - ${new Date(from)}::timestamptz) / ${CELL_MINUTES * 60})::int AS cell,
          (array_agg(state ORDER BY array_position(ARRAY['off', 'poor', 'fair', 'ok'], state::text)))[1] AS state
        FROM device_health_minute WHERE at >= ${new Date(from)} AND at < ${new Date(to)}
        GROUP BY 1, 2, 3`);
      const outages = await tx.deviceOutage.findMany({
        where: {
          begunAt: { lt: new Date(to) },
          OR: [{ endedAt: null }, { endedAt: { gt: new Date(from) } }],
        },
        orderBy: { begunAt: 'asc' },
      });
      const nameOf = await devices.names(tx);
      const strips = new Map<string, string[]>();
      const stripOf = (kind: string, subject: string): string[] => {
        const key = `${kind} ${subject}`;
        const strip = strips.get(key) ?? Array<string>(DAY_CELLS).fill('-');
        strips.set(key, strip);
        return strip;
      };
      const mark = (strip: string[], cell: number, sign: string) => {
        const before = strip[cell];
        if (before !== undefined && signs.indexOf(sign) > signs.indexOf(before)) strip[cell] = sign;
      };
      for (const { kind, subject, cell, state } of minutes) {
        mark(stripOf(kind, subject), cell, signOf[state]);
      }
      for (const { kind, subject, fault, begunAt, endedAt } of outages) {
        const first = Math.max(0, Math.floor((begunAt.getTime() - from) / CELL_MS));
        const last = Math.floor(((endedAt?.getTime() ?? Date.now()) - from) / CELL_MS);
        const strip = stripOf(kind, subject);
        for (let cell = first; cell <= Math.min(last, DAY_CELLS - 1); cell++) {
          mark(strip, cell, fault === 'offline' ? 'x' : fault === 'network' ? 'f' : 'p');
        }
      }
      const now = new Map(devices.now().map((one) => [`${one.kind} ${one.subject}`, one]));
      // What is on record and not heard of any more is shown, too.
      for (const key of [...now.keys()]) stripOf(...(key.split(' ') as [string, string]));
      const items = [...strips].map(([key, cells]): BoardItem => {
        const [kind, subject] = key.split(' ') as [DeviceKind, string];
        const known: Now = now.get(key) ?? {
          kind,
          subject,
          now: 'none',
          reasons: [],
          problem: null,
          worker: null,
        };
        const lasting = outages.filter(
          (one) => one.kind === kind && one.subject === subject && one.endedAt === null,
        );
        // What matters more than the network that it came over.
        const open = lasting.findLast(({ fault }) => fault !== 'network') ?? lasting[0];
        return {
          ...known,
          ...(open && known.now !== 'none' ? { now: nowWhile(open.fault, known.now) } : {}),
          outage: open
            ? {
                fault: open.fault as OutageFault,
                cause: open.cause as OutageView['cause'],
                message: open.message,
                begunAt: open.begunAt.toISOString(),
              }
            : null,
          name: nameOf(kind, subject),
          cells: cells.join(''),
        };
      });
      const rank = ({ kind, now: state }: BoardItem) =>
        deviceKinds.indexOf(kind) * 10 + ['off', 'poor', 'fair', 'none', 'ok'].indexOf(state);
      items.sort((a, b) => rank(a) - rank(b) || a.subject.localeCompare(b.subject));
      return { from: new Date(from).toISOString(), to: new Date(to).toISOString(), items };
    });
}
