import { ulid } from 'ulid';
import { expect } from 'vitest';
import type { Board, CandidateList, JobView } from '../modules/assignments/schema.ts';
import { usual } from '../modules/match/requirement.ts';
import type { Person } from '../modules/people/schema.ts';
import type { QualificationView } from '../modules/qualifications/schema.ts';
import { newId } from '../platform/db/ids.ts';
import { qualificationActs } from './qualifications.ts';
import { dayIn } from './suppliers.ts';
import type { UsedApi } from './use-api.ts';
import { makeUser } from './users.ts';

/** A job, or why there is none. */
export type JobAnswer = JobView & {
  code?: string;
  decision?: string;
  final?: boolean;
  reasons?: { code: string }[];
  people?: { name: string; reasons: { code: string }[] }[];
  current?: JobView;
};
export interface AssignedAnswer {
  board: Board;
}

/** What the tests of assignments do over the API. */
export function assignmentActs(used: UsedApi) {
  const {
    send,
    hired,
    welding,
    added,
    step: certificateStep,
    makeAccounts,
  } = qualificationActs(used);
  const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const as = <Body = JobAnswer>(user: string, method: string, path: string, body?: object) =>
    send<Body>(user, method, path, body);
  const input = (more: object = {}) => ({
    key: ulid(),
    title: 'Rail',
    machineId: 'welder-1',
    work: 'machineId' in more ? null : 'welding',
    from: at(2),
    until: at(6),
    ...more,
  });
  /** A job that `foreman` plans. */
  async function plan(more: object = {}, user = 'foreman'): Promise<JobView> {
    const { status, body } = await as(user, 'POST', '/assignments/jobs', input(more));
    expect(status, JSON.stringify(body)).toBe(201);
    return body;
  }
  const worker = (more: object = {}): Promise<Person> =>
    hired({ departmentId: 'assembly', ...more });
  /** A worker with all that the welder asks for. */
  async function welder(
    more: object = {},
    { days = 300, fitness = true }: { days?: number; fitness?: boolean } = {},
  ): Promise<Person> {
    const person = await worker(more);
    const own = { issuedOn: dayIn(-300), validFrom: dayIn(-300), reviewDueOn: null };
    await added(person, welding({ ...own, validUntil: dayIn(days) }));
    if (fitness) {
      const check = { type: 'fitness', category: 'in-post', validFrom: dayIn(-9), result: 'fit' };
      const path = `/persons/${person.id}/qualifications`;
      const { status } = await as('doctor', 'POST', path, { ...check, validUntil: dayIn(300) });
      expect(status).toBe(201);
    }
    return person;
  }
  const job = async (id: string, user = 'safety.head') =>
    (await as<JobView>(user, 'GET', `/assignments/jobs/${id}`)).body;

  return {
    at,
    dayIn,
    today: () => dayIn(0),
    input,
    plan,
    worker,
    welder,
    job,
    hired,
    send: as,
    assign: (
      { id, version }: JobView,
      { id: person }: { id: string },
      user = 'foreman',
      more = {},
    ) => as(user, 'POST', `/assignments/jobs/${id}/people`, { version, person, ...more }),
    step: ({ id, version }: JobView, name: string, more = {}, user = 'foreman') =>
      as(user, 'POST', `/assignments/jobs/${id}/${name}`, { version, ...more }),
    candidates: async ({ id }: JobView, user = 'foreman') =>
      (await as<CandidateList>(user, 'GET', `/assignments/jobs/${id}/candidates?limit=100`)).body,
    codesOf: ({ reasons }: { reasons: readonly { code: string }[] }) =>
      reasons.map(({ code }) => code),
    certificateStep,
    skilled: (person: { id: string }, more: object) =>
      added(person, { type: 'skill', validFrom: dayIn(-90), ...more }),
    certified: (person: { id: string }, more: object) =>
      added(person, welding({ reviewDueOn: null, ...more })),
    certificatesOf: async ({ id }: { id: string }) =>
      (
        await send<{ items: QualificationView[] }>('office', 'GET', `/persons/${id}/qualifications`)
      ).body.items.filter(({ type }) => type === 'special-work'),
    noticesTo: async (user: string, kind: string) =>
      (
        await send<{ items: { kind: string; link: string; body: { en: string } }[] }>(
          user,
          'GET',
          '/notices?limit=200',
        )
      ).body.items.filter((one) => one.kind === kind),
    /** What was told of the crew of a job, in order. */
    events: (id: string) =>
      used.database.transaction({ tenant: 'demo', user: null }, async (tx) =>
        (
          await tx.outboxEvent.findMany({
            where: { type: { startsWith: 'cn.anshi.work-assignment.' } },
            orderBy: { seq: 'asc' },
          })
        )
          .filter(({ data }) => (data as { job?: string }).job === id)
          .map(({ type }) => type.split('.')[3]),
      ),
    /** What a machine asks for, beside nothing else. */
    async requirement(machine: string, asks: object): Promise<void> {
      const { body } = await send<{ items: { id: string; version: number }[] }>(
        'safety.head',
        'GET',
        '/match/places',
      );
      const version = body.items.find(({ id }) => id === machine)?.version ?? 0;
      const target = { target: 'machine', targetId: machine, version };
      const set = { ...target, ...usual('machine'), fromPosts: false, ...asks };
      const { status } = await send('safety.head', 'PUT', '/match/requirements', set);
      expect(status).toBe(200);
    },
    /** Hours at a machine, as a session of a gate leaves them. */
    operated: ({ id }: { id: string }, machine: string, hours: number) =>
      used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.gateSession.create({
          data: {
            tenantId: 'demo',
            id: newId(),
            decisionId: newId(),
            pointId: newId(),
            machine,
            personId: id,
            from: new Date(Date.now() - (hours + 24) * 3_600_000),
            until: new Date(Date.now() - 24 * 3_600_000),
            checkAt: new Date(),
          },
        }),
      ),
    /** `foreman` of the assembly shop, `other-foreman` of the press shop, `head` of assembly who may override. */
    async makePlanners(): Promise<void> {
      await makeAccounts();
      const foreman = ['assignment:read@department', 'assignment:manage@department'] as const;
      await makeUser(used.database, 'foreman', [...foreman], { employeeNo: 'E012' });
      await makeUser(used.database, 'other-foreman', [...foreman], { employeeNo: 'E006' });
      await makeUser(used.database, 'head', [...foreman, 'assignment:override@department'], {
        employeeNo: 'E011',
      });
    },
  };
}
