import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { reviewCount } from './review-count.svelte.ts';

/** "(3) Review · Anshi": the tab shows the number of pending reviews. */
export function pageTitle(title: string): string {
  const waiting = reviewCount.pending ?? 0;
  return `${waiting > 0 ? `(${waiting}) ` : ''}${title} · ${i18n.t.brand.name}`;
}
