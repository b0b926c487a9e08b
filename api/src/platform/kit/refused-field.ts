import { Problem, type ProblemCode } from '../http/errors.ts';
import type { Bilingual } from '../manifest.ts';

/** A refusal of one field of a form, which the page shows at the field in its language. */
export const refusedField = (code: ProblemCode, field: string, text: Bilingual): Problem =>
  new Problem(code, text.en, { errors: [{ field, message: text.en, text }] });
