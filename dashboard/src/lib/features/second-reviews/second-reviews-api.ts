import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type SecondReview = Answer<'/api/v1/second-reviews', 'get'>['items'][number];
export type SecondReviewDetail = Answer<'/api/v1/second-reviews/{id}', 'get'>;
export type FindingEvidence = SecondReviewDetail['findings'][number];
export type Disagreement = Answer<'/api/v1/second-review-disagreements', 'get'>['items'][number];
export type Agreement = Answer<'/api/v1/second-review-agreement', 'get'>;
export type AgreementGroup = Agreement['all'];
export type Share = Answer<'/api/v1/second-review-setting', 'get'>;

export const listSecondReviews = operation.GET('/api/v1/second-reviews');
export const countSecondReviews = operation.GET('/api/v1/second-review-counts');
export const readSecondReview = operation.GET('/api/v1/second-reviews/{id}');
export const leaseSecondReview = operation.PUT('/api/v1/second-reviews/{id}/lease');
export const giveSecondVerdict = operation.POST('/api/v1/second-reviews/{id}/verdict');
export const listDisagreements = operation.GET('/api/v1/second-review-disagreements');
export const settleDisagreement = operation.POST(
  '/api/v1/second-review-disagreements/{id}/settlement',
);
export const readAgreement = operation.GET('/api/v1/second-review-agreement');
export const readShare = operation.GET('/api/v1/second-review-setting');
export const changeShare = operation.PUT('/api/v1/second-review-setting');
