import { client, take } from '$lib/api/client.ts';
import type { Answer } from '$lib/api/types.ts';
import { defineFilters, type FilterValues, oneOf } from '$lib/kit/filters.ts';

export type Penalty = Answer<'/api/v1/hazard-penalties', 'get'>['items'][number];
export const penaltyStates = [
  'in-force',
  'appealed',
  'upheld',
  'revoked',
] as const satisfies readonly Penalty['status'][];
export const penaltyFilters = defineFilters({ status: oneOf(['', ...penaltyStates], '') });
export type PenaltyKind = Penalty['kind'];

const at = (id: string) => ({ params: { path: { id } } });

export const listPenalties = (
  filters: FilterValues<typeof penaltyFilters>,
  cursor: string | null,
) =>
  take(
    client.GET('/api/v1/hazard-penalties', {
      params: { query: { ...penaltyFilters.query(filters), ...(cursor ? { cursor } : {}) } },
    }),
  );
/** @param id of the hazard. */
export const penalise = (id: string, kind: PenaltyKind, reason: string): Promise<Penalty> =>
  take(
    client.POST('/api/v1/hazards/{id}/penalties', {
      ...at(id),
      body: { kind, reason, findingIds: [] },
    }),
  );
export const appeal = (id: string, text: string): Promise<Penalty> =>
  take(client.POST('/api/v1/hazard-penalties/{id}/appeal', { ...at(id), body: { text } }));
export const decideAppeal = (id: string, uphold: boolean, reason: string): Promise<Penalty> =>
  take(
    client.POST('/api/v1/hazard-penalties/{id}/decision', {
      ...at(id),
      body: { uphold, reason },
    }),
  );

/** The user's possible actions on a decision; the API has the final say. */
export function waysOf(
  penalty: Penalty,
  viewer: { id: string | undefined; mayDecide: boolean },
): { appeal: boolean; decide: boolean } {
  const own = penalty.user.id === viewer.id;
  return {
    appeal: own && penalty.status === 'in-force',
    decide:
      penalty.status === 'appealed' &&
      viewer.mayDecide &&
      !own &&
      penalty.decidedBy.id !== viewer.id,
  };
}
