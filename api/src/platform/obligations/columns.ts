import { Prisma } from '../../generated/prisma/client.ts';
import { newId } from '../db/ids.ts';
import { dayDate, dayText } from '../kit/schemas.ts';
import type { Interval } from '../manifest.ts';
import type { ObligationKind } from './kinds.ts';
import type { Plan } from './plan.ts';
import { intervalText } from './schedule.ts';
import { type ObligationRow, termsOf, timesOf } from './store.ts';
import type { Owed } from './types.ts';

/** What the obligation says besides its cases, for an insert and for a comparison. */
export function obligationColumns(
  kind: ObligationKind,
  owed: Owed,
  { every, lead }: { every: Interval | null; lead: Interval | null },
) {
  const { due } = owed;
  const rules = ['every' in due ? due.every : undefined, 'within' in due ? due.within : undefined];
  const rule = rules.flatMap((one) =>
    typeof one === 'object' && 'rule' in one ? [one.rule] : [],
  )[0];
  const values = {
    subjectKind: owed.subjectKind ?? kind.subject,
    subjectId: owed.subject,
    personId: owed.person ?? null,
    responsiblePerson:
      owed.responsible && 'person' in owed.responsible ? owed.responsible.person : null,
    responsibleRole: owed.responsible && 'role' in owed.responsible ? owed.responsible.role : null,
    name: owed.name ?? null,
    detail: owed.detail ?? null,
    departmentId: owed.department ?? null,
    site: owed.site ?? null,
    zone: owed.zone ?? null,
    dueBy: due.by,
    intervalText: every && intervalText(every),
    leadText: lead && intervalText(lead),
    anchorOn: due.by === 'fixed' || due.by === 'done' ? due.from : null,
    rule: rule ?? null,
    grace: owed.grace ?? null,
    reading: due.by === 'meter' ? due.reading : null,
  };
  const { name, detail, anchorOn, ...rest } = values;
  const json = (value: typeof name) => (value === null ? Prisma.DbNull : { ...value });
  return {
    bulk: Object.fromEntries(
      Object.entries(values).map(([field, value]) => [
        field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        value,
      ]),
    ),
    data: {
      ...rest,
      name: json(name),
      detail: json(detail),
      anchorOn: dayDate(anchorOn),
    },
    same: (row: ObligationRow): boolean =>
      Object.entries(values).every(([field, value]) => {
        const now = row[field as keyof typeof row];
        if (now instanceof Date) return dayText(now) === value;
        if (value === null || typeof value !== 'object') return now === value;
        const { zh, en } = (now ?? {}) as { zh?: string; en?: string };
        return zh === value.zh && en === value.en;
      }),
  };
}

/** The row of a new case. */
export function caseColumns(
  kind: ObligationKind,
  zone: string,
  { period, ...dates }: Plan['creates'][number],
  { tenant, obligation, grace }: { tenant: string; obligation: string; grace: number | null },
): Record<string, unknown> {
  const terms = termsOf(kind, grace);
  const times = timesOf(terms, zone, { opensOn: dates.opensOn, dueOn: dates.plannedOn }, 0);
  return {
    tenant_id: tenant,
    id: newId(),
    obligation_id: obligation,
    period,
    basis: dates.basis,
    base_on: dates.baseOn,
    meter_base: dates.meterBase,
    meter_due: dates.meterDue,
    planned_on: dates.plannedOn,
    due_on: times.dueOn,
    sort_on: times.sortOn,
    opens_on: times.opensOn,
    opens_at: times.opensAt,
    due_at: times.dueAt,
    overdue_at: times.overdueAt,
    escalates_at: times.escalatesAt,
    look_at: times.lookAt,
    told: 0,
    version: 1,
  };
}
