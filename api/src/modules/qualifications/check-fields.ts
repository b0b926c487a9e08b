import type { Transaction } from '../../platform/db/database.ts';
import { Problem } from '../../platform/http/errors.ts';
import { type FieldError, fieldError } from '../../platform/http/field-errors.ts';
import type { Rules } from '../../platform/rules/service.ts';
import type { RuleBook } from '../../platform/rules/types.ts';
import type { QualificationType } from './state.ts';
import { type Days, termsOf } from './terms.ts';
import { typeNames } from './words.ts';

/**
 * Checks the fields of a type, and fills in the days that the law gives.
 *
 * @param book of the company, where it was read before.
 * @throws Problem `qualification.fields` with each field that is wrong.
 */
export const checkFields =
  (rules: Pick<Rules, 'book'>) =>
  async (
    tx: Transaction,
    type: QualificationType,
    given: Days & {
      level: number | null;
      result: string | null;
      detail?: string | null | undefined;
      notFor: readonly string[];
    },
    book?: RuleBook,
  ): Promise<Days> => {
    const { days, faults } = termsOf(book ?? (await rules.book(tx)), type, given, new Date());
    const errors: FieldError[] = [...faults];
    const only = (field: 'level' | 'result', of: QualificationType) => {
      if (type === of && given[field] === null) errors.push(fieldError(field, '必填', 'is needed'));
      if (type !== of && given[field] !== null) {
        const { zh, en } = typeNames[of];
        errors.push(fieldError(field, `仅用于${zh}`, `is of a ${en} only`));
      }
    };
    only('level', 'skill');
    only('result', 'fitness');
    if (type !== 'fitness' && given.detail) {
      errors.push(fieldError('detail', '仅用于体检结论', 'is of fitness only'));
    }
    if (given.notFor.length > 0 && given.result !== 'restricted') {
      errors.push(fieldError('notFor', '仅用于受限的结论', 'is of a restricted result only'));
    }
    if (errors.length > 0) throw new Problem('qualification.fields', undefined, { errors });
    return days;
  };
