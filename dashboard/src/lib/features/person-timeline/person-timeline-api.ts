import { fetchRaw } from '$lib/api/client.ts';
import { operation } from '$lib/api/operation.ts';
import type { components } from '$lib/api/schema.d.ts';
import type { Answer } from '$lib/api/types.ts';

export type Timeline = Answer<'/api/v1/persons/{id}/timeline', 'get'>;
export type TimelineItem = Timeline['items'][number];

export const listPersonTimeline = operation.GET('/api/v1/persons/{id}/timeline');
export const listOwnTimeline = operation.GET('/api/v1/me/timeline');

export type Summary = Answer<'/api/v1/persons/{id}/file/summary', 'get'>;
export const readSummary = operation.GET('/api/v1/persons/{id}/file/summary');

export const readOwnSummary = operation.GET('/api/v1/me/file/summary');

export type PrintRequest = components['schemas']['PersonFileRequest'];
export type OwnPrintRequest = components['schemas']['OwnFileRequest'];

const print = async (path: string, body: object): Promise<Blob> =>
  (
    await fetchRaw(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  ).blob();

/** The file of a person as PDF. */
export const printFile = (person: string, body: PrintRequest): Promise<Blob> =>
  print(`/api/v1/persons/${person}/file/document`, body);

/** The own file as PDF. */
export const printOwnFile = (body: OwnPrintRequest): Promise<Blob> =>
  print('/api/v1/me/file/document', body);
