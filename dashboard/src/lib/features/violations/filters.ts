import { statuses, type Violation, type ViolationStatus } from '$lib/api/types.ts';
import { isKind, kindOf } from '$lib/plant/violation-kind.ts';

export const periods = ['any', '1h', 'today', '24h', '7d', 'custom'] as const;
export type Period = (typeof periods)[number];

/** The queue's filters; kept in the address for links, reloads and the back button. */
export interface Filters {
  status: ViolationStatus | 'all';
  /** A rule, or `missing-ppe/<item>`. */
  rule: string | null;
  camera: string | null;
  period: Period;
  /** Instants; only with the period `custom`. */
  from: string | null;
  to: string | null;
  /** Incidents only: all, those claimed by this user, or those not claimed by another user. */
  claim: 'all' | 'mine' | 'free';
  /** Of incidents: recorded at this instant or later. */
  opened: string | null;
  order: 'newest' | 'oldest';
}

export const defaultFilters: Filters = {
  status: 'pending',
  rule: null,
  camera: null,
  period: 'any',
  from: null,
  to: null,
  claim: 'all',
  opened: null,
  order: 'newest',
};

function oneOf<Value extends string>(values: readonly Value[], text: string | null): Value | null {
  return values.find((value) => value === text) ?? null;
}

function instantOf(text: string | null): string | null {
  return text !== null && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : null;
}

/** Parses the address; invalid values fall back to their default. */
export function readFilters(query: URLSearchParams): Filters {
  const from = instantOf(query.get('from'));
  const to = instantOf(query.get('to'));
  return {
    status: oneOf([...statuses, 'all' as const], query.get('status')) ?? defaultFilters.status,
    rule: isKind(query.get('rule') ?? '') ? query.get('rule') : null,
    camera: query.get('camera'),
    period: from || to ? 'custom' : (oneOf(periods, query.get('period')) ?? 'any'),
    from,
    to,
    claim: oneOf(['mine', 'free'] as const, query.get('claim')) ?? 'all',
    opened: instantOf(query.get('opened')),
    order: oneOf(['newest', 'oldest'] as const, query.get('order')) ?? 'newest',
  };
}

/** The query string without defaults; '' or '?…'. */
export function writeFilters(filters: Filters): string {
  const query = new URLSearchParams();
  if (filters.status !== defaultFilters.status) query.set('status', filters.status);
  if (filters.rule) query.set('rule', filters.rule);
  if (filters.camera) query.set('camera', filters.camera);
  if (filters.period === 'custom') {
    if (filters.from) query.set('from', filters.from);
    if (filters.to) query.set('to', filters.to);
  } else if (filters.period !== 'any') query.set('period', filters.period);
  if (filters.claim !== 'all') query.set('claim', filters.claim);
  if (filters.opened) query.set('opened', filters.opened);
  if (filters.order !== defaultFilters.order) query.set('order', filters.order);
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

export function isDefault(filters: Filters): boolean {
  return writeFilters(filters) === '';
}

const hour = 3_600_000;

/** The current instants of the filters. */
export function span(
  filters: Filters,
  now = Date.now(),
): { from: string | null; to: string | null } {
  const since = (ms: number) => ({ from: new Date(now - ms).toISOString(), to: null });
  switch (filters.period) {
    case '1h':
      return since(hour);
    case '24h':
      return since(24 * hour);
    case '7d':
      return since(7 * 24 * hour);
    case 'today':
      return { from: new Date(new Date(now).setHours(0, 0, 0, 0)).toISOString(), to: null };
    case 'custom':
      return { from: filters.from, to: filters.to };
    default:
      return { from: null, to: null };
  }
}

/** The query of GET /api/v1/violations. */
export function listQuery(filters: Filters, now = Date.now()) {
  const { from, to } = span(filters, now);
  return {
    order: filters.order,
    ...(filters.status === 'all' ? {} : { status: filters.status }),
    ...(filters.rule ? { rule: filters.rule } : {}),
    ...(filters.camera ? { camera: filters.camera } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
  };
}

/** Whether a violation matches; the same semantics as the API's filter. */
export function matches(violation: Violation, filters: Filters, now = Date.now()): boolean {
  const { from, to } = span(filters, now);
  const started = Date.parse(violation.startedAt);
  return (
    (filters.status === 'all' || violation.status === filters.status) &&
    (filters.rule === null ||
      violation.rule === filters.rule ||
      kindOf(violation) === filters.rule) &&
    (filters.camera === null || violation.camera === filters.camera) &&
    (from === null || started >= Date.parse(from)) &&
    (to === null || started < Date.parse(to))
  );
}
