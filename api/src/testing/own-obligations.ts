import { expect } from 'vitest';
import type { OwnView } from '../modules/own-obligations/schema.ts';
import type { Transaction } from '../platform/db/database.ts';
import { newId } from '../platform/db/ids.ts';
import type { ObligationView } from '../platform/obligations/schema.ts';
import { dayIn } from './suppliers.ts';
import type { UsedApi } from './use-api.ts';

const HOUR_MS = 3_600_000;

export interface Refusal {
  code: string;
  errors: { field: string }[];
  current: { version: number };
}

/** Own obligations of tests: adding, recording and reading them. */
export function ownActs(used: UsedApi) {
  const send = <Body = OwnView & Refusal>(
    user: string,
    method: string,
    path: string,
    body?: object,
  ) => used.api.send<Body>(user, method, path, body);
  const inTenant = <Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result> =>
    used.database.transaction({ tenant: 'demo', user: null }, work);

  let count = 0;
  const input = (more: object = {}) => ({
    title: { zh: '', en: `Own ${++count}` },
    subjectKind: 'plant',
    dueBy: 'once',
    startsOn: dayIn(3),
    ...more,
  });
  async function add(more: object = {}, user = 'safety.head'): Promise<OwnView> {
    const { status, body } = await send(user, 'POST', '/own-obligations', input(more));
    expect([status, body]).toMatchObject([201, {}]);
    return body;
  }
  const change = (of: OwnView, patch: object, user = 'safety.head') =>
    send(user, 'PATCH', `/own-obligations/${of.id}`, { version: of.version, ...patch });
  const own = async (of: { id: string }, user = 'safety.head') =>
    (await send(user, 'GET', `/own-obligations/${of.id}`)).body;
  /** Its cases, oldest first. */
  const cases = (of: { id: string }) =>
    inTenant((tx) =>
      tx.obligationCase.findMany({
        where: { obligation: { source: of.id } },
        orderBy: { period: 'asc' },
        include: { steps: true },
      }),
    );
  const days = async (of: { id: string }) =>
    (await cases(of)).map(({ dueOn }) => dueOn?.toISOString().slice(0, 10) ?? null);
  /** The case that waits. */
  async function open(of: { id: string }, user = 'safety.head'): Promise<ObligationView> {
    const waiting = (await cases(of)).find(({ endedAt }) => endedAt === null);
    return (await send<ObligationView>(user, 'GET', `/obligations/${waiting?.id}`)).body;
  }
  async function complete(of: { id: string }, user: string, more: object = {}) {
    const { id, version } = await open(of);
    const body = { version, on: dayIn(0), note: 'Looked at all of them', ...more };
    return send<ObligationView & Refusal>(user, 'POST', `/obligations/${id}/completion`, body);
  }
  const userOf = (username: string) =>
    inTenant((tx) => tx.appUser.findFirstOrThrow({ where: { username } }));
  const decide = (of: OwnView, user: string, record: string, more: object) =>
    send(user, 'POST', `/own-obligations/${of.id}/decision`, { record, ...more });
  /** Days of the calendar of 2028 and later are looked at: the job runs as at an instant. */
  const noon = (day: string) => new Date(`${day}T04:00:00Z`);
  /** A session of yesterday and today in which the machine ran for so long. */
  async function ran(machine: string, person: string, hours: number): Promise<void> {
    await inTenant(async (tx) => {
      const point = await tx.gatePoint.findFirstOrThrow({ where: { machineId: machine } });
      const from = new Date(Date.now() - (hours + 1) * HOUR_MS);
      const end = new Date(Date.now() - HOUR_MS / 60);
      const decisionId = newId();
      await tx.gateDecision.create({
        data: {
          tenantId: 'demo',
          id: decisionId,
          pointId: point.id,
          key: `own-${decisionId}`,
          digest: ''.padEnd(64, '0'),
          kind: 'start',
          target: machine,
          personId: person,
          askedAt: from,
          decidedAt: from,
          decision: 'allow',
          final: false,
          codes: [],
          reasons: [],
          validUntil: end,
        },
      });
      await tx.gateSession.create({
        data: {
          tenantId: 'demo',
          id: newId(),
          decisionId,
          pointId: point.id,
          machine,
          personId: person,
          from,
          until: end,
          checkAt: end,
          ranMs: hours * HOUR_MS,
          ranTo: end,
        },
      });
    });
  }
  return {
    send,
    inTenant,
    input,
    add,
    change,
    own,
    cases,
    days,
    open,
    complete,
    userOf,
    decide,
    noon,
    ran,
  };
}
