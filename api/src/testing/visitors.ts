import { expect } from 'vitest';
import type { OnSiteAnswer, VisitAnswer } from '../modules/visitors/answers.ts';
import type { UsedApi } from './use-api.ts';
import { makeUser } from './users.ts';

const HOUR_MS = 3_600_000;
/** Instants hours from now, RFC 3339. */
export const hence = (hours: number): string =>
  new Date(Date.now() + hours * HOUR_MS).toISOString();

/** What the tests of visits do over the API. */
export function visitActs(used: UsedApi) {
  const send = <Body = VisitAnswer>(user: string, method: string, path: string, body?: object) =>
    used.api.send<Body>(user, method, path, body);
  const announced = async (more: object = {}, user = 'worker.press'): Promise<VisitAnswer> => {
    const answer = await send(user, 'POST', '/visits', {
      visitor: { name: '钱来访' },
      company: '常州建安工程公司',
      purpose: '看现场',
      from: hence(-1),
      to: hence(3),
      areas: [{ area: 'main-aisle', escorted: false }],
      ...more,
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body;
  };
  const signed = (name: string, version = 1) => ({ induction: { version, signedName: name } });
  const act = (id: string, what: string, body: object = {}, user = 'operator') =>
    send(user, 'POST', `/visits/${id}/${what}`, body);
  const inTenant = <Result>(work: Parameters<typeof used.database.transaction<Result>>[1]) =>
    used.database.transaction({ tenant: 'demo', user: null }, work);
  /** What the matcher says of a person at an area now. */
  const matched = async (person: string, area = 'main-aisle') => {
    const { body } = await send<{
      items: { decision: string; reasons: { code: string }[]; validUntil: string | null }[];
    }>('matcher', 'POST', '/match', { people: [person], area });
    const [one] = body.items;
    return { decision: one?.decision, codes: one?.reasons.map(({ code }) => code) };
  };
  return {
    send,
    announced,
    signed,
    act,
    inTenant,
    matched,
    onSite: async (user = 'operator') =>
      (await send<OnSiteAnswer>(user, 'GET', '/visits/on-site')).body,
    makeAccounts: async () => {
      await makeUser(used.database, 'matcher', [
        'match:read@all',
        'qualification:read@all',
        'person:read@all',
        'person:manage@all',
        'obligation:read@all',
      ]);
    },
  };
}
