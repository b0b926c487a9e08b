import { beforeAll, describe, expect, it } from 'vitest';
import { createUnits } from '../../platform/db/unit-of-work.ts';
import { createNotices } from '../../platform/notices/notify.ts';
import { createRules } from '../../platform/rules/service.ts';
import { qualificationActs } from '../../testing/qualifications.ts';
import { until } from '../../testing/site.ts';
import { dayIn } from '../../testing/suppliers.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';
import type { Person } from '../people/schema.ts';
import { permitsOfPeople } from '../permits/in-areas.ts';
import { createPersonFacts } from '../qualifications/person-facts.ts';
import type { QualificationView } from '../qualifications/schema.ts';
import { createMatcher } from './decisions.ts';
import { createFit } from './fit.ts';
import { createFitTell } from './fit-tell.ts';

interface MisfitList {
  items: {
    id: string;
    person: { id: string };
    post: { name: { zh: string } };
    decision: string;
    final: boolean;
    reasons: { code: string }[];
    since: string;
    closedAt: string | null;
  }[];
  counts: { hold: number; deny: number };
}
interface Notices {
  items: {
    kind: string;
    severity: string;
    count: number;
    title: { en: string };
    body: { en: string };
    link: string;
  }[];
}

const used = useApi();
const { send, hired, welding, added, step, makeAccounts } = qualificationActs(used);
const HOUR = 3_600_000;
const list = async (query = '', user = 'safety') =>
  (await send<MisfitList>(user, 'GET', `/match/misfits?limit=200${query}`)).body;
const of = async (person: { id: string }, query = '') =>
  (await list(query)).items.filter((one) => one.person.id === person.id);
const noticesTo = async (user: string) =>
  (await send<Notices>(user, 'GET', '/notices?limit=200')).body.items.filter(({ kind }) =>
    kind.startsWith('match.'),
  );
/** A pass at a later time, by the parts of the product. */
function passAt(now: Date, enoughMs?: number): Promise<boolean> {
  const { database } = used;
  const units = createUnits({ database, onError: () => {} });
  const rules = createRules({ units, timeZone: 'Asia/Shanghai' });
  const sources = {
    qualifications: createPersonFacts('Asia/Shanghai'),
    permits: { inAreas: async () => [], ofPeople: permitsOfPeople },
    peopleBirths: { bornOn: async () => new Map<string, string>() },
  };
  const matcher = createMatcher({ rules, sources });
  const tell = createFitTell(createNotices({ written() {} }));
  const given = enoughMs === undefined ? {} : { enoughMs };
  return createFit({ units, matcher, tell, ...given }).look('demo', now);
}
async function lookAt(now: Date): Promise<void> {
  while (await passAt(now));
}
/** A welder of the post 电焊工, which asks for the certificate alone. */
async function welder(certificate: object = {}): Promise<Person> {
  const person = await hired({ departmentId: 'assembly', post: '电焊工' });
  await until(async () => (await of(person)).length === 1, 'the one without a certificate is seen');
  const own = { issuedOn: dayIn(-200), validFrom: dayIn(-200), reviewDueOn: null };
  await added(person, welding({ ...own, validUntil: dayIn(1), ...certificate }));
  await until(async () => (await of(person)).length === 0, 'it is closed by the certificate');
  return person;
}

beforeAll(async () => {
  await makeAccounts();
  await makeUser(
    used.database,
    'assembly-head',
    ['match:follow@department', 'match:read@department'],
    {
      employeeNo: 'E012',
    },
  );
  const post = { code: 'DH-01', name: '电焊工', kind: 'special-work', departmentId: 'assembly' };
  const made = await send('safety.head', 'POST', '/posts', { ...post, specialWork: ['welding'] });
  expect(made.status).toBe(201);
});

describe('[PER-11] person and post through the work', () => {
  it('what did not fit on the first day is listed, and no notice was written of it', async () => {
    await until(
      async () => (await list()).items.length > 3,
      'the people of the start are compared',
    );
    const { items, counts } = await list();
    expect(items.map(({ post }) => post.name.zh)).toContain('装配工');
    expect(counts.deny + counts.hold).toBe(items.length);
    expect(await noticesTo('assembly-head')).toEqual([]);
  });

  it('a certificate that ends at midnight is told in the shift, once, and a renewal closes it', async () => {
    const person = await welder();
    await makeUser(used.database, 'the-welder', ['match:read@own'], {
      employeeNo: person.employeeNo,
    });
    const before = (await noticesTo('assembly-head')).length;
    // The last day counts to its end: midnight of the plant is at 16:00 UTC.
    const midnight = new Date(`${dayIn(1)}T16:00:00Z`);
    await lookAt(new Date(midnight.getTime() - 1));
    expect(await of(person)).toEqual([]);
    await lookAt(new Date(midnight.getTime() + HOUR));
    await lookAt(new Date(midnight.getTime() + 2 * HOUR));
    const [misfit] = await of(person);
    expect(misfit).toMatchObject({
      decision: 'deny',
      since: midnight.toISOString(),
      reasons: [{ code: 'certificate-over' }],
    });
    const told = await noticesTo('assembly-head');
    expect(told.length).toBe(before + 1);
    expect(told[0]).toMatchObject({
      title: { en: `${person.name} does not fit the post 电焊工` },
      link: '/match/misfits',
    });
    // Others read no details; the person reads what to do.
    expect(told[0]?.body.en).not.toContain('certificate');
    const own = await noticesTo('the-welder');
    expect(own.map(({ body }) => body.en)).toEqual([
      'The certificate has ended. Renew it before the work.',
    ]);
    const day = { issuedOn: dayIn(-1), validFrom: dayIn(-1), reviewDueOn: null };
    await added(person, welding({ ...day, validUntil: dayIn(900) }));
    await until(async () => (await of(person)).length === 0, 'the renewal closes it');
    expect(await of(person, '&state=closed')).toHaveLength(2);
  });

  it('a suspension is told at once, and leaving the post closes it', async () => {
    const person = await welder({ validUntil: dayIn(500) });
    const path = `/persons/${person.id}/qualifications`;
    const file = await send<{ items: QualificationView[] }>('office', 'GET', path);
    await step(file.body.items[0]!, 'suspend');
    await until(async () => (await of(person)).length === 1, 'the suspension is seen');
    expect((await of(person))[0]?.reasons[0]?.code).toBe('certificate-suspended');
    const to = { departmentId: 'assembly', post: null };
    await send('staff', 'POST', `/persons/${person.id}/transfer`, to);
    await until(async () => (await of(person)).length === 0, 'who holds no post fits it');
  });

  it('another demand of the post is seen for all who hold it, within reach only', async () => {
    const person = await welder({ validUntil: dayIn(500) });
    const posts = await send<{ items: { id: string; version: number; code: string }[] }>(
      'safety.head',
      'GET',
      '/posts?limit=200',
    );
    const post = posts.body.items.find(({ code }) => code === 'DH-01')!;
    const more = { version: post.version, skills: [{ skill: 'first-aid', level: 1 }] };
    expect((await send('safety.head', 'PATCH', `/posts/${post.id}`, more)).status).toBe(200);
    await until(async () => (await of(person)).length === 1, 'the new demand is seen');
    expect((await list('', 'assembly-head')).items.map((one) => one.person.id)).toContain(
      person.id,
    );
    await makeUser(used.database, 'far', ['match:read@department'], { employeeNo: 'E009' });
    expect((await list('', 'far')).items.map((one) => one.person.id)).not.toContain(person.id);
  });

  it('a missing medical check is shown as a plain refusal without the right to read qualifications', async () => {
    const exposures = [{ substance: 'noise', route: 'hearing' }];
    const post = { code: 'ZS-01', name: '噪声岗', kind: 'operator', departmentId: 'assembly' };
    const made = await send('safety.head', 'POST', '/posts', { ...post, exposures });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const person = await hired({ departmentId: 'assembly', post: post.name });
    await until(async () => (await of(person)).length === 1, 'the lack is seen');
    expect((await of(person))[0]).toMatchObject({
      decision: 'hold',
      final: false,
      reasons: [{ code: 'fitness-missing' }],
    });
    const before = await list('', 'safety');
    const seen = await list('', 'assembly-head');
    const mine = (one: MisfitList) => one.items.find((each) => each.person.id === person.id);
    expect(mine(seen)).toMatchObject({
      decision: 'deny',
      final: true,
      reasons: [{ code: 'not-qualified' }],
    });
    expect(mine(await list('&decision=hold', 'assembly-head'))).toBeUndefined();
    expect(mine(await list('&decision=deny', 'assembly-head'))).toBeDefined();
    expect(mine(await list('&decision=hold', 'safety'))).toBeDefined();
    const held = before.items.filter((one) => one.decision === 'hold').length;
    expect(before.counts.hold).toBe(held);
    expect(seen.counts.deny).toBe(seen.items.filter((one) => one.decision === 'deny').length);
    const [told] = await noticesTo('assembly-head');
    expect(told).toMatchObject({
      severity: 'warning',
      body: { en: expect.stringMatching(/^Not qualified for this\./) },
    });
  });

  it('what gets worse while it does not fit is told again, with a decision that says so', async () => {
    const exposures = [{ substance: 'noise', route: 'hearing' }];
    const post = { code: 'DH-02', name: '噪声电焊岗', kind: 'special-work', exposures };
    const made = await send('safety.head', 'POST', '/posts', {
      ...post,
      departmentId: 'assembly',
      specialWork: ['welding'],
    });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const person = await hired({ departmentId: 'assembly', post: post.name });
    await makeUser(used.database, 'noisy-welder', ['match:read@own'], {
      employeeNo: person.employeeNo,
    });
    await until(async () => (await of(person)).length === 1, 'both lacks are seen');
    const own = { issuedOn: dayIn(-200), validFrom: dayIn(-200), reviewDueOn: null };
    await added(person, welding({ ...own, validUntil: dayIn(1) }));
    await until(async () => (await of(person))[0]?.decision === 'hold', 'the certificate is seen');
    const decisionOf = () =>
      used.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
        const { decisionId } = await tx.postMisfit.findFirstOrThrow({
          where: { personId: person.id, closedAt: null },
        });
        return tx.matchDecision.findFirstOrThrow({ where: { id: decisionId } });
      });
    expect((await decisionOf()).decision).toBe('hold');
    // What got better was shown, and not told.
    const count = async (user: string) =>
      (await noticesTo(user)).filter(({ title }) => title.en.includes(post.name)).length;
    expect([await count('assembly-head'), await count('noisy-welder')]).toEqual([1, 1]);
    const midnight = new Date(`${dayIn(1)}T16:00:00Z`);
    await lookAt(new Date(midnight.getTime() + HOUR));
    await lookAt(new Date(midnight.getTime() + 2 * HOUR));
    expect(await of(person)).toMatchObject([{ decision: 'deny' }]);
    expect((await of(person))[0]?.reasons.map(({ code }) => code)).toContain('certificate-over');
    expect((await decisionOf()).decision).toBe('deny');
    const [mine] = await noticesTo('noisy-welder');
    expect(mine?.body.en).toContain('The certificate has ended.');
    // Within minutes of the first one it is the same notice, counted again and unread.
    const [heads] = await noticesTo('assembly-head');
    expect(heads).toMatchObject({ count: 2, title: { en: expect.stringContaining(post.name) } });
  });

  it('a pass ends after its time: the people it did not compare stay due for the next one', async () => {
    // No pass of the API itself takes these.
    const now = new Date(Date.now() + 1_000 * 24 * HOUR);
    const due = () =>
      used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
        tx.matchWatch.count({ where: { dueAt: now } }),
      );
    const { count } = await used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      tx.matchWatch.updateMany({ data: { dueAt: now } }),
    );
    expect(count).toBeGreaterThan(2);
    expect(await passAt(now, 0)).toBe(true);
    expect(await due()).toBe(count - 1);
    await lookAt(now);
    expect(await due()).toBe(0);
  });
});
