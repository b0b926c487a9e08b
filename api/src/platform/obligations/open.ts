import type { Logger } from 'pino';
import { z } from 'zod';
import { Prisma } from '../../generated/prisma/client.ts';
import type { Accounts } from '../access/accounts.ts';
import type { Consumers } from '../consumers/types.ts';
import { sqlIn } from '../db/database.ts';
import type { Unit, Units } from '../db/unit-of-work.ts';
import type { Features } from '../features/state.ts';
import type { Files } from '../files/types.ts';
import type { Module } from '../http/app-types.ts';
import type { Jobs } from '../jobs/types.ts';
import { createObligationFeeds } from './feed.ts';
import { type ObligationKind, obligationKinds } from './kinds.ts';
import { createObligationList } from './list.ts';
import { lookAtObligations } from './look.ts';
import { reconcileKind } from './reconcile.ts';
import { createObligationRecords, OBLIGATION } from './records.ts';
import { type RefreshParts, refreshSources } from './refresh.ts';
import { obligationsModule } from './routes.ts';
import type { EndedBy, ObligationProvider, Obligations } from './types.ts';

const LOOK = 'obligations-look';
const RECONCILE = 'obligations-reconcile';

export interface ObligationParts extends RefreshParts {
  units: Units;
  files: Pick<Files, 'attach' | 'of' | 'guard'>;
  features: Pick<Features, 'check'>;
  log: Logger;
  /** The address of the app, for links in calendars; null where it is not set. */
  publicUrl: string | null;
  tenant: string;
  accounts: Pick<Accounts, 'byId'>;
  /** Those of the modules; others for a bench. */
  kinds?: readonly ObligationKind[];
}

/** The obligations of all modules: cases, the job that looks at them, the list. */
export function createObligations(parts: ObligationParts) {
  const { units, features, timeZone, kinds = obligationKinds } = parts;
  const providers = new Map<string, ObligationProvider>();

  const kindOf = (id: string): ObligationKind => {
    const kind = kinds.find((one) => one.id === id);
    if (!kind) throw new Error(`no manifest declares the obligation "${id}"`);
    return kind;
  };
  const providerOf = (id: string): ObligationProvider => {
    const provider = providers.get(id);
    if (!provider) throw new Error(`no module provides the obligation "${id}"`);
    return provider;
  };
  const refresh = (
    unit: Unit,
    kind: string,
    sources: readonly string[],
    more: { now?: Date; endedBy?: EndedBy } = {},
  ): Promise<void> => {
    const { now = new Date(), ...rest } = more;
    const given = { sources, now, ...rest };
    return refreshSources(parts, unit, kindOf(kind), providerOf(kind), given);
  };

  /** The kinds whose module is on. */
  async function enabled(): Promise<ObligationKind[]> {
    const found: ObligationKind[] = [];
    for (const kind of kinds) {
      if (kind.feature === null || (await features.check(kind.feature))) found.push(kind);
    }
    return found;
  }

  async function look(tenant: string, now = new Date()) {
    const on = new Set((await enabled()).map(({ id }) => id));
    const paused = kinds.map(({ id }) => id).filter((id) => !on.has(id));
    return lookAtObligations({ ...parts, kinds }, tenant, now, paused);
  }
  async function reconcile(tenant: string, now = new Date()): Promise<number> {
    let count = 0;
    for (const kind of await enabled()) {
      const provider = providers.get(kind.id);
      if (provider) count += await reconcileKind(parts, tenant, kind, provider, now);
    }
    return count;
  }

  const service: Obligations = {
    provide(id, provider) {
      if (providers.has(id)) throw new Error(`two modules provide the obligation "${id}"`);
      const kind = kindOf(id);
      if (kind.complete && !provider.complete) {
        throw new Error(`the obligation "${id}" declares complete, and its provider has none`);
      }
      providers.set(id, provider);
    },
    refresh: (unit, kind, sources, endedBy) =>
      refresh(unit, kind, sources, endedBy ? { endedBy } : {}),
    async postponed(tx, kind, sources) {
      if (sources.length === 0) return new Map();
      const rows = await sqlIn(tx)<{ source: string; day: string }>(Prisma.sql`
        SELECT o.source, to_char(c.due_on, 'YYYY-MM-DD') AS day FROM obligation o
        JOIN obligation_case c ON c.tenant_id = o.tenant_id AND c.obligation_id = o.id
        WHERE o.kind = ${kind} AND o.source = ANY(${[...sources]}::text[])
          AND c.ended_at IS NULL AND c.postponed_at IS NOT NULL AND c.due_on IS NOT NULL`);
      return new Map(rows.map(({ source, day }) => [source, day]));
    },
  };

  const records = createObligationRecords({
    units,
    files: parts.files,
    timeZone,
    enabled,
    refresh,
    providerOf,
  });
  parts.files.guard(OBLIGATION, records.mayReadFile);
  const list = createObligationList({ units, timeZone, publicUrl: parts.publicUrl, enabled });
  const feeds = createObligationFeeds({ ...parts, list });
  const module: Module = obligationsModule({ list, records, feeds, enabled });

  return {
    ...service,
    module,
    look,
    reconcile,
    /** {@link Obligations.refresh} as at an instant. */
    refreshAt: (unit: Unit, kind: string, sources: readonly string[], now: Date) =>
      refresh(unit, kind, sources, { now }),

    /** Defines the jobs and what the obligations react to; to be called once, before the start. */
    async schedule(jobs: Jobs, consumers: Consumers): Promise<void> {
      // The rows of the modules first: a case that is settled meanwhile is not told of.
      jobs.define(RECONCILE, { atStart: true, expireSeconds: 1_800 }, async (_data, { tenant }) => {
        await reconcile(tenant);
        await look(tenant);
      });
      jobs.define(LOOK, { expireSeconds: 1_800 }, async (_data, { tenant }) => {
        const { opened, told } = await look(tenant);
        if (opened + told > 0) parts.log.info({ opened, told }, 'obligations looked at');
      });
      await jobs.schedule(RECONCILE, '10 3 * * *', {}, timeZone);
      await jobs.schedule(LOOK, '*/5 * * * *', {}, timeZone);
      consumers.on({
        name: 'obligations.person-changed',
        types: ['transferred', 'left', 'returned'].map((what) => `cn.anshi.person.${what}.v1`),
        handle: (unit, { subject }) => followPerson(unit, subject),
      });
      consumers.on({
        name: 'obligations.rule-changed',
        types: ['cn.anshi.rule-override.*', 'cn.anshi.feature.*'],
        handle: (unit) => jobs.send(unit.tx, RECONCILE, {}, { key: 'changed' }),
      });
    },
  };

  /** Their department decides who sees what they owe, and one who left owes nothing. */
  async function followPerson(unit: Unit, person: string | null): Promise<void> {
    const parsed = z.string().safeParse(person);
    if (!parsed.success) return;
    const rows = await unit.tx.obligation.findMany({
      where: { personId: parsed.data },
      select: { kind: true, source: true },
    });
    for (const kind of new Set(rows.map((row) => row.kind))) {
      if (!providers.has(kind)) continue;
      await refresh(
        unit,
        kind,
        rows.filter((row) => row.kind === kind).map(({ source }) => source),
      );
    }
  }
}
