import type { Logger } from 'pino';
import { ulid } from 'ulid';
import { systemCaller } from '../../access/caller.ts';
import { holdersOf } from '../../access/holders.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { Unit, Units } from '../../db/unit-of-work.ts';
import { type Loop, startLoop } from '../../feed/loop.ts';
import { noticeLink } from '../../notices/kinds.ts';
import type { Notices } from '../../notices/types.ts';
import { type RuleParams, type UnusualRule, unusualRules } from './rules.ts';
import { type Candidate, MOST_LINES, search } from './search.ts';

const EVERY_MS = 30_000;

/** A rule with the tenant's parameters. */
export interface RuleInForce {
  rule: UnusualRule;
  active: boolean;
  params: RuleParams;
}

export async function rulesInForce(tx: Transaction): Promise<RuleInForce[]> {
  const own = new Map((await tx.auditRule.findMany()).map((row) => [row.id, row]));
  return unusualRules.map((rule) => {
    const changed = own.get(rule.id);
    const params = { ...rule.params, ...((changed?.params as RuleParams | undefined) ?? {}) };
    return { rule, active: changed?.active ?? true, params };
  });
}

export interface FoundOptions {
  units: Units;
  notices: Notices;
  tenant: string;
  timeZone: string;
}

/** Periodically searches the log for unusual activity; auditors get a notice of each finding. */
export function watchForUnusual(
  options: FoundOptions & { database: Database; log: Logger; everyMs?: number },
): Loop {
  return startLoop({
    name: 'audit-findings',
    log: options.log,
    everyMs: options.everyMs ?? EVERY_MS,
    async pass() {
      await lookForUnusual(options, new Date());
      return false;
    },
  });
}

/**
 * Evaluates the last window of each rule. A known finding is updated while it continues, not
 * repeated.
 *
 * @returns the ids of new findings.
 */
export async function lookForUnusual(options: FoundOptions, now: Date): Promise<string[]> {
  const { units, tenant, timeZone } = options;
  return units.run(systemCaller(tenant), async (unit) => {
    const key = `anshi:audit-findings:${tenant}`;
    const [lock] = await unit.tx.$queryRaw<{ got: boolean }[]>`
      SELECT pg_try_advisory_xact_lock(hashtextextended(${key}, 0)) AS got`;
    if (!lock?.got) return [];
    const found: string[] = [];
    for (const { rule, active, params } of await rulesInForce(unit.tx)) {
      if (!active) continue;
      for (const one of await search(unit.tx, rule, params, { now, zone: timeZone })) {
        const id = await keep(unit, options, { rule, params, one });
        if (id) found.push(id);
      }
    }
    return found;
  });
}

/** @returns the id of a new finding. */
async function keep(
  unit: Unit,
  options: FoundOptions,
  { rule, params, one }: { rule: UnusualRule; params: RuleParams; one: Candidate },
): Promise<string | null> {
  const { tx } = unit;
  const last = await tx.auditFinding.findFirst({
    where: { rule: rule.id, subject: one.subject },
    orderBy: { lastAt: 'desc' },
  });
  const overlaps = last !== null && last.lastAt >= one.firstAt;
  const newer = last ? one.seqs.filter((seq) => !last.seqs.includes(seq)) : one.seqs;
  if (last && overlaps && newer.length === 0) return null;
  const who = one.userName ?? one.subject;
  if (last && overlaps && last.handledAt === null) {
    const grown = rule.kind === 'addresses' ? 0 : last.count + newer.length;
    const count = Math.max(one.count, grown);
    await tx.auditFinding.updateMany({
      where: { id: last.id },
      data: {
        count,
        lastAt: one.lastAt,
        seqs: [...newer, ...last.seqs].slice(0, MOST_LINES),
        text: rule.words({ who, count }, params),
      },
    });
    return null;
  }
  // Lines of a resolved finding do not count; a new one needs the minimum again.
  if (last && overlaps && newer.length < (params.minimum ?? 1)) return null;
  const count = overlaps && rule.kind !== 'addresses' ? newer.length : one.count;
  return writeFinding(unit, options, {
    rule: rule.id,
    severity: rule.severity,
    subject: one.subject,
    userId: one.userId,
    userName: one.userName,
    text: rule.words({ who, count }, params),
    firstAt: one.firstAt,
    lastAt: one.lastAt,
    count,
    seqs: overlaps ? newer : one.seqs,
  });
}

/** Stores a finding and notifies the auditors, except the person concerned. */
export async function writeFinding(
  unit: Unit,
  { notices, tenant }: Pick<FoundOptions, 'notices' | 'tenant'>,
  finding: {
    rule: string;
    severity: 'info' | 'warning' | 'critical';
    subject: string;
    userId: string | null;
    userName: string | null;
    text: { zh: string; en: string };
    firstAt: Date;
    lastAt: Date;
    count: number;
    seqs: bigint[];
  },
): Promise<string> {
  const id = ulid();
  const { rule, subject, severity, text, count } = finding;
  await unit.tx.auditFinding.createMany({ data: [{ tenantId: tenant, id, ...finding }] });
  const after = { rule, subject, count };
  await unit.audit({ action: 'create', entity: 'audit-finding', id, after });
  await unit.emit({
    entity: 'audit-finding',
    what: 'found',
    subject: id,
    data: { ...after, severity },
  });
  const to = await holdersOf(unit.tx, 'audit:read');
  await notices.notify(unit, {
    to: to.filter((user) => user !== finding.userId),
    kind: 'audit.finding',
    severity,
    title: { zh: '发现异常操作', en: 'Unusual use was found' },
    body: text,
    link: noticeLink('audit.finding', id),
    subject: { entity: 'audit-finding', id },
  });
  return id;
}
