import { client, take } from '$lib/api/client.ts';
import type { paths } from '$lib/api/schema.d.ts';
import type { Answer } from '$lib/api/types.ts';
import type { DataRequest } from '$lib/features/my-data/my-data-api.ts';
import type { Bilingual } from '$lib/format/names.ts';

type Body<Path extends keyof paths> = paths[Path] extends {
  put: { requestBody: { content: { 'application/json': infer Sent } } };
}
  ? Sent
  : never;
interface Named {
  id: string;
  name: string;
}

/** A class of data; the schema leaves the type of the owner's name open. */
export interface Policy
  extends Omit<
    Answer<'/api/v1/privacy/register', 'get'>['items'][number],
    'department' | 'person'
  > {
  department: { id: string; name: Bilingual } | null;
  person: Named | null;
}
export type PolicyBody = Body<'/api/v1/privacy/register/{id}'>;
export type PrivacySettings = Answer<'/api/v1/privacy/settings', 'get'>;
export type ConsentOverview = Answer<'/api/v1/privacy/consents', 'get'>;
export type Purpose = ConsentOverview['items'][number]['purpose'];
export type PurposeBody = Body<'/api/v1/consent-purposes/{id}'>;
export type PurgeProof = Answer<'/api/v1/privacy/purges', 'get'>['items'][number];
export type Assessment = Answer<'/api/v1/privacy/assessments', 'get'>['items'][number];
export type AssessmentBody = Body<'/api/v1/privacy/assessments/{id}'>;
export type Compliance = Answer<'/api/v1/privacy/compliance', 'get'>;
export type Duty = Compliance['items'][number];
export type KeyStatus = Answer<'/api/v1/keys', 'get'>;
export type Custody = Answer<'/api/v1/keys/custody', 'get'>['items'][number];
export type Keeper = Answer<'/api/v1/keys/keepers', 'get'>['items'][number];
export type Backups = Answer<'/api/v1/backups', 'get'>;
export type BackupRun = Backups['items'][number];
export type StoreState = Answer<'/api/v1/system', 'get'>['files'];

const at = (id: string) => ({ params: { path: { id } } });

export const listPolicies = async (): Promise<Policy[]> =>
  (await take(client.GET('/api/v1/privacy/register'))).items as unknown as Policy[];
/** A change is a new version. @throws ApiError `privacy.version-conflict` */
export const putPolicy = (id: string, body: PolicyBody) =>
  take(client.PUT('/api/v1/privacy/register/{id}', { ...at(id), body }));
export const readSettings = (): Promise<PrivacySettings> =>
  take(client.GET('/api/v1/privacy/settings'));
export const putSettings = (body: PrivacySettings): Promise<PrivacySettings> =>
  take(client.PUT('/api/v1/privacy/settings', { body }));

export const listAllRequests = async (state: DataRequest['state'] | ''): Promise<DataRequest[]> =>
  (
    await take(
      client.GET('/api/v1/privacy/requests', { params: { query: state ? { state } : {} } }),
    )
  ).items;
export const decideRequest = (
  id: string,
  decision: 'grant' | 'refuse',
  answer: string,
): Promise<DataRequest> =>
  take(
    client.POST('/api/v1/privacy/requests/{id}/decision', {
      ...at(id),
      body: { decision, answer },
    }),
  );

export const readConsentOverview = (): Promise<ConsentOverview> =>
  take(client.GET('/api/v1/privacy/consents'));
export const putPurpose = (id: string, body: PurposeBody) =>
  take(client.PUT('/api/v1/consent-purposes/{id}', { ...at(id), body }));

export const listPurges = (policy: string, cursor: string | null) =>
  take(
    client.GET('/api/v1/privacy/purges', {
      params: {
        query: { limit: 50, ...(policy ? { policy } : {}), ...(cursor ? { cursor } : {}) },
      },
    }),
  );
export const purgeNow = () => take(client.POST('/api/v1/privacy/purges'));

export const listAssessments = async (): Promise<Assessment[]> =>
  (await take(client.GET('/api/v1/privacy/assessments'))).items;
export const putAssessment = (id: string, body: AssessmentBody): Promise<Assessment> =>
  take(client.PUT('/api/v1/privacy/assessments/{id}', { ...at(id), body }));
export const readCompliance = (): Promise<Compliance> =>
  take(client.GET('/api/v1/privacy/compliance'));
/** @returns the updated page. */
export const confirmDuty = (id: string, note: string): Promise<Compliance> =>
  take(client.POST('/api/v1/privacy/compliance/{id}/confirmations', { ...at(id), body: { note } }));

export const readKeys = (): Promise<KeyStatus> => take(client.GET('/api/v1/keys'));
export const listCustody = async (): Promise<Custody[]> =>
  (await take(client.GET('/api/v1/keys/custody'))).items;
export const findKeepers = async (q: string): Promise<Keeper[]> =>
  (await take(client.GET('/api/v1/keys/keepers', { params: { query: { q } } }))).items;
export const handOver = (personId: string, note: string): Promise<unknown> =>
  take(client.POST('/api/v1/keys/custody', { body: { keyId: '*', personId, note } }));
export const rotateKeys = (reason: string, renew: boolean): Promise<unknown> =>
  take(client.POST('/api/v1/keys/rotation', { body: { reason, renew } }));

export const readBackups = (): Promise<Backups> => take(client.GET('/api/v1/backups'));
export const readStore = async (): Promise<StoreState> =>
  (await take(client.GET('/api/v1/system'))).files;

/** People and departments to choose from; empty without read access. */
export const findPeople = async (q: string): Promise<(Named & { employeeNo: string })[]> =>
  (await take(client.GET('/api/v1/persons', { params: { query: { q, limit: 20 } } }))).items;
export const listDepartments = async (): Promise<{ id: string; name: Bilingual }[]> =>
  (await take(client.GET('/api/v1/departments'))).items;
