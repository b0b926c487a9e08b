import { client, fetchRaw, take } from '$lib/api/client.ts';
import { operation } from '$lib/api/operation.ts';
import { ApiError } from '$lib/api/problem.ts';
import type { Answer } from '$lib/api/types.ts';
import { uploadFile } from '$lib/outbox/upload.ts';
import { saveAs } from '$lib/ui/save-as.ts';
import type { RecordApi } from '$lib/workflow/open-record.svelte.ts';
import type { Assignable, Step, WorkflowAction } from '$lib/workflow/types.ts';

export type Version = Answer<'/api/v1/models/versions', 'get'>['items'][number];
export type VersionDetail = Answer<'/api/v1/models/versions/{id}', 'get'>;
export type LogEntry = Answer<'/api/v1/models/log', 'get'>['items'][number];
export type Precision = Answer<'/api/v1/models/precision', 'get'>;
export type PrecisionRow = Precision['items'][number];
export type Reviews = Answer<'/api/v1/models/reviews', 'get'>;
export type ReviewDetail = Answer<'/api/v1/models/reviews/{id}', 'get'>;
export type LabelExport = Answer<'/api/v1/models/label-exports', 'get'>['items'][number];
export type Settings = Answer<'/api/v1/models/settings', 'get'>;

const at = (id: string) => ({ params: { path: { id } } });

export const listVersions = async (): Promise<Version[]> =>
  (await take(client.GET('/api/v1/models/versions'))).items;
export const readVersion = (id: string): Promise<VersionDetail> =>
  take(client.GET('/api/v1/models/versions/{id}', at(id)));
export const decideVersion = (
  id: string,
  body: {
    decision: 'activate' | 'retire';
    reason: string;
    fileIds: string[];
    missedReason?: string;
  },
): Promise<VersionDetail> =>
  take(client.POST('/api/v1/models/versions/{id}/decisions', { ...at(id), body }));

/** A page of the log. */
export const listLog = (cursor: string | null) =>
  take(client.GET('/api/v1/models/log', { params: { query: cursor ? { cursor } : {} } }));

export const spans = ['30d', '183d', '365d'] as const;
export type Span = (typeof spans)[number];
export const groupings = ['rule', 'camera', 'version'] as const;
export type Grouping = (typeof groupings)[number];

/** The query of the precision; empty texts mean all. */
export interface Question {
  by: string;
  span: Span;
  rule: string;
  camera: string;
}

const queryOf = ({ by, span, rule, camera }: Question): Record<string, string> => ({
  by,
  from: new Date(Date.now() - Number.parseInt(span, 10) * 86_400_000).toISOString(),
  ...(rule ? { rule } : {}),
  ...(camera ? { camera } : {}),
});

export const readPrecision = (question: Question): Promise<Precision> =>
  take(client.GET('/api/v1/models/precision', { params: { query: queryOf(question) as never } }));

/** The verdicts of the last 30 days on the rule of a finding, at its camera; for those who review it. */
export const readRulePrecision = operation.GET('/api/v1/models/rule-precision');
export type RulePrecision = Answer<'/api/v1/models/rule-precision', 'get'>;

export async function downloadPrecision(question: Question, lang: string, name: string) {
  const params = new URLSearchParams({ ...queryOf(question), lang });
  const answer = await fetchRaw(`/api/v1/models/precision.xlsx?${params}`);
  saveAs(await answer.blob(), `${name}.xlsx`);
}

export const listReviews = (): Promise<Reviews> => take(client.GET('/api/v1/models/reviews'));
export const openReview = (): Promise<ReviewDetail> =>
  take(client.POST('/api/v1/models/reviews', { body: {} }));
const reviewAt = '/api/v1/models/reviews/{id}';
export type ReviewAction = WorkflowAction & { missedReason?: string };
export const reviewsApi: RecordApi<ReviewDetail, ReviewAction> = {
  get: (id) => take(client.GET(reviewAt, at(id))),
  act: (id, body) => take(client.POST(`${reviewAt}/actions`, { ...at(id), body })),
};
export const reviewHistory = async (id: string): Promise<Step[]> =>
  (await take(client.GET(`${reviewAt}/history`, at(id)))).items;
export const reviewAssignable = async (id: string): Promise<Assignable[]> =>
  (await take(client.GET(`${reviewAt}/assignable`, at(id)))).items;

export const listExports = async (): Promise<LabelExport[]> =>
  (await take(client.GET('/api/v1/models/label-exports'))).items;
export const makeExport = (filter: {
  from?: string;
  to?: string;
  rules?: LabelExport['filter']['rules'];
}): Promise<LabelExport> =>
  take(client.POST('/api/v1/models/label-exports', { body: filter as never }));
export async function downloadExport(id: string): Promise<void> {
  const answer = await fetchRaw(`/api/v1/models/label-exports/${id}/archive`);
  saveAs(await answer.blob(), `labels-${id}.tar`);
}

export const readSettings = (): Promise<Settings> => take(client.GET('/api/v1/models/settings'));
export const saveSettings = (body: Settings): Promise<Settings> =>
  take(client.PUT('/api/v1/models/settings', { body }));

/** Whether the API requires a reason for a missed target. */
export const asksForMissedReason = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'model.bench-missed';

/** Uploads a bench result as text. */
export function sendBench(file: File): Promise<string> {
  return uploadFile(
    { blob: file, name: file.name, type: 'application/json', uploadUrl: null },
    () => {},
  );
}
