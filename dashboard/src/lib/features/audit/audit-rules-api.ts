import { client, take } from '$lib/api/client.ts';
import type { Answer } from '$lib/api/types.ts';

export type AuditRule = Answer<'/api/v1/audit/rules', 'get'>['items'][number];

export const listRules = async (): Promise<AuditRule[]> =>
  (await take(client.GET('/api/v1/audit/rules'))).items;
export const putRule = (
  id: string,
  body: { active: boolean; params: Record<string, number> },
): Promise<AuditRule> =>
  take(client.PUT('/api/v1/audit/rules/{id}', { params: { path: { id } }, body }));

/** Whether the thresholds are the defaults. */
export const isUsual = ({ params, usual }: AuditRule): boolean =>
  Object.entries(usual).every(([name, value]) => params[name] === value);

/** Valid ranges of a rule's numbers: hours of a day, percentages, counts from one on. */
export function limitsOf(name: string): { min: number; max: number } {
  if (name.endsWith('Hour')) return { min: 0, max: 23 };
  if (name.endsWith('Share')) return { min: 0, max: 100 };
  return { min: 1, max: name === 'windowMinutes' ? 1440 : 1_000_000 };
}
