import pino from 'pino';
import { systemCaller } from '../platform/access/caller.ts';
import { openDatabase } from '../platform/db/database.ts';
import { createUnits, type Unit } from '../platform/db/unit-of-work.ts';
import { createNotices } from '../platform/notices/notify.ts';
import type { Notices } from '../platform/notices/types.ts';
import type { ObligationKind, ObligationKindId } from '../platform/obligations/kinds.ts';
import { createObligations } from '../platform/obligations/open.ts';
import type { NotOwed, Owed } from '../platform/obligations/types.ts';
import { createRules } from '../platform/rules/service.ts';

const TENANT = 'demo';
export const ZONE = 'Asia/Shanghai';

const step = (severity: 'info' | 'warning', en: string) => ({
  severity,
  title: { zh: `{name} {due} ${en}`, en: `{name} {due} ${en}` },
  body: { zh: '{detail}', en: '{detail}' },
});
/** A kind of the tests and of the bench: it tells of three of its steps. */
export const paper: ObligationKind = {
  id: 'test-paper',
  zh: '证件',
  en: 'Paper',
  feature: null,
  subject: 'paper',
  link: null,
  notice: 'supplier.expiry',
  lead: { n: 10, unit: 'days' },
  escalate: 7,
  read: 'supplier:read',
  tell: { to: 'supplier:manage', escalateTo: 'supplier:approve' },
  steps: {
    upcoming: step('info', 'upcoming'),
    overdue: step('warning', 'overdue'),
    escalated: step('warning', 'escalated'),
  },
  doing: { zh: '更新', en: 'Renew it' },
};
export const PAPER = paper.id as ObligationKindId;

/**
 * The obligations on a database, with rows that the caller holds in the place of a module's table.
 *
 * @param options.kind with other terms, for the bench.
 */
export function openObligationWorld(
  url: string,
  options: {
    tenant?: string;
    kind?: Partial<ObligationKind>;
    notices?: Notices;
    zone?: string;
  } = {},
) {
  const { tenant = TENANT, zone = ZONE } = options;
  const database = openDatabase(url);
  const units = createUnits({ database, onError: () => {} });
  const rows = new Map<string, Owed | NotOwed>();
  const obligations = createObligations({
    units,
    notices: options.notices ?? createNotices({ written: () => {} }),
    rules: createRules({ units, timeZone: zone }),
    features: { check: async () => true },
    files: { attach: async () => [], of: async () => [], guard: () => {} },
    timeZone: zone,
    publicUrl: null,
    tenant,
    accounts: { byId: async () => null },
    log: pino({ level: 'silent' }),
    kinds: [{ ...paper, ...options.kind }],
  });
  obligations.provide(PAPER, {
    read: async (_tx, sources) =>
      [...(sources ?? rows.keys())].flatMap((source) => rows.get(source) ?? []),
  });
  const run = <Result>(work: (unit: Unit) => Promise<Result>): Promise<Result> =>
    units.run(systemCaller(tenant), work);
  return {
    rows,
    run,
    obligations,
    look: (at: string) => obligations.look(tenant, new Date(at)),
    /** Compares these rows as at an instant. */
    refresh: (at: string, ...sources: string[]) =>
      run((unit) => obligations.refreshAt(unit, PAPER, sources, new Date(at))),
    close: () => database.close(),
  };
}
