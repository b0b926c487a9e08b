import { fetchRaw } from '$lib/api/client.ts';
import { operation } from '$lib/api/operation.ts';
import type { Answer } from '$lib/api/types.ts';

export type PackList = Answer<'/api/v1/incidents/{id}/packs', 'get'>;

export const listPacks = operation.GET('/api/v1/incidents/{id}/packs');
export const makePack = operation.POST('/api/v1/incidents/{id}/packs');

/** The report of an incident as PDF. */
export const makeReport = async (
  incident: string,
  body: { language: 'zh' | 'en'; originals: boolean; reason?: string },
): Promise<Blob> =>
  (
    await fetchRaw(`/api/v1/incidents/${incident}/report`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  ).blob();

/** The label of a pack as PDF. */
export const printLabel = async (id: string, lang: 'zh' | 'en'): Promise<Blob> =>
  (await fetchRaw(`/api/v1/evidence-packs/${id}/label?lang=${lang}`)).blob();

/** The archive; the file name of the API is not readable here. */
export const downloadPack = async (id: string): Promise<Blob> =>
  (await fetchRaw(`/api/v1/evidence-packs/${id}/archive`)).blob();
