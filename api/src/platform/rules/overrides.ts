import { createHash } from 'node:crypto';
import type { Prisma } from '../../generated/prisma/client.ts';
import type { Transaction } from '../db/database.ts';
import { dayText } from '../kit/schemas.ts';
import { citationOf } from './law/forms.ts';
import { isWeaker, versionOn } from './rule-at.ts';
import type { OverrideView, VersionView } from './schema.ts';
import type { Amount, Override, Rule, RuleVersion } from './types.ts';

export type OverrideRow = Prisma.RuleOverrideModel;
type Names = ReadonlyMap<string, { zh: string; en: string }>;

export const overrideOf = (row: OverrideRow): Override => ({
  id: row.id,
  rule: row.rule,
  value: row.value as unknown as Amount,
  from: dayText(row.fromOn),
  until: dayText(row.untilOn),
  reason: row.reason,
});

/** All overrides of the tenant, or those of one rule, the newest first. */
export const readOverrides = (tx: Transaction, rule?: string): Promise<OverrideRow[]> =>
  tx.ruleOverride.findMany({
    where: rule === undefined ? {} : { rule },
    orderBy: [{ fromOn: 'desc' }, { id: 'desc' }],
  });

/** A version as the API shows it, and as an override keeps it. */
export const showVersion = ({ source, ...rest }: RuleVersion): VersionView => ({
  ...rest,
  ...source,
  citation: { zh: citationOf(source, 'zh'), en: citationOf(source, 'en') },
  value: rest.value?.kind === 'list' ? { ...rest.value, items: [...rest.value.items] } : rest.value,
});

/**
 * A digest of what a version asks, and by which law. A corrected wording, or the last day of a
 * version, is no other law.
 */
export const digestOf = (version: RuleVersion | null): string => {
  const { from, source, value } = version ?? { from: null, source: null, value: null };
  const text = JSON.stringify([from, source?.law.zh, source?.number, source?.article, value]);
  return createHash('sha256').update(text).digest('hex');
};

export function stateOf({ from, until }: Override, today: string): OverrideView['state'] {
  if (until !== null && until < from) return 'withdrawn';
  if (until !== null && until < today) return 'over';
  return from > today ? 'planned' : 'in-force';
}

export const isOpen = (override: Override, today: string): boolean =>
  ['planned', 'in-force'].includes(stateOf(override, today));

/**
 * Whether an override that holds or will hold was set against another law than that of today, or of
 * its first day where that is later.
 */
export function isLawChanged(rule: Rule, row: OverrideRow, today: string): boolean {
  const override = overrideOf(row);
  if (!isOpen(override, today)) return false;
  const day = override.from > today ? override.from : today;
  return digestOf(versionOn(rule, day)) !== row.lawDigest;
}

/** An override as the API shows it. */
export function showOverride(
  rule: Rule,
  row: OverrideRow,
  today: string,
  names: Names,
): OverrideView {
  const override = overrideOf(row);
  const lawThen = row.lawVersion as unknown as VersionView | null;
  const nameOf = (id: string | null) => (id === null ? null : (names.get(id) ?? null));
  return {
    id: row.id,
    value: override.value,
    from: override.from,
    until: override.until,
    reason: row.reason,
    state: stateOf(override, today),
    weaker: isWeaker(rule, override, lawThen?.value ?? null),
    lawChanged: isLawChanged(rule, row, today),
    lawThen,
    setBy: nameOf(row.setBy),
    setAt: row.setAt.toISOString(),
    endedBy: nameOf(row.endedBy),
    endedAt: row.endedAt?.toISOString() ?? null,
    endReason: row.endReason,
  };
}
