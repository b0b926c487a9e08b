import { ApiError } from '$lib/api/problem.ts';
import type { Bilingual } from '$lib/format/names.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';

/** The API's error messages, in the language of the page where they have one, by field name: `contact.phone`. */
export function fieldErrors(error: unknown): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (!(error instanceof ApiError)) return found;
  const { errors } = (error.body ?? {}) as {
    errors?: { field: string; message: string; text?: Bilingual }[];
  };
  for (const { field, message, text } of errors ?? []) {
    const name = field.replace(/^body\./, '');
    if (!found.has(name)) found.set(name, text ? i18n.name(text) : message);
  }
  return found;
}

/** The current record, after a concurrent change. */
export interface Conflict<Current = Record<string, unknown>> {
  current: Current & { version: number };
  changedBy: { zh: string; en: string } | null;
  /** Instant, RFC 3339. */
  changedAt: string | null;
}

/** The data of a conflict (`….version-conflict`); null for any other error. */
export function conflictIn(error: unknown): Conflict | null {
  if (!(error instanceof ApiError) || !error.code.endsWith('version-conflict')) return null;
  const body = (error.body ?? {}) as {
    current?: Conflict['current'] | null;
    changed?: { by: { zh: string; en: string } | null; at: string } | null;
  };
  if (typeof body.current?.version !== 'number') return null;
  return {
    current: body.current,
    changedBy: body.changed?.by ?? null,
    changedAt: body.changed?.at ?? null,
  };
}
