import { describe, expect, it } from 'vitest';
import { until } from '../../testing/site.ts';
import { useApi } from '../../testing/use-api.ts';
import { permitsInAreas } from './in-areas.ts';
import type { PermitView } from './schema.ts';

const used = useApi();
const HOUR = 3_600_000;
const at = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString();
const send = <Body = PermitView>(user: string, method: string, path: string, body?: object) =>
  used.api.send<Body>(user, method, path, body);
const input = (more: object = {}) => ({
  kind: 'hot-work',
  title: 'Weld the guard rail',
  areaId: 'weld-shop',
  description: 'Welding; extinguisher and a guard beside it.',
  people: [],
  fromAt: at(-1),
  toAt: at(2),
  ...more,
});
const act = (of: PermitView, transition: string, user: string, fields: object = {}) =>
  send(user, 'POST', `/permits/${of.id}/actions`, { transition, version: of.version, fields });
const read = async ({ id }: { id: string }) =>
  (await send('auditor', 'GET', `/permits/${id}`)).body;
async function apply(more: object = {}, user = 'maintainer'): Promise<PermitView> {
  await send('admin', 'PUT', '/areas/weld-shop', {
    site: 'plant-1',
    name: { zh: '焊接间', en: 'Weld shop' },
    kind: 'workshop',
  });
  const { status, body } = await send(user, 'POST', '/permits', input(more));
  expect([status, body]).toMatchObject([201, { state: 'draft', inForce: false }]);
  return body;
}
async function taken(of: PermitView, ...steps: [transition: string, user: string][]) {
  let now = of;
  for (const [transition, user] of steps) {
    const { status, body } = await act(now, transition, user);
    expect([transition, status]).toEqual([transition, 200]);
    now = body;
  }
  return now;
}
const active = async (more: object = {}) =>
  taken(await apply(more), ['apply', 'maintainer'], ['approve', 'safety'], ['begin', 'maintainer']);

describe('a work permit', () => {
  it('is applied for, approved by another person, begun and closed; each has it among the tasks', async () => {
    const tasks = async (user: string) =>
      (await send<{ items: { link: string }[] }>(user, 'GET', '/tasks')).body.items.map(
        ({ link }) => link,
      );
    const draft = await apply();
    expect(draft.transitions.map(({ id }) => id)).toEqual(['apply', 'cancel']);
    expect(await tasks('maintainer')).toContain(`/permits/${draft.id}`);
    const submitted = await taken(draft, ['apply', 'maintainer']);
    expect(await tasks('safety')).toContain(`/permits/${draft.id}`);
    const notices = await send<{ items: { link: string | null }[] }>('safety', 'GET', '/notices');
    expect(notices.body.items.map(({ link }) => link)).toContain(`/permits/${draft.id}`);
    expect((await act(submitted, 'approve', 'maintainer')).status).toBe(403);
    const begun = await taken(submitted, ['approve', 'safety'], ['begin', 'maintainer']);
    expect(begun).toMatchObject({ state: 'active', inForce: true, kindName: { zh: '动火作业' } });
    expect(begun.approvedBy?.displayName.en).toBe('Wang Anquan');
    expect((await act(begun, 'close', 'maintainer')).status).toBe(422);
    const cleared = { cleared: 'Everybody is out' };
    const closed = await act(begun, 'close', 'maintainer', cleared);
    expect(closed.body).toMatchObject({ state: 'closed', inForce: false, transitions: [] });
    const history = await send<{ items: { transition: string | null }[] }>(
      'auditor',
      'GET',
      `/permits/${draft.id}/history`,
    );
    expect(history.body.items.map(({ transition }) => transition)).toEqual([
      null,
      'apply',
      'approve',
      'begin',
      'close',
    ]);
  });

  it('is never approved by its applicant, also where one account may do both', async () => {
    const submitted = await taken(await apply(), ['apply', 'maintainer']);
    const written = (data: (applicantId: string) => object) =>
      used.database.transaction({ tenant: 'demo', user: null }, async (tx) => {
        const where = { id: submitted.id };
        const { applicantId } = await tx.permit.findFirstOrThrow({ where });
        await tx.permit.updateMany({ where, data: data(applicantId) });
      });
    await expect(written((approvedBy) => ({ approvedBy }))).rejects.toThrow('permit_second_person');
    const active = written(() => ({ state: 'active' }));
    await expect(active).rejects.toThrow('permit_active_is_approved');
  });

  it('is suspended at once by those who may stop work, and resumed by another than the applicant', async () => {
    const begun = await active();
    const stopped = await act(begun, 'suspend', 'operator', { reason: 'Sparks beside a drum' });
    expect(stopped.body).toMatchObject({ state: 'suspended', inForce: false });
    expect((await act(stopped.body, 'resume', 'maintainer', { reason: 'x' })).status).toBe(403);
    const again = await act(stopped.body, 'resume', 'safety', { reason: 'The drum is away' });
    expect(again.body).toMatchObject({ state: 'active', inForce: true });
    const revoked = await act(again.body, 'revoke', 'safety', { reason: 'Storm' });
    expect(revoked.body).toMatchObject({ state: 'cancelled', inForce: false });
  });

  it('ends by itself, whatever state it is in, and holds no longer than its time', async () => {
    const soon = new Date(Date.now() + 15_000).toISOString();
    const begun = await active({ toAt: soon });
    const draft = await apply({ toAt: soon });
    await until(async () => (await read(begun)).inForce === false, 'it holds no longer');
    const seen = await used.database.transaction({ tenant: 'demo', user: null }, (tx) =>
      permitsInAreas(tx, new Date()),
    );
    const own = seen.find(({ id }) => id === begun.id);
    expect(own).toMatchObject({ holds: false, state: 'expired', since: new Date(soon) });
    await until(async () => (await read(begun)).state === 'expired', 'it is ended');
    await until(async () => (await read(draft)).state === 'expired', 'the draft is ended');
    const told = await send<{ items: { link: string | null }[] }>('maintainer', 'GET', '/notices');
    expect(told.body.items.map(({ link }) => link)).toContain(`/permits/${begun.id}`);
  });

  it('is ended by no person, and begins in its time only', async () => {
    const begun = await active();
    expect(begun.transitions.map(({ id }) => id)).not.toContain('expire');
    expect((await act(begun, 'expire', 'safety')).body).toMatchObject({ code: 'permit.not-time' });
    const early = await taken(
      await apply({ fromAt: at(1) }),
      ['apply', 'maintainer'],
      ['approve', 'safety'],
    );
    const refused = await act(early, 'begin', 'maintainer');
    expect([refused.status, refused.body]).toMatchObject([409, { code: 'permit.not-time' }]);
    expect((await read(early)).state).toBe('approved');
  });

  it('says which field is wrong, and loses nothing', async () => {
    await apply();
    const wrong = {
      'body.kind': { kind: 'no-such-work' },
      'body.areaId': { areaId: 'no-such-area' },
      'body.people': { people: ['01KAVDEMZ00000000000000000'] },
      'body.toAt': { toAt: at(-2) },
    };
    for (const [field, more] of Object.entries(wrong)) {
      const { status, body } = await send<{ errors: { field: string }[] }>(
        'maintainer',
        'POST',
        '/permits',
        input(more),
      );
      const named = body.errors.map((one) => `body.${one.field.replace('body.', '')}`);
      expect([status, named]).toEqual([422, [field]]);
    }
    expect(
      (await send('maintainer', 'POST', '/permits', input({ toAt: at(31 * 24) }))).status,
    ).toBe(422);
    expect((await send('operator', 'POST', '/permits', input())).status).toBe(403);
    expect((await send('worker.press', 'GET', '/permits')).status).toBe(403);
  });

  it('is changed as a draft, by its applicant, one change at a time', async () => {
    const people = await send<{ items: { id: string; name: string }[] }>(
      'maintainer',
      'GET',
      '/permits/people?q=吴维修',
    );
    const [fitter] = people.body.items;
    expect(people.body.items).toHaveLength(1);
    const draft = await apply();
    const change = (body: object, user = 'maintainer') =>
      send(user, 'PATCH', `/permits/${draft.id}`, body);
    const changed = await change({ revision: 1, place: 'Bay 3', people: [fitter?.id] });
    expect(changed.body).toMatchObject({
      place: 'Bay 3',
      revision: 2,
      people: [{ name: '吴维修' }],
    });
    expect((await change({ revision: 1, place: 'Bay 4' })).status).toBe(409);
    expect((await change({ revision: 2, place: 'Bay 4' }, 'leader')).body).toMatchObject({
      code: 'permit.not-yours',
    });
    await taken(changed.body, ['apply', 'maintainer']);
    expect((await change({ revision: 2, place: 'Bay 4' })).body).toMatchObject({
      code: 'permit.no-draft',
    });
    expect((await read(draft)).place).toBe('Bay 3');
  });

  it('is found by kind, area, state and text, page by page', async () => {
    const one = await apply({ kind: 'lifting', title: 'Lift the spindle' });
    const find = async (query: string) =>
      (
        await send<{ items: PermitView[]; next: string | null }>(
          'safety',
          'GET',
          `/permits?${query}`,
        )
      ).body;
    expect((await find('q=spindle')).items.map(({ id }) => id)).toEqual([one.id]);
    expect((await find('kind=lifting&state=draft&area=weld-shop')).items).toHaveLength(1);
    expect((await find('kind=lifting&state=active')).items).toEqual([]);
    const first = await find('limit=2');
    expect(first.items).toHaveLength(2);
    const second = await find(`limit=2&cursor=${first.next}`);
    expect(first.items.map(({ id }) => id)).not.toContain(second.items[0]?.id);
  });
});
