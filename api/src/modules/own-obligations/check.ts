import type { Account } from '../../platform/access/account.ts';
import { isWithin, reachOf } from '../../platform/access/scope.ts';
import type { Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { type FieldError, fieldError } from '../../platform/http/field-errors.ts';
import type { RuleBook } from '../../platform/rules/types.ts';
import { SUBJECTS } from './conditions.ts';
import type { Condition } from './schema.ts';
import { readSubjects, type Subject } from './subjects.ts';

/** What an own obligation says, new or changed. */
export interface Fields {
  title: { zh: string; en: string };
  subjectKind: string;
  subjectId: string | null;
  responsiblePerson: string | null;
  responsibleRole: string | null;
  dueBy: string;
  condition: string | null;
  every: object | null;
  rule: string | null;
  everyHours: number | null;
  startHours: number | null;
}

/** Units of rules that are no interval of the calendar. */
const NO_INTERVAL = ['hours', 'times', 'yuan'];

/** Whether a rule of law can say an interval: of the law, or of the company where the law says none yet. */
export function isInterval(book: RuleBook, id: string): boolean {
  const rule = book.rules.find((one) => one.id === id);
  const isCalendar = (unit: string | undefined) =>
    unit !== undefined && !NO_INTERVAL.includes(unit);
  const units = rule?.versions.map(({ value }) =>
    value === null ? rule.overridable?.unit : value.kind === 'amount' ? value.unit : undefined,
  );
  return units?.some(isCalendar) ?? false;
}

/** What does not fit together, by field. */
function mistakes(given: Fields): FieldError[] {
  const errors: FieldError[] = [];
  const need = (ok: boolean, field: string, zh: string, en: string) => {
    if (!ok) errors.push(fieldError(field, zh, en));
  };
  const { subjectKind, subjectId, dueBy, condition, every, rule, everyHours, startHours } = given;
  const title = given.title.zh || given.title.en;
  need(
    title.length >= 2,
    'title',
    '请填写中文或英文标题。',
    'Enter a title in Chinese or English.',
  );
  need(
    (subjectKind === 'plant') === (subjectId === null),
    'subjectId',
    '请选择对象；全厂事项没有对象。',
    'Choose the subject; what is for the whole plant has none.',
  );
  need(
    given.responsiblePerson === null || given.responsibleRole === null,
    'responsibleRole',
    '责任人与责任角色只能选一个。',
    'Choose a person or a role, not both.',
  );
  const isRecurring = dueBy === 'fixed' || dueBy === 'done';
  const isCondition = dueBy === 'condition';
  need(
    isCondition === (condition !== null),
    'condition',
    '按条件的事项须选择条件，其他没有。',
    'A condition is needed by condition, and for nothing else.',
  );
  need(
    condition === null || SUBJECTS[condition as Condition].includes(subjectKind),
    'subjectKind',
    '这个条件不适用于这类对象。',
    'This condition is not one of such a subject.',
  );
  need(
    isCondition ? rule === null : isRecurring === (every !== null || rule !== null),
    'every',
    '固定间隔和自上次完成起计算的事项需要间隔或法规规则，其他没有。',
    'An interval or a rule of law is needed for a fixed interval and from the last time, and for nothing else.',
  );
  const isMeter = dueBy === 'meter';
  need(
    isMeter === (everyHours !== null),
    'everyHours',
    '按运行小时的事项需要小时数，其他没有。',
    'Running hours are needed by running hours, and for nothing else.',
  );
  need(
    isMeter || startHours === null,
    'startHours',
    '只有按运行小时的事项有起始小时数。',
    'Only an obligation by running hours has hours at the start.',
  );
  need(
    !isMeter || subjectKind === 'machine',
    'subjectKind',
    '按运行小时的事项须选择设备。',
    'By running hours, the subject is a machine.',
  );
  return errors;
}

/**
 * Refuses what cannot be.
 *
 * @param chosen which of the fields are new: what was chosen before may be out of use by now.
 * @returns the subject.
 * @throws Problem `own-obligation.invalid` with the fields, `auth.forbidden` for a place out of reach.
 */
export async function requireFit(
  tx: Transaction,
  account: Account,
  given: Fields,
  {
    chosen,
    book,
  }: { chosen: Partial<Record<keyof Fields, unknown>>; book: () => Promise<RuleBook> },
): Promise<Subject | undefined> {
  const errors = mistakes(given);
  const { subjectKind, subjectId, responsiblePerson, responsibleRole, rule } = given;
  const isPerson = subjectKind === 'person';
  const subjectOf = await readSubjects(tx, [
    { subjectKind, subjectId: isPerson ? null : subjectId, personId: isPerson ? subjectId : null },
  ]);
  const subject = subjectOf({
    subjectKind,
    subjectId: isPerson ? null : subjectId,
    personId: isPerson ? subjectId : null,
  });
  if (chosen.subjectId !== undefined && (!subject || subject.closed !== null)) {
    errors.push(fieldError('subjectId', '这个对象不在用。', 'This subject is not in use.'));
  }
  if (chosen.responsiblePerson && responsiblePerson !== null) {
    const person = await tx.person.findFirst({
      where: { id: responsiblePerson, status: 'active' },
      select: { id: true },
    });
    if (!person) {
      errors.push(
        fieldError(
          'responsiblePerson',
          '没有这个在职人员。',
          'There is no such person in service.',
        ),
      );
    }
  }
  if (chosen.responsibleRole && responsibleRole !== null) {
    if (!(await tx.role.findFirst({ where: { id: responsibleRole } }))) {
      errors.push(fieldError('responsibleRole', '没有这个角色。', 'There is no such role.'));
    }
  }
  if (chosen.rule && rule !== null && !isInterval(await book(), rule)) {
    errors.push(fieldError('rule', '这条规则没有规定间隔。', 'This rule says no interval.'));
  }
  if (errors.length > 0) throw new Problem('own-obligation.invalid', undefined, { errors });
  requireReach(account, subject);
  return subject;
}

/** Whether an account may manage what is about a subject. */
export const mayManage = (account: Account, subject: Subject | undefined): boolean =>
  account.permissions.has('own-obligation:manage') &&
  isWithin(account, reachOf(account, 'own-obligation:manage'), {
    department: subject?.department ?? null,
    site: subject?.site ?? null,
  });

/** @throws Problem `auth.forbidden` where the subject lies outside of what the account may manage. */
export function requireReach(account: Account, subject: Subject | undefined): void {
  if (mayManage(account, subject)) return;
  throw new Problem('auth.forbidden', 'It lies outside of what you may manage.');
}
