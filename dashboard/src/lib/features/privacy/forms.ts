import type { Bilingual } from '$lib/format/names.ts';
import type {
  Assessment,
  AssessmentBody,
  Policy,
  PolicyBody,
  Purpose,
  PurposeBody,
} from './privacy-api.ts';

export const classifications = ['public', 'internal', 'secret', 'trade-secret'] as const;
export const certainties = ['T', 'P', 'C', 'K', 'own'] as const;
export const levels = ['low', 'medium', 'high'] as const;
export const conclusions = ['acceptable', 'conditional', 'not-acceptable'] as const;

/** Parses "a, b、c" to a list of distinct items. */
export const listOf = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,，、;；\n]/)
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ),
];
export const isId = (id: string): boolean => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) && id.length <= 64;

const trim = ({ zh, en }: Bilingual): Bilingual => ({ zh: zh.trim(), en: en.trim() });
const empty = (): Bilingual => ({ zh: '', en: '' });
const copy = (text: Bilingual | undefined): Bilingual => (text ? { ...text } : empty());

export interface PolicyForm {
  id: string;
  name: Bilingual;
  purpose: Bilingual;
  /** Comma-separated words in each language. */
  fields: Bilingual;
  classification: PolicyBody['classification'];
  personal: boolean;
  sensitive: boolean;
  legalBasis: Bilingual;
  usedBy: string[];
  /** Empty: no fixed term. */
  retentionDays: string;
  retentionSource: Bilingual;
  certainty: PolicyBody['certainty'];
  storage: Bilingual;
  departmentId: string;
  person: { id: string; name: string } | null;
}

export function policyForm(policy: Policy | null): PolicyForm {
  return {
    id: policy?.id ?? '',
    name: copy(policy?.name),
    purpose: copy(policy?.purpose),
    fields: { zh: policy?.fields.zh.join('、') ?? '', en: policy?.fields.en.join(', ') ?? '' },
    classification: policy?.classification ?? 'internal',
    personal: policy?.personal ?? true,
    sensitive: policy?.sensitive ?? false,
    legalBasis: copy(policy?.legalBasis),
    usedBy: [...(policy?.usedBy ?? [])],
    retentionDays: policy?.retentionDays?.toString() ?? '',
    retentionSource: copy(policy?.retentionSource),
    certainty: policy?.certainty ?? 'own',
    storage: copy(policy?.storage),
    departmentId: policy?.department?.id ?? '',
    person: policy?.person ?? null,
  };
}

/** The request body, based on the loaded version, so that a concurrent change is detected. */
export function policyBody(form: PolicyForm, version: number): PolicyBody {
  const { classification, personal, usedBy, certainty } = form;
  return {
    version,
    name: trim(form.name),
    purpose: trim(form.purpose),
    fields: { zh: listOf(form.fields.zh), en: listOf(form.fields.en) },
    classification,
    personal,
    // Non-personal data cannot be sensitive personal data.
    sensitive: personal && form.sensitive,
    legalBasis: trim(form.legalBasis),
    usedBy,
    retentionDays: form.retentionDays === '' ? null : Number(form.retentionDays),
    retentionSource: trim(form.retentionSource),
    certainty,
    storage: trim(form.storage),
    departmentId: form.departmentId || null,
    personId: form.person?.id ?? null,
  };
}

export interface PurposeForm {
  id: string;
  name: Bilingual;
  notice: Bilingual;
  scope: string;
  sensitive: boolean;
  active: boolean;
  /** Whether the agreed content has changed, so that the consent has to be renewed. */
  renew: boolean;
}
export const purposeForm = (purpose: Purpose | null): PurposeForm => ({
  id: purpose?.id ?? '',
  name: copy(purpose?.name),
  notice: copy(purpose?.notice),
  scope: purpose?.scope.join(', ') ?? '',
  sensitive: purpose?.sensitive ?? false,
  active: purpose?.active ?? true,
  renew: true,
});
export const purposeBody = (form: PurposeForm, version: number): PurposeBody => ({
  version,
  name: trim(form.name),
  notice: trim(form.notice),
  scope: listOf(form.scope),
  sensitive: form.sensitive,
  active: form.active,
  renew: form.renew,
});

export interface AssessmentForm {
  id: string;
  title: Bilingual;
  purposes: string[];
  necessity: string;
  risks: { risk: string; level: (typeof levels)[number] }[];
  measures: string;
  conclusion: (typeof conclusions)[number];
  assessedOn: string;
}
export const assessmentForm = (one: Assessment | null, today: string): AssessmentForm => ({
  id: one?.id ?? '',
  title: copy(one?.title),
  purposes: [...(one?.purposes ?? [])],
  necessity: one?.necessity ?? '',
  risks: one?.risks.map((risk) => ({ ...risk })) ?? [{ risk: '', level: 'medium' }],
  measures: one?.measures ?? '',
  conclusion: one?.conclusion ?? 'acceptable',
  assessedOn: today,
});
export const assessmentBody = (form: AssessmentForm, version: number): AssessmentBody => ({
  version,
  title: trim(form.title),
  purposes: form.purposes,
  necessity: form.necessity.trim(),
  risks: form.risks
    .map(({ risk, level }) => ({ risk: risk.trim(), level }))
    .filter(({ risk }) => risk !== ''),
  measures: form.measures.trim(),
  conclusion: form.conclusion,
  assessedOn: form.assessedOn,
});
