import { beforeAll, describe, expect, it } from 'vitest';
import { obligationActs } from '../../testing/obligations.ts';
import { until } from '../../testing/site.ts';
import { useApi } from '../../testing/use-api.ts';
import { makeUser } from '../../testing/users.ts';

const used = useApi();
const { casesOf } = obligationActs(used);
const inTenant = <Result>(work: Parameters<typeof used.database.transaction<Result>>[1]) =>
  used.database.transaction({ tenant: 'demo', user: null }, work);
const send = <Body = { address: string }>(
  user: string,
  method: string,
  path: string,
  body?: object,
) => used.api.send<Body>(user, method, path, body);
/** Makes or renews the feed of an account. @returns its path. */
async function make(user: string, language = 'zh'): Promise<string> {
  const { status, body } = await send(user, 'POST', '/obligations/feed', { language });
  expect(status).toBe(200);
  return new URL(body.address).pathname;
}
/** Reads a feed as a calendar program does: without an account. */
async function fetched(path: string): Promise<{ status: number; lines: string[]; code?: string }> {
  const answer = await fetch(`${used.api.url}${path}`);
  const text = await answer.text();
  if (answer.status !== 200) return { status: answer.status, lines: [], ...JSON.parse(text) };
  expect(answer.headers.get('content-type')).toContain('text/calendar');
  return { status: 200, lines: text.replaceAll('\r\n ', '').split('\r\n') };
}
const titles = async (path: string) =>
  (await fetched(path)).lines.flatMap((line) => /^SUMMARY:(.*)$/.exec(line)?.[1] ?? []);
const refused = async (path: string) => {
  const { status, code } = await fetched(path);
  return [status, code];
};
const gone = [404, 'obligation.feed-unknown'];

beforeAll(async () => {
  await makeUser(used.database, 'fitter', ['obligation:read@own'], { employeeNo: 'E007' });
  await makeUser(used.database, 'all-reader', [
    'obligation:read@all',
    'person:read@all',
    'qualification:read@all',
    'supplier:read@all',
  ]);
  await until(async () => {
    const kinds = new Set((await casesOf('all-reader', '')).map(({ kind }) => kind));
    return ['badge-return', 'medical-check', 'qualification-end', 'supplier-certificate'].every(
      (kind) => kinds.has(kind),
    );
  }, 'the demonstration is there');
});

describe('the calendar feed of an account', () => {
  it('has numbers in the place of names, and nothing of health', async () => {
    const path = await make('all-reader');
    expect(path).toMatch(/^\/api\/v1\/obligations\/feeds\/[\w-]{43}\.ics$/);
    const { lines } = await fetched(path);
    const text = lines.join('\n');
    const people = await inTenant((tx) => tx.person.findMany({ select: { name: true } }));
    for (const { name } of people) expect(text).not.toContain(name);
    for (const word of ['健康检查', '体检', 'Medical']) expect(text).not.toContain(word);
    const shown = await titles(path);
    expect(shown).toContain('工牌归还: E007 · 工牌 badge-lent-1');
    const checks = [
      ...(await casesOf('all-reader', 'kind=medical-check')),
      ...(await casesOf('all-reader', 'kind=medical-check-first')),
    ];
    const dated = checks.filter(({ dueOn }) => dueOn !== null);
    expect(dated.length).toBeGreaterThan(0);
    expect(shown.filter((title) => /^到期事项: E\d+$/.test(title))).toHaveLength(dated.length);
    // What is no person has its name.
    const [supplier] = await casesOf('all-reader', 'kind=supplier-certificate');
    expect(shown.some((title) => title.includes(supplier?.subject.name.zh ?? '?'))).toBe(true);
  });

  it('shows what the account sees at each reading', async () => {
    const path = await make('fitter', 'en');
    const own = await titles(path);
    expect(own).toContain('Return of a badge: E007 · Badge badge-lent-1');
    // Beside the own ones that of the contractor whose host the fitter is.
    const others = own.filter((title) => !title.includes('E007'));
    expect(others.every((title) => title.startsWith('Last day of a contractor: C001'))).toBe(true);
    const role = { tenantId_id: { tenantId: 'demo', id: 'only-fitter' } };
    const grant = (permissions: string[]) =>
      inTenant((tx) => tx.role.update({ where: role, data: { permissions } }));
    await grant(['obligation:read@all', 'supplier:read@all']);
    await until(async () => (await titles(path)).length > own.length, 'it shows more');
    await grant([]);
    await until(
      async () => (await refused(path)).join() === gone.join(),
      'without the right it is refused',
    );
    await grant(['obligation:read@own']);
    await until(async () => (await titles(path)).length === own.length, 'it is back');
  });

  it('is refused once it was renewed or withdrawn, and its making is in the log', async () => {
    const path = await make('all-reader');
    const renewed = await make('all-reader');
    expect(renewed).not.toBe(path);
    expect(await refused(path)).toEqual(gone);
    expect((await fetched(renewed)).status).toBe(200);
    const state = await send<{ active: boolean; fetchedAt: string | null }>(
      'all-reader',
      'GET',
      '/obligations/feed',
    );
    expect(state.body).toMatchObject({ active: true, fetchedAt: expect.any(String) });
    expect(JSON.stringify(state.body)).not.toContain('feeds/');
    expect((await send('all-reader', 'DELETE', '/obligations/feed')).status).toBe(204);
    expect(await refused(renewed)).toEqual(gone);
    expect(await refused('/api/v1/obligations/feeds/none.ics')).toEqual(gone);
    const lines = await inTenant((tx) =>
      tx.auditLog.findMany({
        where: { entity: 'obligation-feed', userName: 'all-reader' },
        orderBy: { seq: 'asc' },
      }),
    );
    expect(lines.map(({ action }) => action)).toEqual([
      'create',
      'renew-feed',
      'renew-feed',
      'delete',
    ]);
    const kept = await inTenant((tx) => tx.obligationFeed.findMany());
    const secret = /feeds\/(.*)\.ics/.exec(renewed)?.[1] as string;
    expect(JSON.stringify([kept, lines.map(({ seq: _, ...line }) => line)])).not.toContain(secret);
  });

  it('of a locked account is refused', async () => {
    const user = await makeUser(used.database, 'to-lock', ['obligation:read@all']);
    const path = await make('to-lock');
    expect((await fetched(path)).status).toBe(200);
    await inTenant((tx) => tx.appUser.updateMany({ where: { id: user }, data: { active: false } }));
    await until(
      async () => (await refused(path)).join() === gone.join(),
      'the address of the locked account is refused',
    );
  });

  it.each([
    ['password', { passwordHash: 'of another password' }],
    ['second factor', { totpSince: new Date(), totpSealed: 'sealed' }],
  ])('ends with the %s of its account', async (name, change) => {
    const username = `changes-${name.replace(' ', '-')}`;
    const id = await makeUser(used.database, username, ['obligation:read@all']);
    const path = await make(username);
    expect((await fetched(path)).status).toBe(200);
    await inTenant((tx) => tx.appUser.updateMany({ where: { id }, data: change }));
    expect(await refused(path)).toEqual(gone);
  });

  it('is limited, for each address by itself', async () => {
    const path = await make('all-reader');
    let last = { status: 0, code: '' as string | undefined };
    for (let n = 0; n < 40 && last.status !== 429; n++) {
      const { status, code } = await fetched(path);
      last = { status, code };
    }
    expect(last).toEqual({ status: 429, code: 'obligation.feed-too-often' });
    expect((await fetched(await make('all-reader'))).status).toBe(200);
  });
});
