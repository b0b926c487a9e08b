import type { Dictionary } from '$lib/i18n/dictionary.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { moduleProblems } from './module-problems.ts';

/** An error response of the API (problem+json), or a network failure: status 0. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly body: unknown;

  constructor(status: number, code: string, detail: string, body: unknown = null) {
    super(detail);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.body = body;
  }
}

function field(body: unknown, name: string): string | null {
  if (typeof body !== 'object' || body === null || !(name in body)) return null;
  const value = (body as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : null;
}

/** Parses a problem+json body. */
export function toApiError(status: number, body: unknown): ApiError {
  const detail = field(body, 'detail') ?? field(body, 'title') ?? `HTTP ${status}`;
  return new ApiError(status, field(body, 'code') ?? 'unknown', detail, body);
}

/** Whether the account may not read it. */
export const isForbidden = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 403;

/** The text for the user, with a remedy. */
export function explain(error: unknown, t: Dictionary): string {
  if (!(error instanceof ApiError)) return t.errors.server(String(error));
  if (error.status === 0) return t.errors.unreachable;
  const known = (t.problems as Record<string, string>)[error.code];
  if (known) return known;
  const ofModule = moduleProblems.get(error.code);
  if (ofModule) return i18n.name(ofModule);
  if (error.status === 403) return t.errors.forbidden;
  if (error.status === 404) return t.errors.notFound;
  // A 4xx is no failure of the server; its detail contains the remedy.
  if (error.status < 500) return t.errors.refused(error.message);
  return t.errors.server(error.message);
}
