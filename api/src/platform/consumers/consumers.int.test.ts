import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { accountHelpers } from '../../testing/account-helpers.ts';
import {
  type DatabaseUrls,
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';
import { followAccounts } from '../access/account-events.ts';
import { systemCaller } from '../access/caller.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { createUnits, type Units } from '../db/unit-of-work.ts';
import { createFeatures, type Features } from '../features/state.ts';
import { createMetrics } from '../metrics.ts';
import { createNotices } from '../notices/notify.ts';
import { type OpenConsumers, openConsumers } from './open.ts';
import type { DeadLetter } from './service.ts';
import type { ConsumedEvent, Consumer } from './types.ts';

const log = pino({ level: 'silent' });
const accountEvents = followAccounts(null, log);
let site: Site;
let urls: DatabaseUrls;
let api: RunningApi;
let admin: { authorization: string };
let second: { authorization: string };
let owner: pg.Client;
let database: Database;
let units: Units;
let features: Features;
const metrics = createMetrics();
const running: OpenConsumers[] = [];
const { sql, send, makeUser } = accountHelpers(() => ({ api, urls, admin, second }));

beforeAll(async () => {
  site = await openSite();
  urls = await site.seededDatabase(['rival']);
  api = await startApi(site, urls.appUrl);
  admin = await api.signIn('admin');
  second = await api.signIn('admin.two');
  owner = new pg.Client({ connectionString: urls.superUrl });
  await owner.connect();
  await owner.query("SELECT set_config('app.tenant', 'demo', false)");
  database = openDatabase(urls.appUrl);
  features = createFeatures({ database, tenant: 'demo', events: accountEvents, log });
  units = createUnits({
    database,
    onEvents: (types) => {
      for (const one of running) one.nudge(types);
    },
    onError: (error) => pino().error(error),
  });
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});
afterAll(async () => {
  await owner?.end();
  await api?.stop();
  await accountEvents.close();
  await database?.close();
  await site?.stop();
});

/** The consumers of one process, running. */
async function open(consumers: Consumer[], tenant = 'demo', everyMs = 50): Promise<OpenConsumers> {
  const notices = createNotices({ written() {} });
  const parts = { database, units, notices, features, metrics, tenant, log };
  const opened = openConsumers(parts, everyMs);
  for (const one of consumers) opened.on(one);
  await opened.register();
  opened.start();
  running.push(opened);
  return opened;
}
const tell = (entity: string, n: number, tenant = 'demo') =>
  units.run(systemCaller(tenant), (unit) =>
    unit.emit({ entity, what: 'made', subject: `${entity}-${n}`, data: { n } }),
  );
/** A consumer that emits an event for each event, in its own transaction. */
const answering = (
  name: string,
  entity: string,
  rest: Partial<Consumer> & { before?: (event: ConsumedEvent) => void } = {},
): Consumer => {
  const { before, ...more } = rest;
  return {
    name,
    types: [`cn.anshi.${entity}.*`],
    async handle(unit, event) {
      const data = { of: event.id, by: name };
      await unit.emit({ entity: 'reaction', what: 'made', subject: event.subject ?? '', data });
      before?.(event);
    },
    ...more,
  };
};
/** The subjects in the order in which a consumer handled them. */
const reactions = async (entity: string, tenant = 'demo') => {
  await owner.query("SELECT set_config('app.tenant', $1, false)", [tenant]);
  const { rows } = await owner.query(
    `SELECT subject FROM outbox_event
     WHERE entity = 'reaction' AND tenant_id = $1 AND subject LIKE $2 ORDER BY seq`,
    [tenant, `${entity}%`],
  );
  return rows.map(({ subject }) => subject as string);
};
/** Simulates the end of the retry delay. */
const makeDue = () => sql('UPDATE consumer SET next_at = now() WHERE retry_seq IS NOT NULL');
const letters = async (consumer: string, who = admin) =>
  (
    (await (await api.get(`/api/v1/dead-letters?consumer=${consumer}`, who)).json()) as {
      items: DeadLetter[];
    }
  ).items;
const child = (task: string) =>
  fork(
    fileURLToPath(new URL('../../testing/consumer-process.ts', import.meta.url)),
    [urls.appUrl, task],
    { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );

describe('[ARC-06] a consumer', () => {
  it('handles the events of another module in order, each once, with two processes', async () => {
    const consumer = answering('probe.order', 'ordered');
    await open([consumer]);
    await open([consumer]);
    for (let n = 0; n < 30; n++) await tell('ordered', n);
    await tell('other', 0);
    await until(async () => (await reactions('ordered')).length >= 30, 'all are handled');
    expect(await reactions('ordered')).toEqual(
      Array.from({ length: 30 }, (_, n) => `ordered-${n}`),
    );
    const settled = async () => {
      const found = await sql("SELECT 1 FROM outbox_mark WHERE feed = 'consumer:probe.order'");
      return found.length === 0;
    };
    await until(settled, 'the position settles and needs no marks');
    expect(await reactions('ordered')).toHaveLength(30);
  });

  it('starts at the present, or at the beginning if configured', async () => {
    await tell('early', 1);
    await open([
      answering('probe.present', 'early'),
      answering('probe.beginning', 'early', { from: 'beginning' }),
    ]);
    await tell('early', 2);
    await until(async () => (await reactions('early')).length >= 3, 'both have reacted');
    expect((await reactions('early')).sort()).toEqual(['early-1', 'early-2', 'early-2']);
  });

  it('neither loses nor duplicates an event where its process is killed in the handler', async () => {
    const killed = child('handle');
    const inHandler = once(killed, 'message');
    await until(
      async () => (await sql("SELECT 1 FROM consumer WHERE name = 'probe.killed'")).length > 0,
      'it is registered',
    );
    await tell('killed', 1);
    expect(await inHandler).toEqual(['in the handler', undefined]);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(await reactions('killed')).toEqual([]);
    await open([answering('probe.killed', 'killed')]);
    await until(async () => (await reactions('killed')).length > 0, 'another process takes it');
    await tell('killed', 2);
    await until(async () => (await reactions('killed')).length > 1, 'and goes on');
    expect(await reactions('killed')).toEqual(['killed-1', 'killed-2']);
  });

  it('takes events that another process committed, and the positions of others follow', async () => {
    // A consumer by itself would poll after 30 s.
    const both = [answering('probe.elsewhere', 'elsewhere'), answering('probe.idle', 'never')];
    await open(both, 'demo', 1_000);
    // No notification in this process.
    const others = createUnits({ database, onError: (error) => pino().error(error) });
    await others.run(systemCaller('demo'), (unit) =>
      unit.emit({ entity: 'elsewhere', what: 'made', subject: 'elsewhere-1', data: {} }),
    );
    const behind = `SELECT 1 FROM feed_position
      WHERE feed IN ('consumer:probe.elsewhere', 'consumer:probe.idle')
        AND settled < (SELECT max(seq) FROM outbox_event WHERE entity = 'elsewhere')`;
    const isHandled = async () =>
      (await reactions('elsewhere')).length > 0 && (await sql(behind)).length === 0;
    await until(isHandled, 'it is handled, and both positions are past it', 15_000);
    expect(await reactions('elsewhere')).toEqual(['elsewhere-1']);
  });

  it('skips events while its feature is off', async () => {
    const turn = (on: boolean) =>
      send('PUT', '/features/integrations', { on, reason: 'a test' }, admin);
    await open([
      answering('probe.switched', 'switched', { feature: 'integrations' }),
      answering('probe.steady', 'switched', { types: ['cn.anshi.switched.made.v1'] }),
    ]);
    expect((await turn(false)).status).toBe(200);
    await tell('switched', 1);
    const passed = async () =>
      (
        await sql(
          `SELECT 1 FROM feed_position p WHERE feed = 'consumer:probe.switched' AND settled >=
             (SELECT max(seq) FROM outbox_event WHERE entity = 'switched')`,
        )
      ).length > 0;
    await until(passed, 'its position is past it');
    expect((await turn(true)).status).toBe(200);
    await tell('switched', 2);
    await until(async () => (await reactions('switched')).length >= 3, 'it reacts again');
    expect((await reactions('switched')).sort()).toEqual([
      'switched-1',
      'switched-2',
      'switched-2',
    ]);
  });

  it('receives no events of another tenant', async () => {
    const consumer = answering('probe.tenant', 'shared');
    await open([consumer]);
    await open([consumer], 'rival');
    await tell('shared', 1, 'rival');
    await tell('shared', 2);
    await until(async () => (await reactions('shared')).length > 0, 'demo reacts');
    await until(async () => (await reactions('shared', 'rival')).length > 0, 'the rival reacts');
    expect(await reactions('shared')).toEqual(['shared-2']);
    expect(await reactions('shared', 'rival')).toEqual(['shared-1']);
  });

  it('is refused with a duplicate or invalid name, or an unknown feature', async () => {
    const opened = await open([answering('probe.named', 'x')]);
    expect(() => opened.on(answering('probe.named', 'x'))).toThrow('two consumers');
    expect(() => opened.on(answering('Probe', 'x'))).toThrow('needs a name');
    expect(() => opened.on(answering('probe.x', 'x', { feature: 'none' }))).toThrow('feature');
  });
});

describe('an event that a consumer cannot handle', () => {
  it('blocks later events while it is retried, becomes a dead letter, and is replayed', async () => {
    let broken = true;
    await open([
      answering('probe.failing', 'failing', {
        before: ({ subject }) => {
          if (broken && subject === 'failing-1') throw new Error('the machine is out of paper');
        },
      }),
      answering('probe.beside', 'beside'),
    ]);
    for (const n of [1, 2]) await tell('failing', n);
    await tell('beside', 1);
    await until(async () => (await reactions('beside')).length > 0, 'others go on');
    expect(await reactions('failing')).toEqual([]);
    await until(async () => {
      await makeDue();
      return (await letters('probe.failing')).length > 0;
    }, 'it is given up');
    await until(async () => (await reactions('failing')).length > 0, 'the consumer goes on');
    expect(await reactions('failing')).toEqual(['failing-2']);
    const [letter] = await letters('probe.failing');
    expect(letter).toMatchObject({
      consumer: 'probe.failing',
      event: { type: 'cn.anshi.failing.made.v1', subject: 'failing-1' },
      state: 'dead',
      error: 'the machine is out of paper',
      tries: 8,
      handled: null,
    });
    expect(await letters('probe.beside')).toEqual([]);
    const notices = await sql<{ link: string }>(
      "SELECT link FROM notice WHERE kind = 'event.failed' AND subject_id = $1",
      [letter?.id],
    );
    expect(notices).toEqual([{ link: '/admin/events' }]);
    expect(await metrics.registry.metrics()).toContain('anshi_dead_letters 1');

    // Replayed while the cause persists, it fails again.
    const replay = () => send('POST', `/dead-letters/${letter?.id}/replay`, {}, admin);
    const state = async () => (await letters('probe.failing'))[0]?.state;
    expect((await replay()).status).toBe(202);
    await until(async () => (await letters('probe.failing'))[0]?.tries === 9, 'it failed again');
    expect(await state()).toBe('dead');
    broken = false;
    expect((await replay()).status).toBe(202);
    await until(async () => (await state()) === 'replayed', 'it is replayed');
    expect(await reactions('failing')).toEqual(['failing-2', 'failing-1']);
    expect((await replay()).status).toBe(409);
    const lines = await sql<{ action: string }>(
      "SELECT action FROM audit_log WHERE entity = 'dead-letter' AND entity_id = $1",
      [letter?.id],
    );
    expect(lines.map(({ action }) => action)).toEqual(['replay', 'replay']);
  });

  it('is dismissed with a reason, once, by authorised users', async () => {
    await open([
      answering('probe.hopeless', 'hopeless', {
        before: () => {
          throw new Error('never');
        },
      }),
    ]);
    await tell('hopeless', 1);
    const letter = await until(async () => {
      await makeDue();
      return (await letters('probe.hopeless'))[0];
    }, 'it is given up');
    const dismiss = (body: object, who = admin) =>
      send('POST', `/dead-letters/${letter.id}/dismiss`, body, who);
    const operator = await api.signIn('operator');
    expect((await api.get('/api/v1/dead-letters', operator)).status).toBe(403);
    expect((await dismiss({ reason: 'not mine to do' }, operator)).status).toBe(403);
    expect((await dismiss({ reason: ' ' })).status).toBe(400);
    expect((await dismiss({ reason: 'done by hand' })).status).toBe(200);
    expect((await dismiss({ reason: 'done by hand' })).status).toBe(409);
    expect((await letters('probe.hopeless'))[0]).toMatchObject({
      state: 'dismissed',
      handled: { by: 'admin', reason: 'done by hand' },
    });
  });
});

describe('[ARC-06] a person who left', () => {
  it('has no open account request, though the process died after the commit', async () => {
    const leaver = await makeUser(['auditor'], { department: 'assembly' });
    const asked = await send(
      'POST',
      `/users/${leaver.id}/reset-password`,
      { removeSecondFactor: true },
      admin,
    );
    expect(asked.status).toBe(202);
    const { id } = (await asked.json()) as { id: string };
    const request = async () =>
      (await sql<{ state: string }>('SELECT state FROM account_request WHERE id = $1', [id]))[0];
    await api.stop();
    const killed = child(`leave:${leaver.personId}`);
    const [, signal] = await once(killed, 'exit');
    expect(signal).toBe('SIGKILL');
    expect(await request()).toEqual({ state: 'open' });
    api = await startApi(site, urls.appUrl);
    await until(async () => (await request())?.state === 'refused', 'the request is void');
  });
});
