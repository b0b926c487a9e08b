import { expect } from 'vitest';
import { type Place, usual } from '../modules/match/requirement.ts';
import type { DecisionView, MatchAnswer } from '../modules/match/schema.ts';
import { systemCaller } from '../platform/access/caller.ts';
import { newId } from '../platform/db/ids.ts';
import { qualificationActs } from './qualifications.ts';
import { dayIn } from './suppliers.ts';
import type { UsedApi } from './use-api.ts';

/** What the tests of the matcher do over the API. */
export function matchActs(used: UsedApi) {
  const acts = qualificationActs(used);
  const { send, hired, welding, added } = acts;
  const ask = (body: object, user = 'safety') =>
    send<MatchAnswer & { code: string }>(user, 'POST', '/match', body);
  const codes = ({ items }: MatchAnswer) =>
    items.map(({ reasons }) => reasons.map(({ code }) => code));
  /** The codes of one person at a machine, decided and kept. */
  async function at(person: { id: string }, target: object = { machine: 'welder-1' }) {
    const { status, body } = await ask({ people: [person.id], ...target });
    expect(status, JSON.stringify(body)).toBe(200);
    const [one] = body.items;
    return { ...one!, codes: codes(body)[0]! };
  }
  const run = <Result>(
    work: Parameters<typeof used.database.transaction<Result>>[1],
    tenant = 'demo',
  ) => used.database.transaction({ ...systemCaller(tenant), user: null }, work);
  const replayed = async (id: string | null) =>
    (await send<DecisionView>('safety', 'GET', `/match/decisions/${id}`)).body;
  const fit = {
    type: 'fitness',
    category: 'in-post',
    validFrom: dayIn(-10),
    validUntil: dayIn(300),
  };
  const current = welding({
    issuedOn: dayIn(-300),
    validFrom: dayIn(-300),
    validUntil: dayIn(300),
    reviewDueOn: null,
  });
  async function welder(more: object = {}) {
    const person = await hired(more);
    await added(person, current);
    const { status } = await send('doctor', 'POST', `/persons/${person.id}/qualifications`, {
      ...fit,
      result: 'fit',
    });
    expect(status).toBe(201);
    return person;
  }
  const require = async (targetId: string, more: object, target = 'machine') => {
    const places = await send<{ items: Place[] }>('safety.head', 'GET', '/match/places');
    const place = places.body.items.find((one) => one.target === target && one.id === targetId)!;
    const body = {
      target,
      targetId,
      version: place.version,
      ...usual('machine'),
      fromPosts: false,
      ...more,
    };
    return send<Place & { code: string }>('safety.head', 'PUT', '/match/requirements', body);
  };
  /** A session at a machine, as a start point records it. */
  const operated = (person: { id: string }, machine: string, day: string, hours: number) =>
    run(async (tx) => {
      const from = new Date(`${day}T01:00:00Z`);
      const until = new Date(from.getTime() + hours * 3_600_000);
      const ids = { tenantId: 'demo', id: newId(), decisionId: newId(), pointId: newId() };
      await tx.gateSession.create({
        data: { ...ids, machine, personId: person.id, from, until, checkAt: until },
      });
    });
  /** A job of one day that a person did. @returns its id. */
  const finishedJob = (person: { id: string }, day: string, more: object) =>
    run(async (tx) => {
      const from = new Date(`${day}T01:00:00Z`);
      const until = new Date(from.getTime() + 4 * 3_600_000);
      const times = { tenantId: 'demo', from, until };
      const id = newId();
      const digest = ''.padEnd(64, '0');
      const job = {
        ...times,
        id,
        key: id,
        digest,
        title: 'A rail',
        minCrew: 1,
        createdBy: newId(),
      };
      await tx.workJob.create({
        data: { ...job, status: 'done', begunAt: from, endedAt: until, ...more },
      });
      const by = { special: true, decision: 'allow', assignedBy: newId(), assignedAt: from };
      await tx.workAssignment.create({
        data: { ...times, ...by, id: newId(), jobId: id, personId: person.id, endedAt: until },
      });
      return id;
    });

  return {
    ...acts,
    ask,
    codes,
    at,
    run,
    replayed,
    fit,
    current,
    welder,
    require,
    operated,
    finishedJob,
  };
}
