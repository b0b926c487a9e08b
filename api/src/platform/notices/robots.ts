import { ulid } from 'ulid';
import type { z } from 'zod';
import { type Account, actorOf } from '../access/account.ts';
import type { Caller } from '../access/caller.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { Units } from '../db/unit-of-work.ts';
import { Problem } from '../http/errors.ts';
import { type AllowList, requireTarget } from '../outbox/outward.ts';
import type { SealedTable } from '../sealed/rotation.ts';
import type { Sealed } from '../sealed/sealed.ts';
import { type Robot, type RobotFormat, sendToRobot } from './channels/robots.ts';
import type { Outcome, Sender } from './channels/types.ts';
import type { robotPatch, robotRequest, robotSchema } from './schema.ts';

/** Location of robots' addresses and secrets, for key rotation. */
export const sealedNoticeRobots: SealedTable = {
  dataClass: 'integration',
  table: 'notice_robot',
  rowId: 'id',
  columns: [{ sealed: 'url' }, { sealed: 'secret' }],
};

type View = z.infer<typeof robotSchema>;
type Row = Awaited<ReturnType<Transaction['noticeRobot']['findFirstOrThrow']>>;

export type Robots = ReturnType<typeof createRobots>;

/**
 * The robots of chat groups (WeCom, DingTalk, Feishu) and other addresses that accept notices as
 * JSON. The address is a credential for the group, so it is sealed and never returned.
 */
export function createRobots(options: {
  database: Database;
  units: Units;
  sealed: Sealed;
  publicUrl: string | null;
  /** Allowed internal addresses. */
  allowed: AllowList;
}) {
  const { database, units, sealed, publicUrl, allowed } = options;
  const place = (tenant: string, row: string, column: 'url' | 'secret') => ({
    tenant,
    dataClass: 'integration',
    table: 'notice_robot',
    column,
    row,
  });

  async function open(tx: Transaction, { tenantId, id, format, url, secret }: Row): Promise<Robot> {
    return {
      format: format as RobotFormat,
      url: await sealed.open(tx, place(tenantId, id, 'url'), url),
      secret: secret && (await sealed.open(tx, place(tenantId, id, 'secret'), secret)),
    };
  }

  async function show(tx: Transaction, row: Row): Promise<View> {
    const { id, name, kinds, on } = row;
    return {
      id,
      name,
      kinds,
      on,
      format: row.format as RobotFormat,
      language: row.language as View['language'],
      severity: row.severity as View['severity'],
      host: new URL((await open(tx, row)).url).host,
      signed: row.secret !== null,
    };
  }

  async function sealFields(
    tx: Transaction,
    tenant: string,
    id: string,
    { url, secret }: { url?: string | undefined; secret?: string | null | undefined },
  ) {
    if (url !== undefined) requireTarget(url, allowed);
    return {
      ...(url === undefined ? {} : { url: await sealed.seal(tx, place(tenant, id, 'url'), url) }),
      ...(secret === undefined
        ? {}
        : { secret: secret && (await sealed.seal(tx, place(tenant, id, 'secret'), secret)) }),
    };
  }

  async function find(tx: Transaction, id: string): Promise<Row> {
    const row = await tx.noticeRobot.findFirst({ where: { id } });
    if (!row) throw new Problem('notice.robot-unknown');
    return row;
  }

  return {
    list: (account: Account): Promise<View[]> =>
      database.transaction(actorOf(account), async (tx) => {
        const rows = await tx.noticeRobot.findMany({ orderBy: { id: 'asc' } });
        const views: View[] = [];
        for (const row of rows) views.push(await show(tx, row));
        return views;
      }),

    add: (caller: Caller, request: z.infer<typeof robotRequest>): Promise<View> =>
      units.run(caller, async (unit) => {
        const id = ulid();
        const { url, secret, ...fields } = request;
        const hidden = await sealFields(unit.tx, caller.tenant, id, { url, secret });
        const row = await unit.tx.noticeRobot.create({
          data: { tenantId: caller.tenant, id, ...fields, ...hidden, url: hidden.url ?? '' },
        });
        const view = await show(unit.tx, row);
        await unit.audit({ action: 'create', entity: 'notice-robot', id, after: { ...view } });
        return view;
      }),

    change: (caller: Caller, id: string, patch: z.infer<typeof robotPatch>): Promise<View> =>
      units.run(caller, async (unit) => {
        const before = await show(unit.tx, await find(unit.tx, id));
        const { url, secret, ...rest } = patch;
        const given = Object.entries(rest).filter(([, value]) => value !== undefined);
        const hidden = await sealFields(unit.tx, caller.tenant, id, { url, secret });
        await unit.tx.noticeRobot.updateMany({
          where: { id },
          data: { ...Object.fromEntries(given), ...hidden },
        });
        const after = await show(unit.tx, await find(unit.tx, id));
        const changed = {
          entity: 'notice-robot',
          id,
          before: { ...before },
          after: { ...after },
        } as const;
        await unit.audit({ action: 'update', ...changed });
        return after;
      }),

    remove: (caller: Caller, id: string): Promise<void> =>
      units.run(caller, async (unit) => {
        const before = await show(unit.tx, await find(unit.tx, id));
        await unit.tx.noticeRobot.deleteMany({ where: { id } });
        const changed = { entity: 'notice-robot', id, before: { ...before } } as const;
        await unit.audit({ action: 'delete', ...changed });
      }),

    /** Sends a test at once and returns the result. */
    async test(account: Account, id: string): Promise<Outcome> {
      const { robot, language } = await database.transaction(actorOf(account), async (tx) => {
        const row = await find(tx, id);
        return { robot: await open(tx, row), language: row.language as View['language'] };
      });
      const title = { zh: '测试通知', en: 'Test notice' };
      const body = { zh: '安视可以向本群发送通知。', en: 'Anshi can write to this group.' };
      const told = { id, kind: 'test', severity: 'info', title, body, link: null } as const;
      const notices = [{ ...told, at: new Date() }];
      const message = { tenant: account.tenant, recipient: id, language, digest: false, notices };
      return sendToRobot(robot, message, publicUrl, allowed);
    },

    sender: {
      lacks: () => null,
      async send(message) {
        const { tenant, recipient } = message;
        const found = await database.transaction({ tenant, user: null }, async (tx) => {
          const row = await tx.noticeRobot.findFirst({ where: { id: recipient } });
          if (!row?.on) return null;
          return { robot: await open(tx, row), language: row.language as View['language'] };
        });
        if (!found) return { result: 'skipped', detail: 'robot-off' };
        const worded = { ...message, language: found.language };
        return sendToRobot(found.robot, worded, publicUrl, allowed);
      },
    } satisfies Sender,
  };
}
