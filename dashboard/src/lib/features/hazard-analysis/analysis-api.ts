import { client, fetchRaw, take } from '$lib/api/client.ts';
import type { Answer } from '$lib/api/types.ts';

export type HeatMapAnswer = Answer<'/api/v1/hazards/heatmap', 'get'>;
export type RectificationAnswer = Answer<'/api/v1/hazards/rectification', 'get'>;
export type RectificationRow = RectificationAnswer['total'];
export type WeakLinksAnswer = Answer<'/api/v1/hazards/weak-links', 'get'>;
export type WeakLink = WeakLinksAnswer['places'][number];
export const groupings = ['department', 'type', 'level', 'month', 'area'] as const;
export type Grouping = (typeof groupings)[number];

export const spans = ['30d', '90d', '365d', 'all'] as const;
export type Span = (typeof spans)[number];

/** Start of a period at `now`; null: unlimited. */
export function fromOf(span: Span, now: number): string | null {
  if (span === 'all') return null;
  return new Date(now - Number.parseInt(span, 10) * 86_400_000).toISOString();
}

/** The query of a part of the analysis; null values are left out. */
export interface Question {
  from: string | null;
  site: string | null;
}

const asked = ({ from, site }: Question) => ({
  ...(from ? { from } : {}),
  ...(site ? { site } : {}),
});

export const heatMap = (
  question: Question & { site: string; floorPlan: string | null },
): Promise<HeatMapAnswer> =>
  take(
    client.GET('/api/v1/hazards/heatmap', {
      params: {
        query: {
          ...asked(question),
          site: question.site,
          ...(question.floorPlan ? { floorPlan: question.floorPlan } : {}),
        },
      },
    }),
  );

export const rectification = (
  question: Question & { by: Grouping },
): Promise<RectificationAnswer> =>
  take(
    client.GET('/api/v1/hazards/rectification', {
      params: { query: { ...asked(question), by: question.by } },
    }),
  );

export const weakLinks = (question: Question): Promise<WeakLinksAnswer> =>
  take(client.GET('/api/v1/hazards/weak-links', { params: { query: asked(question) } }));

/** Downloads a workbook; a plain link cannot send the bearer token. */
export async function downloadWorkbook(
  what: 'heatmap' | 'rectification' | 'weak-links',
  query: Record<string, string | null>,
  name: string,
): Promise<void> {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value) params.set(key, value);
  const response = await fetchRaw(`/api/v1/hazards/${what}.xlsx?${params}`);
  const url = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name}.xlsx`;
  link.click();
  // The browser reads the object URL after the click.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
