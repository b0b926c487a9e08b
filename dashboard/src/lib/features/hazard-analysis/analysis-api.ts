import { fetchRaw } from '$lib/api/client.ts';
import { getJson } from '$lib/api/json.ts';
import type { Named } from '$lib/features/hazards/types.ts';
import type { Bilingual } from '$lib/format/names.ts';

export interface HeatArea extends Named {
  polygon: number[][] | null;
  count: number;
  open: number;
  overdue: number;
  score: number;
}
export interface HeatMapAnswer {
  points: { x: number; y: number; weight: number }[];
  areas: HeatArea[];
}
export const groupings = ['department', 'type', 'level', 'month', 'area'] as const;
export type Grouping = (typeof groupings)[number];
export interface RectificationRow {
  key: string | null;
  name: Bilingual;
  reported: number;
  accepted: number;
  closed: number;
  closedOnTime: number;
  overdue: number;
  rate: number | null;
  onTimeRate: number | null;
  meanHours: number | null;
}
export interface RectificationAnswer {
  items: RectificationRow[];
  total: RectificationRow;
}
export interface WeakLink {
  rank: number;
  kind: 'area-type' | 'department';
  area: Named | null;
  type: Named | null;
  department: Named | null;
  count: number;
  major: number;
  recurred: number;
  overdue: number;
  meanHours: number | null;
  score: number;
  reasons: Bilingual[];
}
export interface WeakLinksAnswer {
  formula: Bilingual;
  places: WeakLink[];
  departments: WeakLink[];
}

export const spans = ['30d', '90d', '365d', 'all'] as const;
export type Span = (typeof spans)[number];

/** The instant from which a span counts, at `now`; null: from the beginning. */
export function fromOf(span: Span, now: number): string | null {
  if (span === 'all') return null;
  return new Date(now - Number.parseInt(span, 10) * 86_400_000).toISOString();
}

type Query = Record<string, string | null>;
const base = '/api/v1/hazards';

export const heatMap = (query: Query): Promise<HeatMapAnswer> => getJson(`${base}/heatmap`, query);
export const rectification = (query: Query): Promise<RectificationAnswer> =>
  getJson(`${base}/rectification`, query);
export const weakLinks = (query: Query): Promise<WeakLinksAnswer> =>
  getJson(`${base}/weak-links`, query);

/** Downloads a workbook; the browser alone could not, since the address needs the bearer token. */
export async function downloadWorkbook(
  what: 'heatmap' | 'rectification' | 'weak-links',
  query: Query,
  name: string,
): Promise<void> {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value) params.set(key, value);
  const response = await fetchRaw(`${base}/${what}.xlsx?${params}`);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name}.xlsx`;
  link.click();
  // The browser reads it when it has begun to write the file.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
