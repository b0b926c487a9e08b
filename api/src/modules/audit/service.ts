import type { z } from 'zod';
import type { Account } from '../../platform/access/account.ts';
import { actorOf } from '../../platform/access/account.ts';
import type { Caller } from '../../platform/access/caller.ts';
import { reachOf } from '../../platform/access/scope.ts';
import { rulesInForce } from '../../platform/audit/unusual/watch.ts';
import type { Database } from '../../platform/db/database.ts';
import type { Units } from '../../platform/db/unit-of-work.ts';
import { Problem } from '../../platform/http/errors.ts';
import { listOrder, type Position } from '../../platform/kit/list-order.ts';
import { type Filters, findBySeq, findLines, type lineColumns, newestLines } from './repository.ts';
import type {
  ExportQuery,
  findingDetail,
  findingPage,
  findingQuery,
  findingSchema,
  LineQuery,
  linePage,
  ruleList,
  ruleRequest,
} from './schema.ts';
import { csvHead, showFinding, showLine, toCsv } from './view.ts';

type SignedIn = Caller & { account: Account };
type Finding = z.infer<typeof findingSchema>;

/** The order of the list of findings. */
const newestFindings = listOrder('audit findings', 'desc', { id: 'id' });

const EXPORT_BATCH = 1_000;

/** Findings, rules and the chain concern everyone, so they require the scope all. */
export function requireAll(account: Account): void {
  if (reachOf(account, 'audit:read').scope !== 'all') {
    throw new Problem('auth.forbidden', 'It needs the permission audit:read for all.');
  }
}

export type AuditService = ReturnType<typeof createAuditService>;

/** Functions for auditors. Reading the log leaves a line, too. */
export function createAuditService(options: { database: Database; units: Units }) {
  const { database, units } = options;

  async function* lines(account: Account, query: ExportQuery): AsyncGenerator<string> {
    const { format, ...filters } = query;
    const reach = reachOf(account, 'audit:read');
    if (format === 'csv') yield csvHead;
    let after: Position<typeof lineColumns> | null = null;
    for (;;) {
      const rows = await database.transaction(actorOf(account), (tx) =>
        findLines(tx, { filters, reach, after, limit: EXPORT_BATCH }),
      );
      const shown = rows.map(showLine);
      yield shown
        .map((line) => (format === 'csv' ? toCsv(line) : `${JSON.stringify(line)}\n`))
        .join('');
      const last = rows.at(-1);
      if (!last || rows.length < EXPORT_BATCH) return;
      after = last;
    }
  }

  return {
    list: (caller: SignedIn, query: LineQuery): Promise<z.infer<typeof linePage>> =>
      units.run(caller, async (unit) => {
        const { limit, cursor, ...filters } = query;
        const rows = await findLines(unit.tx, {
          filters,
          reach: reachOf(caller.account, 'audit:read'),
          after: newestLines.after(cursor),
          limit: limit + 1,
        });
        const page = newestLines.page(rows, limit);
        const asked = { ...given(filters), ...(cursor === undefined ? {} : { cursor }) };
        await unit.audit({ action: 'query', entity: 'audit', after: asked });
        return {
          items: page.rows.map(showLine),
          next: page.next,
        };
      }),

    /** Records the export first, and then streams the lines. */
    async export(caller: SignedIn, query: ExportQuery): Promise<AsyncGenerator<string>> {
      const { format, ...filters } = query;
      const after = { format, ...given(filters) };
      await units.run(caller, (unit) => unit.audit({ action: 'export', entity: 'audit', after }));
      return lines(caller.account, query);
    },

    findings: (
      account: Account,
      query: z.infer<typeof findingQuery>,
    ): Promise<z.infer<typeof findingPage>> => {
      requireAll(account);
      return database.transaction(actorOf(account), async (tx) => {
        const rows = await tx.auditFinding.findMany({
          where: {
            ...(query.state === undefined
              ? {}
              : { handledAt: query.state === 'open' ? null : { not: null } }),
            ...newestFindings.beyond(newestFindings.after(query.cursor)),
          },
          orderBy: newestFindings.by(),
          take: query.limit + 1,
        });
        const page = newestFindings.page(rows, query.limit);
        const open = query.cursor
          ? undefined
          : await tx.auditFinding.count({ where: { handledAt: null } });
        return {
          items: page.rows.map(showFinding),
          next: page.next,
          ...(open === undefined ? {} : { counts: { open } }),
        };
      });
    },

    finding: (caller: SignedIn, id: string): Promise<z.infer<typeof findingDetail>> => {
      requireAll(caller.account);
      return units.run(caller, async (unit) => {
        const row = await unit.tx.auditFinding.findFirst({ where: { id } });
        if (!row) throw new Problem('audit.finding-unknown');
        await unit.audit({ action: 'view', entity: 'audit-finding', id });
        const behind = await findBySeq(unit.tx, row.seqs, reachOf(caller.account, 'audit:read'));
        return { ...showFinding(row), lines: behind.map(showLine) };
      });
    },

    /** A finding cannot be closed by the person concerned. */
    handle: (caller: SignedIn, id: string, note: string): Promise<Finding> => {
      requireAll(caller.account);
      return units.run(caller, async (unit) => {
        const row = await unit.tx.auditFinding.findFirst({ where: { id } });
        if (!row) throw new Problem('audit.finding-unknown');
        if (row.userId === caller.account.id) {
          throw new Problem(
            'auth.forbidden',
            'You are concerned by this finding; another auditor has to handle it.',
          );
        }
        const { count } = await unit.tx.auditFinding.updateMany({
          where: { id, handledAt: null },
          data: { handledBy: caller.account.id, handledAt: new Date(), note },
        });
        if (count === 0) throw new Problem('audit.finding-handled');
        await unit.audit({ action: 'handle', entity: 'audit-finding', id, after: { note } });
        const now = await unit.tx.auditFinding.findFirstOrThrow({ where: { id } });
        return showFinding(now);
      });
    },

    rules: (account: Account): Promise<z.infer<typeof ruleList>> => {
      requireAll(account);
      return database.transaction(actorOf(account), async (tx) => ({
        items: (await rulesInForce(tx)).map(({ rule, active, params }) => ({
          id: rule.id,
          name: rule.name,
          active,
          params,
          usual: rule.params,
        })),
        next: null,
      }));
    },

    /** Changes the tenant's thresholds of a rule; unknown ones are refused. */
    changeRule: (caller: SignedIn, id: string, request: z.infer<typeof ruleRequest>) => {
      requireAll(caller.account);
      return units.run(caller, async (unit) => {
        const before = (await rulesInForce(unit.tx)).find(({ rule }) => rule.id === id);
        if (!before) throw new Problem('audit.rule-unknown');
        const strange = Object.keys(request.params).filter((name) => !(name in before.rule.params));
        if (strange.length > 0) {
          throw new Problem('request.invalid', `The rule has no number ${strange.join(', ')}.`);
        }
        const params = { ...before.params, ...request.params };
        const data = { active: request.active, params, updatedBy: caller.account.id };
        await unit.tx.auditRule.upsert({
          where: { tenantId_id: { tenantId: caller.tenant, id } },
          create: { tenantId: caller.tenant, id, ...data },
          update: { ...data, updatedAt: new Date() },
        });
        await unit.audit({
          action: 'update',
          entity: 'audit-rule',
          id,
          before: { active: before.active, ...before.params },
          after: { active: request.active, ...params },
        });
        const { rule } = before;
        return { id, name: rule.name, active: request.active, params, usual: rule.params };
      });
    },
  };
}

const given = (filters: Filters) =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
