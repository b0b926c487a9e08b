import type { paths } from '$lib/api/schema.d.ts';
import type { HazardLevel } from './types.ts';

/** The view: open, overdue, assigned to me, reported by me, or all. */
export const views = ['open', 'overdue', 'assigned', 'reported', 'closed', 'all'] as const;
export type View = (typeof views)[number];

export interface HazardFilters {
  view: View;
  state: string | null;
  type: string | null;
  level: HazardLevel | null;
  department: string | null;
  area: string | null;
  q: string;
  order: 'newest' | 'oldest';
}

export const defaultFilters: HazardFilters = {
  view: 'open',
  state: null,
  type: null,
  level: null,
  department: null,
  area: null,
  q: '',
  order: 'newest',
};

const keys = ['state', 'type', 'department', 'area'] as const;

/** Parses the filters of an address; unknown values count as unset. */
export function readFilters(query: URLSearchParams): HazardFilters {
  const view = views.find((one) => one === query.get('view')) ?? 'open';
  const level = query.get('level');
  return {
    ...defaultFilters,
    view,
    level: level === 'general' || level === 'major' ? level : null,
    q: (query.get('q') ?? '').slice(0, 100),
    order: query.get('order') === 'oldest' ? 'oldest' : 'newest',
    ...Object.fromEntries(keys.map((key) => [key, query.get(key)])),
  };
}

/** The filters as a query string, with `?`; empty without filters. */
export function writeFilters(filters: HazardFilters): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(filters)) {
    if (value && value !== defaultFilters[key as keyof HazardFilters]) query.set(key, value);
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

type ListQuery = NonNullable<paths['/api/v1/hazards']['get']['parameters']['query']>;

/** The filters as an API query. */
export function listQuery(filters: HazardFilters): ListQuery {
  const { view, type, level, department, area } = filters;
  const isOpen = view === 'open' || view === 'overdue' || view === 'assigned';
  const state = filters.state ?? (view === 'closed' ? 'closed' : isOpen ? 'open' : null);
  const q = filters.q.trim();
  return {
    ...(state ? { state } : {}),
    ...(view === 'overdue' ? { overdue: 'true' } : {}),
    ...(view === 'assigned' || view === 'reported' ? { mine: view } : {}),
    ...(type ? { type } : {}),
    ...(level ? { level } : {}),
    ...(department ? { department } : {}),
    ...(area ? { area } : {}),
    ...(q ? { q } : {}),
    order: filters.order,
  };
}

/** Whether a filter other than the view is set. */
export function isNarrowed(filters: HazardFilters): boolean {
  return keys.some((key) => filters[key]) || filters.level !== null || filters.q.trim() !== '';
}
