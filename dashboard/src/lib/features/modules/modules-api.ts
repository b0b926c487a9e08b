import { client, take } from '$lib/api/client.ts';
import type { Answer } from '$lib/api/types.ts';

export type FeatureList = Answer<'/api/v1/features', 'get'>;
export type Feature = FeatureList['items'][number];
export type Preset = Answer<'/api/v1/presets', 'get'>['items'][number];
export type Question = Answer<'/api/v1/features/survey', 'get'>['questions'][number];
export type Advice = Answer<'/api/v1/features/survey', 'post'>;

export const listFeatures = (): Promise<FeatureList> => take(client.GET('/api/v1/features'));
export const switchFeature = (id: string, on: boolean, reason: string): Promise<Feature> =>
  take(
    client.PUT('/api/v1/features/{id}', {
      params: { path: { id } },
      body: { on, ...(reason ? { reason } : {}) },
    }),
  );
export const listPresets = async (): Promise<Preset[]> =>
  (await take(client.GET('/api/v1/presets'))).items;
export const applyPreset = (id: string) =>
  take(client.POST('/api/v1/presets/{id}/apply', { params: { path: { id } } }));
export const readSurvey = async (): Promise<Question[]> =>
  (await take(client.GET('/api/v1/features/survey'))).questions;
export const answerSurvey = (answers: Record<string, boolean>): Promise<Advice> =>
  take(client.POST('/api/v1/features/survey', { body: { answers } }));
