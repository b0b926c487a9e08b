import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type RunningApi, type Site, startApi } from '../../testing/site.ts';
import { openWorld, type World } from '../../testing/workflow-world.ts';
import { openDatabase } from '../db/database.ts';
import type { WorkflowDefinition } from './definition.ts';
import { createWorkflowEditor, type WorkflowEditor } from './editor.ts';

let site: Site;

beforeAll(async () => {
  site = await openSite();
});
afterAll(async () => {
  await site?.stop();
});

/** A department review before the repair is checked, within four working hours. */
function withSecondLook(product: WorkflowDefinition): WorkflowDefinition {
  const changed = structuredClone(product);
  const checking = changed.states.find(({ id }) => id === 'checking')!;
  changed.states.push({
    ...checking,
    id: 'second-look',
    name: { zh: '车间复核', en: 'Second look' },
    deadline: { amount: 4, unit: 'working-hours' },
    assign: [{ kind: 'role', role: 'order-head', within: 'department' }],
    reminders: [{ hours: 0, to: [{ kind: 'part', part: 'assignee' }], severity: 'warning' }],
  });
  const done = changed.transitions.find(({ id }) => id === 'report-done')!;
  done.to = 'second-look';
  changed.transitions.push({
    ...changed.transitions.find(({ id }) => id === 'send-back')!,
    id: 'pass',
    name: { zh: '复核通过', en: 'Pass' },
    from: ['second-look'],
    to: 'checking',
  });
  return changed;
}

describe('a tenant’s change', () => {
  let world: World;
  let editor: WorkflowEditor;

  beforeAll(async () => {
    const { appUrl } = await site.freshDatabase(['demo', 'other']);
    world = await openWorld(appUrl);
    editor = createWorkflowEditor(world.workflows.definitions);
  });
  afterAll(() => world?.close());

  const start = () =>
    world.as('ann', (unit) =>
      world.workflows.start(unit, {
        definition: 'work-order',
        subject: { entity: 'work-order', id: ulid() },
        belonging: { site: 'main', department: 'press-shop' },
        parts: { requester: [world.id('ann')] },
        title: { zh: '换模', en: 'Die' },
        link: '/x',
      }),
    );
  const fire = (by: string, id: string, transition: string, version: number, more = {}) =>
    world.as(by, (unit) =>
      world.workflows.fire(unit, {
        case: id,
        transition,
        version,
        fields: {},
        files: [],
        note: null,
        ...more,
      }),
    );
  async function repair(found: { id: string; subject: { id: string } }) {
    await fire('head', found.id, 'hand-out', 1, { fields: { mechanic: world.id('bob') } });
    const files = [await world.file(found.subject.id)];
    return fire('bob', found.id, 'report-done', 2, { fields: { hours: 1 }, files });
  }
  const read = (version?: number) =>
    world.as('head', (unit) => editor.get(unit, 'work-order', version));
  const save = (definition: WorkflowDefinition, basedOn: number, note: string | null = null) =>
    world.as('head', (unit) => editor.save(unit, 'work-order', { definition, basedOn, note }));

  it('[CHM-28] adds a state with a time limit: new cases pass it, and a running one keeps its version', async () => {
    const running = await start();
    const { definition, version } = await read();
    expect(version).toBe(1);
    await save(withSecondLook(definition), 1, 'the workshop looks first');

    const old = await repair(running);
    expect(old).toMatchObject({ state: 'checking', definition: { version: 1 } });

    const fresh = await start();
    const looked = await repair(fresh);
    expect(looked).toMatchObject({
      state: 'second-look',
      definition: { id: 'work-order', version: 2 },
      assignees: [world.id('head')],
    });
    // Wednesday 10:00 in Shanghai, plus four working hours: two before noon, two after one o'clock.
    expect(looked.dueAt).toEqual(new Date('2026-11-25T07:00:00Z'));
    const passed = await fire('head', fresh.id, 'pass', 3);
    expect(passed.state).toBe('checking');

    expect(await read()).toMatchObject({ version: 2, newest: 2, openCases: 1, origin: 'tenant' });
    expect(await read(1)).toMatchObject({ version: 1, newest: 2, openCases: 1, origin: 'seed' });
    const listed = await world.as('head', (unit) => editor.list(unit));
    expect(listed).toMatchObject([
      { id: 'work-order', version: 2, openCases: 2, states: 6, productDiffers: true },
    ]);
  });

  it('is recorded: who, when, why and what', async () => {
    const [now, first] = await world.as('head', (unit) => editor.versions(unit, 'work-order'));
    expect(first).toMatchObject({ version: 1, origin: 'seed', by: null, changes: [] });
    expect(now).toMatchObject({
      version: 2,
      basedOn: 1,
      by: { id: world.id('head') },
      note: 'the workshop looks first',
    });
    expect(now?.changes.map(({ path, change }) => `${change} ${path}`)).toEqual([
      'added states[second-look]',
      'changed transitions[report-done].to',
      'added transitions[pass]',
    ]);
    const audit = await world.query((tx) =>
      tx.auditLog.findMany({ where: { entity: 'workflow', entityId: 'work-order' } }),
    );
    expect(audit).toMatchObject([{ action: 'update', userName: 'head' }]);
  });

  it('is refused with all its faults, and on a concurrent change', async () => {
    const { definition } = await read();
    const broken = structuredClone(definition);
    broken.transitions = broken.transitions.filter(({ id }) => id !== 'check');
    broken.states[0]!.assign = [{ kind: 'role', role: 'ghost', within: 'all' }];
    const refused = await save(broken, 2).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'workflow.invalid', status: 422 });
    const { faults } = (refused as { extra: { faults: { path: string }[] } }).extra;
    expect(faults.map(({ path }) => path)).toEqual([
      'states[requested].assign[0]',
      'states[repairing]',
      'states[checking]',
      'states[done]',
      'states[second-look]',
    ]);
    await expect(save(definition, 1)).rejects.toMatchObject({
      code: 'workflow.definition-conflict',
      extra: { current: { version: 2 } },
    });
    const two = structuredClone(definition);
    two.name.en = 'Orders';
    const results = await Promise.allSettled([save(two, 2), save(two, 2), save(two, 2)]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await read()).newest).toBe(3);
  });

  it('[ADP-01] cannot remove a mandatory step', async () => {
    const { definition, version } = await read();
    const around = structuredClone(definition);
    const pass = around.transitions.find(({ id }) => id === 'pass')!;
    around.transitions.push({ ...pass, id: 'skip', to: 'done' });
    const refused = await save(around, version).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'workflow.invalid',
      extra: { faults: [{ path: 'states[done]', code: 'mandatory-missed' }] },
    });
  });

  it('survives an upgrade of the product; an unchanged tenant gets the new one', async () => {
    const { definition: mine } = await read();
    const upgraded = structuredClone((await read(1)).definition);
    upgraded.name.en = 'Work orders, revised';
    await world.units.run(
      { tenant: 'other', account: null, address: null, requestId: null },
      (unit) => editor.get(unit, 'work-order'),
    );
    world.workflows.seed(upgraded);
    expect((await read()).definition).toEqual(mine);
    const other = await world.units.run(
      { tenant: 'other', account: null, address: null, requestId: null },
      (unit) => editor.get(unit, 'work-order'),
    );
    expect(other).toMatchObject({
      version: 2,
      origin: 'seed',
      definition: { name: upgraded.name },
    });
  });
});

describe('over HTTP', () => {
  let api: RunningApi;
  let officer: { authorization: string };

  beforeAll(async () => {
    const { appUrl } = await site.seededDatabase();
    api = await startApi(site, appUrl);
    const database = openDatabase(appUrl);
    await database.transaction({ tenant: 'demo', user: null }, async (tx) => {
      const user = await tx.appUser.findFirstOrThrow({ where: { username: 'safety' } });
      const holder = { tenantId: 'demo', userId: user.id, roleId: 'safety-head' };
      await tx.userRole.createMany({ data: [holder], skipDuplicates: true });
    });
    await database.close();
    officer = await api.signIn('safety');
  });
  afterAll(() => api?.stop());

  const put = (path: string, body: unknown) =>
    fetch(`${api.url}${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json', ...officer },
      body: JSON.stringify(body),
    });
  const json = async (answer: Response | Promise<Response>) =>
    (await (await answer).json()) as Record<string, unknown>;

  it('lists, reads, checks, saves and compares the workflow of hazards', async () => {
    const list = await json(api.get('/api/v1/workflows', officer));
    expect(list.items).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: 'hazard', version: 1, openCases: 0 })]),
    );
    const read = await json(api.get('/api/v1/workflows/hazard', officer));
    const definition = read.definition as WorkflowDefinition;
    const check = (given: unknown) =>
      json(api.post('/api/v1/workflows/hazard/validate', { definition: given }, officer));
    expect(await check(definition)).toEqual({ faults: [] });
    expect(await check('nonsense')).toMatchObject({ faults: [{ code: 'shape' }] });
    const wrong = structuredClone(definition) as unknown as { states: { deadline: unknown }[] };
    wrong.states[0]!.deadline = { amount: -1, unit: 'weeks' };
    expect(await check(wrong)).toMatchObject({
      faults: [
        { path: 'states[reported].deadline.amount', code: 'shape' },
        { path: 'states[reported].deadline.unit', code: 'shape' },
      ],
    });

    definition.states[0]!.deadline = { amount: 2, unit: 'working-days' };
    const saved = await put('/api/v1/workflows/hazard', {
      definition,
      basedOn: 1,
      note: 'more time',
    });
    expect(saved.status).toBe(200);
    expect(await json(saved)).toMatchObject({ version: 2, origin: 'tenant', note: 'more time' });
    const late = await put('/api/v1/workflows/hazard', { definition, basedOn: 1 });
    expect(late.status).toBe(409);
    expect(await json(late)).toMatchObject({ current: { version: 2 } });
    expect(await json(api.get('/api/v1/workflows/hazard/versions', officer))).toMatchObject({
      items: [
        {
          version: 2,
          changes: [{ path: 'states[reported].deadline.amount', before: 1, after: 2 }],
        },
        { version: 1, changes: [] },
      ],
    });
    expect((await api.get('/api/v1/workflows/hazard?version=9', officer)).status).toBe(404);
    expect((await api.get('/api/v1/workflows/unknown', officer)).status).toBe(404);
  });

  it('reads and changes the working calendar, and refuses one without working time or of an older version', async () => {
    const read = await json(api.get('/api/v1/calendar', officer));
    expect(read).toMatchObject({ version: 0, timeZone: 'Asia/Shanghai' });
    expect(read.statutoryUntil).toMatch(/-12-31$/);
    const calendar = structuredClone(read.calendar) as { exceptions: unknown[]; week: object };
    calendar.exceptions = [
      { date: '2026-12-24', name: { zh: '检修停产', en: 'Shutdown' }, hours: [] },
    ];
    const saved = await put('/api/v1/calendar', { calendar, basedOn: 0 });
    expect(await json(saved)).toMatchObject({ version: 1, calendar });
    expect((await put('/api/v1/calendar', { calendar, basedOn: 0 })).status).toBe(409);
    const idle = {
      ...calendar,
      week: Object.fromEntries(Object.keys(calendar.week).map((day) => [day, []])),
    };
    expect((await put('/api/v1/calendar', { calendar: idle, basedOn: 1 })).status).toBe(400);
  });

  it('is only for those who manage workflows', async () => {
    const worker = await api.signIn('operator');
    expect((await api.get('/api/v1/workflows', worker)).status).toBe(403);
    expect((await api.get('/api/v1/workflows')).status).toBe(401);
  });
});
