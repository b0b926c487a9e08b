import { Problem, type ProblemCode } from '../http/errors.ts';
import { fieldError } from '../http/field-errors.ts';
import type { Bilingual } from '../manifest.ts';

/** A refusal of one field of a form, which the page shows at the field in its language. */
export const refusedField = (code: ProblemCode, field: string, { zh, en }: Bilingual): Problem =>
  new Problem(code, en, { errors: [fieldError(field, zh, en)] });
