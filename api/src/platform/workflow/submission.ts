import type { FileKind } from '../files/types.ts';
import type { WorkflowTransition } from './definition.ts';

/** A file submitted as evidence. */
export interface SubmittedFile {
  id: string;
  /** Null where it is not attached to the case's record. */
  kind: FileKind | null;
  /** Whether it was already evidence of an earlier step. */
  used: boolean;
}

interface Found {
  field: string;
  message: string;
}

/** Maximum length of a text field, in characters. */
export const TEXT_LIMIT = 4_000;
const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

const isBlank = (value: unknown) =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** All faults of the fields: missing, of another type, unknown, or an unknown person. */
export function checkFields(
  transition: WorkflowTransition,
  fields: Readonly<Record<string, unknown>>,
  facts: { users: ReadonlySet<string>; departments: ReadonlySet<string> },
): Found[] {
  const found: Found[] = [];
  const known = new Set(transition.fields.map(({ id }) => id));
  for (const id of Object.keys(fields)) {
    if (!known.has(id)) {
      found.push({ field: `fields.${id}`, message: `The step has no field "${id}".` });
    }
  }
  for (const field of transition.fields) {
    const value = fields[field.id];
    const at = `fields.${field.id}`;
    if (isBlank(value)) {
      if (field.required) found.push({ field: at, message: `Fill in "${field.name.en}".` });
      continue;
    }
    const wrong = wrongValue(field, value, facts);
    if (wrong) found.push({ field: at, message: `"${field.name.en}" ${wrong}` });
  }
  return found;
}

function wrongValue(
  field: WorkflowTransition['fields'][number],
  value: unknown,
  facts: { users: ReadonlySet<string>; departments: ReadonlySet<string> },
): string | null {
  switch (field.type) {
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? null : 'must be a number.';
    case 'text':
      if (typeof value !== 'string') return 'must be text.';
      if (value.includes('\u0000')) return 'holds a character that cannot be kept.';
      return value.length <= TEXT_LIMIT ? null : `may have ${TEXT_LIMIT} characters.`;
    case 'date':
      return typeof value === 'string' && DATE.test(value) && !Number.isNaN(Date.parse(value))
        ? null
        : 'must be a date such as 2026-11-25, or an instant with its offset.';
    case 'user':
      return typeof value === 'string' && facts.users.has(value)
        ? null
        : 'must be someone with an active account.';
    case 'department':
      return typeof value === 'string' && facts.departments.has(value)
        ? null
        : 'must be a department that exists.';
    case 'choice':
      return field.choices.some(({ id }) => id === value)
        ? null
        : `must be one of ${field.choices.map(({ id }) => id).join(', ')}.`;
  }
}

/** All faults of the files: too few, of a wrong kind, of another record, used before. */
export function checkEvidence(
  transition: WorkflowTransition,
  files: readonly SubmittedFile[],
): Found[] {
  const found: Found[] = [];
  const refuse = (message: string) => found.push({ field: 'files', message });
  if (new Set(files.map(({ id }) => id)).size < files.length) refuse('A file is named twice.');
  for (const { id, kind, used } of files) {
    if (kind === null) refuse(`The file ${id} is not attached to this record.`);
    else if (used) refuse(`The file ${id} was evidence of an earlier step; take new evidence.`);
  }
  const { evidence } = transition;
  if (!evidence) return found;
  const counts = files.filter(
    ({ kind, used }) =>
      kind !== null && !used && (evidence.kinds.length === 0 || evidence.kinds.includes(kind)),
  );
  if (counts.length < evidence.min) {
    const kinds = evidence.kinds.length > 0 ? evidence.kinds.join(' or ') : 'file';
    refuse(
      `It needs at least ${evidence.min} of ${kinds} as evidence; there are ${counts.length}.`,
    );
  }
  return found;
}
