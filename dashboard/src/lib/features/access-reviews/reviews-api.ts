import { client, take } from '$lib/api/client.ts';
import type { Answer } from '$lib/api/types.ts';

export type Review = Answer<'/api/v1/access-reviews', 'get'>['items'][number];
export type ReviewDetail = Answer<'/api/v1/access-reviews/{id}', 'get'>;
export type ReviewCase = ReviewDetail['cases'][number];

export const listReviews = async (): Promise<Review[]> =>
  (await take(client.GET('/api/v1/access-reviews'))).items;
export const readReview = (id: string): Promise<ReviewDetail> =>
  take(client.GET('/api/v1/access-reviews/{id}', { params: { path: { id } } }));
export const openReview = (dueInDays: number) =>
  take(client.POST('/api/v1/access-reviews', { body: { dueInDays } }));
export const decide = (
  id: string,
  decisions: { userId: string; roleId: string; decision: 'keep' | 'remove'; reason?: string }[],
): Promise<ReviewDetail> =>
  take(
    client.POST('/api/v1/access-reviews/{id}/decisions', {
      params: { path: { id } },
      body: { decisions },
    }),
  );
