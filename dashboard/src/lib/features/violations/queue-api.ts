import { client, take } from '$lib/api/client.ts';
import { operation } from '$lib/api/operation.ts';
import type { VerdictRequest, Violation, ViolationPage } from '$lib/api/types.ts';
import { type Filters, listQuery } from './filters.ts';

/** The API of the queue. */
export interface QueueApi {
  list(filters: Filters, cursor: string | null): Promise<ViolationPage>;
  get(id: string): Promise<Violation>;
  decide(id: string, verdict: VerdictRequest): Promise<Violation>;
}

export const setTrade = operation.PUT('/api/v1/violations/{id}/trade');

const pageSize = 100;

export const queueApi: QueueApi = {
  list: (filters, cursor) =>
    take(
      client.GET('/api/v1/violations', {
        params: {
          query: { limit: pageSize, ...(cursor ? { cursor } : {}), ...listQuery(filters) },
        },
      }),
    ),
  get: (id) => take(client.GET('/api/v1/violations/{id}', { params: { path: { id } } })),
  decide: (id, body) =>
    take(client.POST('/api/v1/violations/{id}/verdict', { params: { path: { id } }, body })),
};
