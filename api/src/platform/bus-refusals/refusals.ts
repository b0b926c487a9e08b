import {
  type BusRefusalKind,
  busRefusal,
  busUserName,
  REFUSED_TOPIC,
  readBusUserName,
  storableText,
} from '@anshi/contracts';
import type { Logger } from 'pino';
import { z } from 'zod';
import { systemCaller } from '../access/caller.ts';
import { holdersOf } from '../access/holders.ts';
import type { Bus } from '../bus.ts';
import type { BusUsers } from '../bus-users/types.ts';
import type { Unit, Units } from '../db/unit-of-work.ts';
import type { Metrics } from '../metrics.ts';
import type { Notices } from '../notices/types.ts';
import { refusalWords } from './words.ts';

/** What is counted is written this often. */
const WRITE_EVERY_MS = 2_000;
/** A person is told of the same user and kind this often at most. */
const TELL_EVERY_MS = 3_600_000;
/** Names that no user has come from outside: they share a row. */
export const UNKNOWN_USER = '(unknown)';

/** Something that was not taken of a user of the bus. */
export interface Refused {
  /** As the broker knows it, such as `worker-gate`. */
  user: string;
  what: BusRefusalKind;
  topic: string | null;
  /** For the person who looks for the cause. */
  detail?: string;
}

export interface BusRefusals {
  /** Counts it; it is written, shown and told within seconds. Never throws. */
  note(refused: Refused): void;
  close(): Promise<void>;
}

interface Open extends Refused {
  count: number;
  firstAt: Date;
  lastAt: Date;
}

/**
 * Counts what the broker and the API refuse on the bus, keeps it by user and kind, and tells those who
 * administrate the bus. A flood of refused messages is one row and one notice an hour.
 */
export function openBusRefusals(options: {
  bus: Bus;
  users: Pick<BusUsers, 'list'>;
  units: Units;
  notices: Notices;
  metrics: Metrics;
  log: Logger;
  tenant: string;
  writeEveryMs?: number;
}): BusRefusals {
  const { bus, users, units, notices, metrics, log, tenant } = options;
  const open = new Map<string, Open>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  let closed = false;

  function add(refused: Refused, count: number, at: Date): void {
    const kind = readBusUserName(refused.user)?.kind ?? 'unknown';
    metrics.busRefused.inc({ kind, what: refused.what }, count);
    const user = kind === 'unknown' ? UNKNOWN_USER : refused.user;
    const key = `${user} ${refused.what}`;
    const known = open.get(key);
    open.set(key, {
      ...refused,
      user,
      detail: refused.detail ?? (kind === 'unknown' ? `as "${refused.user.slice(0, 160)}"` : ''),
      count: count + (known?.count ?? 0),
      firstAt: known?.firstAt ?? at,
      lastAt: at,
    });
    if (!closed) timer ??= setTimeout(flush, options.writeEveryMs ?? WRITE_EVERY_MS);
  }

  function flush(): void {
    timer = undefined;
    const batch = [...open.values()];
    open.clear();
    if (batch.length > 0) {
      writing = writing
        .then(() => write(batch))
        .catch((error: unknown) => {
          log.warn({ err: error }, 'what the bus refused was not written');
        });
    }
  }

  async function write(batch: Open[]): Promise<void> {
    const names = new Set((await users.list()).map(busUserName));
    await units.run(systemCaller(tenant), async (unit) => {
      const toTell: Open[] = [];
      for (const one of rowsOf(batch, names)) if (await keep(unit, one)) toTell.push(one);
      if (toTell.length > 0) await tell(unit, toTell);
    });
  }

  /** @returns whether a person is to be told. */
  async function keep(unit: Unit, one: Open): Promise<boolean> {
    const key = { tenantId: tenant, userName: one.user, what: one.what };
    const detail = one.detail ? storableText(one.detail, 500) : null;
    const topic = one.topic === null ? null : storableText(one.topic, 256);
    const row = await unit.tx.busRefusal.upsert({
      where: { tenantId_userName_what: key },
      create: { ...key, count: one.count, firstAt: one.firstAt, lastAt: one.lastAt, topic, detail },
      update: { count: { increment: one.count }, lastAt: one.lastAt, topic, detail },
    });
    const due = new Date(one.lastAt.getTime() - TELL_EVERY_MS);
    if (row.toldAt !== null && row.toldAt > due) return false;
    const { count } = await unit.tx.busRefusal.updateMany({
      where: { ...key, OR: [{ toldAt: null }, { toldAt: { lte: due } }] },
      data: { toldAt: one.lastAt },
    });
    return count === 1;
  }

  async function tell(unit: Unit, refused: Open[]): Promise<void> {
    const shown = refused.slice(0, 5);
    const more = refused.length > shown.length ? ' …' : '';
    const lines = {
      zh: shown.map(
        ({ user, what, count }) =>
          `${user === UNKNOWN_USER ? '未知用户' : user}：${refusalWords[what].zh}（${count} 次）`,
      ),
      en: shown.map(
        ({ user, what, count }) =>
          `${user === UNKNOWN_USER ? 'Unknown user' : user}: ${refusalWords[what].en} (${count})`,
      ),
    };
    await notices.notify(unit, {
      to: await holdersOf(unit.tx, 'bus:read'),
      kind: 'bus.refused',
      severity: 'warning',
      title: { zh: '消息总线拒绝了消息', en: 'The message bus refused something' },
      body: {
        zh: `${lines.zh.join('；')}${more}。可能是配置错误，也可能有人冒充设备；请在“消息总线”页面核对。`,
        en: `${lines.en.join('; ')}${more}. A device is set up wrongly, or somebody poses as one: look at the page of the message bus.`,
      },
      link: '/admin/bus',
      subject: null,
    });
  }

  bus.subscribe(REFUSED_TOPIC, 0, (_topic, message) => {
    const batch = z.array(z.unknown()).max(500).safeParse(message);
    for (const one of batch.data ?? []) {
      // One by one: what is wrong with one hides no other.
      const read = busRefusal.safeParse(one);
      if (!read.success) continue;
      const { user, what, topic, count, at } = read.data;
      add({ user, what, topic }, count, new Date(at));
    }
  });

  return {
    note: (refused) => add(refused, 1, new Date()),
    async close() {
      closed = true;
      clearTimeout(timer);
      flush();
      await writing;
    },
  };
}

/** The rows of a batch. Names that are only tried come from outside: they share a row. */
function rowsOf(batch: readonly Open[], names: ReadonlySet<string>): Open[] {
  const rows = new Map<string, Open>();
  for (const one of batch) {
    const isGuess = one.what === 'sign-in' && !names.has(one.user);
    const row = isGuess
      ? { ...one, user: UNKNOWN_USER, detail: one.detail || `as "${one.user}"` }
      : { ...one, user: storableText(one.user, 160) };
    const key = `${row.user} ${row.what}`;
    const known = rows.get(key);
    if (!known) rows.set(key, row);
    else {
      const last = known.lastAt > row.lastAt ? known : row;
      const firstAt = new Date(Math.min(known.firstAt.getTime(), row.firstAt.getTime()));
      rows.set(key, { ...last, count: known.count + row.count, firstAt });
    }
  }
  return [...rows.values()];
}
