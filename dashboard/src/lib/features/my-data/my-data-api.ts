import { client, fetchRaw, take } from '$lib/api/client.ts';
import type { Answer } from '$lib/api/types.ts';
import type { Bilingual } from '$lib/format/names.ts';

export type Consents = Answer<'/api/v1/me/consents', 'get'>;
export type ConsentState = Consents['items'][number];
export type DataRequest = Answer<'/api/v1/me/requests', 'get'>['items'][number];
export type Decision = 'given' | 'refused' | 'withdrawn';
export type Corrections = Partial<Record<'name' | 'phone' | 'nationalId' | 'hiredOn', string>>;

/** The company's data about the user; sensitive numbers are masked. */
export interface OwnData extends Omit<Answer<'/api/v1/me/data', 'get'>, 'person' | 'policies'> {
  person: {
    name: string;
    employeeNo: string;
    department: { id: string; name: Bilingual };
    post: string | null;
    hiredOn: string | null;
    kind: 'employee' | 'contractor' | 'visitor' | 'trainee';
    company: string | null;
    host: { id: string; name: string } | null;
    validUntil: string | null;
    nationalId: string | null;
    phone: string | null;
    badges: { id: string; badge: string; since: string }[];
  };
  policies: {
    id: string;
    name: Bilingual;
    purpose: Bilingual;
    retentionDays: number | null;
    retentionSource: Bilingual;
  }[];
}

export const readOwnData = async (): Promise<OwnData> =>
  (await take(client.GET('/api/v1/me/data'))) as unknown as OwnData;
/** Everything, unmasked, as exported by the API. */
export const exportOwnData = async (): Promise<Blob> =>
  (await fetchRaw('/api/v1/me/data.export')).blob();

export const readConsents = (): Promise<Consents> => take(client.GET('/api/v1/me/consents'));
/** @throws ApiError `consent.notice-old` where the notice has changed since it was shown. */
export const decideConsent = (of: ConsentState, decision: Decision): Promise<Consents> =>
  take(
    client.POST('/api/v1/me/consents', {
      body: { purpose: of.purpose.id, noticeVersion: of.purpose.version, decision },
    }),
  );

export const listRequests = async (): Promise<DataRequest[]> =>
  (await take(client.GET('/api/v1/me/requests'))).items;
export const makeRequest = (
  kind: DataRequest['kind'],
  text: string,
  fields: Corrections,
): Promise<DataRequest> =>
  take(
    client.POST('/api/v1/me/requests', {
      body: {
        kind,
        text,
        ...(kind === 'correct' && Object.keys(fields).length > 0 ? { fields } : {}),
      },
    }),
  );
