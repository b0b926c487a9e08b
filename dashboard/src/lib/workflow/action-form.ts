import type { FileKind, Transition, TransitionField } from './types.ts';

export type FieldValue = string | string[];

/** What is missing for a step: a field, files, or nothing. */
export type Missing = { field: string } | { files: number } | null;

/** The first missing input, in form order. */
export function missingOf(
  transition: Transition,
  values: Readonly<Record<string, FieldValue>>,
  files: readonly { kind: FileKind }[],
): Missing {
  for (const field of transition.fields) {
    if (!field.required) continue;
    const value = values[field.id];
    if (
      value === undefined ||
      value.length === 0 ||
      (typeof value === 'string' && value.trim() === '')
    )
      return { field: field.id };
  }
  const { evidence } = transition;
  if (!evidence) return null;
  const fitting = files.filter((file) => evidence.kinds.includes(file.kind)).length;
  return fitting < evidence.min ? { files: evidence.min - fitting } : null;
}

/** The values in the API's format, without empty ones. */
export function fieldsOf(
  fields: readonly TransitionField[],
  values: Readonly<Record<string, FieldValue>>,
): Record<string, string | number | string[]> {
  const sent: Record<string, string | number | string[]> = {};
  for (const field of fields) {
    const value = values[field.id];
    if (value === undefined || value.length === 0) continue;
    if (field.type === 'number' && typeof value === 'string') {
      const number = Number(value);
      if (Number.isFinite(number)) sent[field.id] = number;
    } else sent[field.id] = typeof value === 'string' ? value.trim() : value;
  }
  return sent;
}
