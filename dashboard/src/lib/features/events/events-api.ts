import { client, take } from '$lib/api/client.ts';
import type { Answer } from '$lib/api/types.ts';
import { defineFilters, type FilterValues, oneOf } from '$lib/kit/filters.ts';

export type DeadLetter = Answer<'/api/v1/dead-letters', 'get'>['items'][number];

export const letterStates = ['dead', 'waiting', 'replayed', 'dismissed'] as const;
export const letterFilters = defineFilters({ state: oneOf(['', ...letterStates], '') });

const at = (id: string) => ({ params: { path: { id } } });

export const listDeadLetters = (
  filters: FilterValues<typeof letterFilters>,
  cursor: string | null,
) =>
  take(
    client.GET('/api/v1/dead-letters', {
      params: {
        query: { limit: 50, ...letterFilters.query(filters), ...(cursor ? { cursor } : {}) },
      },
    }),
  );
export const replayDeadLetter = (id: string): Promise<DeadLetter> =>
  take(client.POST('/api/v1/dead-letters/{id}/replay', at(id)));
export const dismissDeadLetter = (id: string, reason: string): Promise<DeadLetter> =>
  take(client.POST('/api/v1/dead-letters/{id}/dismiss', { ...at(id), body: { reason } }));
