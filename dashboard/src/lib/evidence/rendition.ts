import { operation } from '$lib/api/operation.ts';
import type { Violation } from '$lib/api/types.ts';

/** A snapshot or a clip of a violation. */
type Evidence = Pick<NonNullable<Violation['snapshot'] | Violation['clip']>, 'url' | 'rendition'>;

/** The address of what may be shown: the rendition with blurred faces, once it is made; else null. */
export const shownUrl = (evidence: Evidence | null | undefined): string | null =>
  evidence?.rendition === 'ready' ? evidence.url : null;

/** Whether it comes by itself. */
export const isBeingMade = (evidence: Evidence | null | undefined): boolean =>
  evidence?.rendition === 'being-made';

/** Says that a reader waits for it: it is made before those of others. */
export const requestRenditions = operation.POST('/api/v1/violations/{id}/rendition-requests');
