import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../platform/db/ids.ts';
import { assignmentActs, type JobAnswer } from '../../testing/assignments.ts';
import { useApi } from '../../testing/use-api.ts';
import type { JobView } from './schema.ts';

const used = useApi({ processes: 2 });
const acts = assignmentActs(used);
const { send, plan, welder, worker, assign, job, codesOf, events } = acts;
beforeAll(() => acts.makePlanners());

/** Refused with this code, and the job stays as it is. */
async function refused(of: JobView, act: () => Promise<{ status: number; body: JobAnswer }>) {
  const before = await job(of.id);
  const { status, body } = await act();
  expect(await job(of.id)).toEqual(before);
  return [status, body.code];
}

describe('special work', () => {
  it('[PER-04] is given to no person without its certificate by any role, whatever the reason; each try is an event', async () => {
    const one = await plan();
    const bare = await worker();
    const other = await worker();
    const height = { category: 'height', issuedOn: acts.dayIn(-30), validFrom: acts.dayIn(-30) };
    await acts.certified(other, { ...height, validUntil: acts.dayIn(300) });
    const reason = 'there is no one else today';
    for (const user of ['foreman', 'head', 'safety.head']) {
      for (const person of [bare, other]) {
        expect(await refused(one, () => assign(one, person, user, { reason }))).toEqual([
          422,
          'assignment.refused',
        ]);
      }
    }
    // Who reads only, and who plans elsewhere, do not come so far.
    expect(await refused(one, () => assign(one, bare, 'safety', { reason }))).toEqual([
      403,
      'auth.forbidden',
    ]);
    expect(await refused(one, () => assign(one, bare, 'other-foreman', { reason }))).toEqual([
      404,
      'person.unknown',
    ]);
    expect(await events(one.id)).toEqual(Array.from({ length: 6 }, () => 'refused'));
    const { body } = await assign(one, bare, 'head', { reason });
    expect(body).toMatchObject({ decision: 'deny', final: true });
    expect(JSON.stringify(body)).not.toMatch(/certificate-missing|fitness/);
  });

  it('[PER-04] is not overridden in the database either', async () => {
    const one = await plan();
    const bare = await worker();
    const row = {
      tenantId: 'demo',
      id: newId(),
      jobId: one.id,
      personId: bare.id,
      from: new Date(one.from),
      until: new Date(one.until),
      special: true,
      decision: 'hold',
      overrideReason: 'I say so',
      overrideBy: newId(),
      assignedBy: newId(),
      assignedAt: new Date(),
    };
    const insert = (data: typeof row) =>
      used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.workAssignment.create({ data }),
      );
    await expect(insert(row)).rejects.toThrow(/work_assignment_special/);
  });
});

describe('who is on hold', () => {
  it('is assigned with a reason by a role that may, and not by a person for themself', async () => {
    const post = { code: 'DB-1', name: '打包工', kind: 'other', departmentId: 'assembly' };
    const made = await send<{ id: string }>('safety.head', 'POST', '/posts', post);
    const one = await plan({ machineId: 'conveyor-1', postId: made.body.id });
    const person = await worker();
    const reason = 'a trained packer of another hall';
    for (const [user, more] of [
      ['foreman', {}],
      ['foreman', { reason }],
      ['head', {}],
    ] as const) {
      expect(await refused(one, () => assign(one, person, user, more))).toEqual([
        422,
        'assignment.reason-needed',
      ]);
    }
    const [head] = (await acts.candidates(one, 'head')).items.filter(
      ({ person: { employeeNo } }) => employeeNo === 'E011',
    );
    expect(head).toMatchObject({ decision: 'hold', final: false });
    expect(await refused(one, () => assign(one, head!.person, 'head', { reason }))).toEqual([
      422,
      'assignment.reason-needed',
    ]);
    const { status, body } = await assign(one, person, 'head', { reason });
    expect([status, body.crew[0]?.override?.reason]).toEqual([200, reason]);
  });
});

describe('another planner', () => {
  it('neither reads, changes nor fills a job of another department, and assigns no person of one', async () => {
    const one = await plan();
    const good = await welder();
    const base = `/assignments/jobs/${one.id}`;
    const version = one.version;
    for (const [method, path, body] of [
      ['GET', base, undefined],
      ['GET', `${base}/candidates`, undefined],
      ['GET', `${base}/history`, undefined],
      ['PATCH', base, { version, title: 'Mine' }],
      ['POST', `${base}/begin`, { version }],
      ['POST', `${base}/cancel`, { version, reason: 'mine' }],
    ] as const) {
      expect(await refused(one, () => send('other-foreman', method, path, body))).toEqual([
        404,
        'assignment.unknown',
      ]);
    }
    const far = await welder({ departmentId: 'press-shop' });
    expect(await refused(one, () => assign(one, far))).toEqual([404, 'person.unknown']);
    // Who is assigned reads the job, and plans nothing of it.
    const made = (await assign(one, good)).body;
    const taken = await send('foreman', 'POST', `${base}/people/${newId()}/end`, {
      version: made.version,
      reason: 'no',
    });
    expect([taken.status, taken.body.code]).toEqual([404, 'assignment.no-member']);
  });
});

describe('two planners at once', () => {
  /** Assigns a person to all of these jobs at the same moment, by two processes. */
  const rush = (jobs: readonly JobView[], { id: person }: { id: string }) =>
    Promise.all(
      jobs.map(({ id, version }, n) =>
        (n % 2 === 0 ? used.api : used.other).send<JobAnswer>(
          n % 3 === 0 ? 'foreman' : 'safety.head',
          'POST',
          `/assignments/jobs/${id}/people`,
          { version, person },
        ),
      ),
    );

  it('[PER-06] never book a person twice for the same time, whatever the times are', async () => {
    const span = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 6 }));
    const spans = fc.array(span, { minLength: 4, maxLength: 5 });
    const from = Date.now() + 3_600_000;
    const hour = (n: number) => new Date(from + n * 3_600_000).toISOString();
    await fc.assert(
      fc.asyncProperty(spans, async (times) => {
        const person = await worker();
        const jobs = await Promise.all(
          times.map(([start, long]) =>
            plan({ machineId: 'conveyor-1', from: hour(start), until: hour(start + long) }),
          ),
        );
        const answers = await rush(jobs, person);
        const overlaps = (a: JobView, b: JobView) => a.from < b.until && b.from < a.until;
        const won = jobs.filter((_, n) => answers[n]?.status === 200);
        for (const [n, { status, body }] of answers.entries()) {
          const others = won.filter((one) => one !== jobs[n] && overlaps(one, jobs[n]!));
          if (status === 200) expect(others).toEqual([]);
          else {
            expect([status, body.code, codesOf({ reasons: body.reasons ?? [] })]).toEqual([
              409,
              'assignment.busy',
              ['busy'],
            ]);
            expect(others.length).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: 2 },
    );
  });

  it('for one job and one person leave one row, and moving a job onto another is refused', async () => {
    const person = await worker();
    const one = await plan({ machineId: 'conveyor-1' });
    const answers = await rush([one, one, one], person);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    expect((await job(one.id)).crew.map(({ person: { id } }) => id)).toEqual([person.id]);
    const later = await plan({ machineId: 'conveyor-1', from: acts.at(8), until: acts.at(9) });
    const made = (await assign(later, person)).body;
    const onto = { version: made.version, from: acts.at(5), until: acts.at(9) };
    const { status, body } = await send('foreman', 'PATCH', `/assignments/jobs/${later.id}`, onto);
    expect([status, body.code]).toEqual([409, 'assignment.crew-refused']);
    expect(body.people?.map(codesOf)).toEqual([['busy']]);
    // Whatever program writes.
    const move = used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.workAssignment.updateMany({
        where: { jobId: later.id },
        data: { from: new Date(onto.from) },
      }),
    );
    await expect(move).rejects.toThrow(/assigned at this time/);
    expect(await job(later.id, 'foreman')).toEqual(made);
  });
});
