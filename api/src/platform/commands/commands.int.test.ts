import { topics } from '@anshi/contracts';
import mqtt from 'mqtt';
import pg from 'pg';
import { ulid } from 'ulid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { SiteDevice } from '../../modules/site-devices/schema.ts';
import { obedient, startActuator, type TestActuator } from '../../testing/actuator.ts';
import {
  busUser,
  type DatabaseUrls,
  openSite,
  type RunningApi,
  type Sent,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';
import type { CommandDetail, CommandView } from './schema.ts';

let site: Site;
let urls: DatabaseUrls;
let api: RunningApi;
let owner: pg.Client;
const running: TestActuator[] = [];

beforeAll(async () => {
  site = await openSite();
  urls = await site.seededDatabase(['rival']);
  api = await startApi(site, urls.appUrl);
  owner = new pg.Client({ connectionString: urls.superUrl });
  await owner.connect();
});
afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});
afterAll(async () => {
  await owner?.end();
  await api?.stop();
  await site?.stop();
});

let made = 0;
/** A registered beacon of its own for a test, and the device that plays it. */
async function beacon(
  answering = obedient,
  { secondPerson = false } = {},
): Promise<{ id: string; device: TestActuator }> {
  const name = `beacon-${++made}`;
  const device = await startActuator(site, name, answering);
  running.push(device);
  const { status, body } = await api.send<SiteDevice>('maintainer', 'POST', '/site-devices', {
    device: name,
    kind: 'beacon',
    name: { zh: name, en: name },
    secondPerson,
  });
  expect(status).toBe(201);
  return { id: body.id, device };
}
const give = (
  id: string,
  action: string,
  more: object = {},
  user = 'operator',
): Promise<Sent<CommandView>> =>
  api.send(user, 'POST', `/site-devices/${id}/commands`, {
    key: ulid(),
    action,
    ...(action === 'test' ? {} : { reason: 'a test of the tests' }),
    ...more,
  });
const signal = (seconds: number) => ({ parameters: { light: 'flash', sound: true, seconds } });
const read = async (id: string) =>
  (await api.send<CommandDetail>('auditor', 'GET', `/commands/${id}`)).body;
const becomes = (id: string, state: string) =>
  until(async () => (await read(id)).state === state, `${id} is ${state}`);
const stepsOf = async (id: string) => (await read(id)).steps.map(({ what }) => what);
/** Puts the end of a command's time into the past, as if that time had passed. */
const timePasses = (id: string) =>
  owner.query(`UPDATE command SET valid_until = now() - interval '10 s' WHERE id = $1`, [id]);
const refusedOf = async (user: string) =>
  (await owner.query('SELECT what FROM bus_refusal WHERE user_name = $1', [user])).rows.map(
    ({ what }) => what,
  );

describe('a command to a device', () => {
  it('is sent, accepted and done with what the device reads back, and each step is on record', async () => {
    const { id, device } = await beacon();
    const listener = await mqtt.connectAsync(
      busUser(site, 'integrator', 'erp').url,
      busUser(site, 'integrator', 'erp').options,
    );
    const told: string[] = [];
    listener.on('message', (_topic, payload) => told.push(JSON.parse(payload.toString()).type));
    await listener.subscribeAsync(topics.records('demo', 'command'), { qos: 1 });
    const { status, body } = await give(id, 'test');
    expect([status, body.state]).toEqual([201, 'requested']);
    await becomes(body.id, 'done');
    const command = await read(body.id);
    expect(command).toMatchObject({
      readBack: { light: 'flash', sound: true },
      attempts: 1,
      fault: null,
      requestedBy: { en: 'Li Zhiban' },
      mayApprove: false,
    });
    expect(command.steps.map(({ what }) => what)).toEqual([
      'requested',
      'sent',
      'accepted',
      'done',
    ]);
    expect(device.carriedOut).toEqual([body.id]);
    // Nothing that a person wrote and no name goes to the device.
    expect(JSON.stringify(device.heard)).not.toMatch(/Zhiban|reason/);
    const { rows } = await owner.query(
      "SELECT action FROM audit_log WHERE entity = 'command' AND entity_id = $1 ORDER BY seq",
      [body.id],
    );
    expect(rows.map(({ action }) => action)).toEqual(['request-command', 'command-done']);
    await until(() => told.includes('cn.anshi.command.done.v1'), 'integrators hear of it');
    await listener.endAsync(true);
  });

  it('is sent again with the same id where its answer is lost, and done once', async () => {
    const { id, device } = await beacon((given, times) =>
      times === 1 ? null : obedient(given, times),
    );
    const { body } = await give(id, 'test');
    await becomes(body.id, 'done');
    expect(device.heard.map((one) => one.id)).toEqual([body.id, body.id]);
    expect(device.carriedOut).toEqual([body.id]);
    expect(await stepsOf(body.id)).toEqual(['requested', 'sent', 'sent-again', 'accepted', 'done']);
  });

  it('is one command where its request or its answer comes again', async () => {
    const { id, device } = await beacon();
    const key = ulid();
    const first = await give(id, 'test', { key });
    await becomes(first.body.id, 'done');
    const again = await give(id, 'test', { key });
    expect([again.status, again.body.id]).toEqual([200, first.body.id]);
    const other = await give(id, 'off', { key });
    expect([other.status, other.body.code]).toEqual([409, 'command.key-taken']);
    const foreign = await give(id, 'test', { key }, 'safety');
    expect(foreign.body.code).toBe('command.key-taken');
    await device.send(first.body.id, { result: 'failed', fault: 'output' });
    await device.send(first.body.id, { result: 'done', readBack: { light: 'off' } });
    // A later command is answered after them.
    const later = await give(id, 'test');
    await becomes(later.body.id, 'done');
    expect((await read(first.body.id)).state).toBe('done');
    expect(device.heard).toHaveLength(2);
  });

  it('is refused or failed as the device says, and its requester is told', async () => {
    const { id, device } = await beacon(() => [{ result: 'refused', fault: 'busy' }]);
    const refused = await give(id, 'test');
    await becomes(refused.body.id, 'refused');
    device.answerWith(() => [{ result: 'accepted' }, { result: 'failed', fault: 'output' }]);
    const failed = await give(id, 'test');
    await becomes(failed.body.id, 'failed');
    expect((await read(refused.body.id)).fault).toBe('busy');
    expect((await read(failed.body.id)).fault).toBe('output');
    const { rows } = await owner.query(
      "SELECT 1 FROM notice WHERE kind = 'command.failed' AND subject_id = ANY($1)",
      [[refused.body.id, failed.body.id]],
    );
    expect(rows.length).toBeGreaterThan(0);
  });

  it('has failed where the device says done and reads back something else', async () => {
    const { id } = await beacon(() => [
      { result: 'done', readBack: { light: 'off', sound: false } },
    ]);
    const { body } = await give(id, 'test');
    await becomes(body.id, 'failed');
    expect((await read(body.id)).fault).toBe('read-back');
  });

  it('is not carried out after its time, by a device that was away', async () => {
    const { id, device } = await beacon();
    await device.leave();
    const { body } = await give(id, 'test');
    await becomes(body.id, 'sent');
    await timePasses(body.id);
    await becomes(body.id, 'expired');
    const { attempts } = await read(body.id);
    // What the broker kept for it is of before; the device looks at the time itself.
    await owner.query('SELECT 1');
    await device.comeBack();
    const next = await give(id, 'test');
    await becomes(next.body.id, 'done');
    expect((await read(body.id)).attempts).toBe(attempts);
    const times = device.heard.filter((one) => one.id === body.id).length;
    expect(times).toBe(attempts);
  });

  it('is refused where it comes to the device too late, and says so also after it is over', async () => {
    const { id, device } = await beacon(() => null);
    const { body } = await give(id, 'test');
    await device.hears(1);
    await timePasses(body.id);
    await becomes(body.id, 'expired');
    await device.send(body.id, { result: 'refused', fault: 'late' });
    await becomes(body.id, 'refused');
    expect((await read(body.id)).fault).toBe('late');
  });

  it('waits for the broker, and is over where that takes too long', async () => {
    const { id, device } = await beacon();
    let sent = '';
    let over = '';
    await site.restartBroker(async () => {
      const one = await give(id, 'test');
      const other = await give(id, 'test');
      sent = one.body.id;
      over = other.body.id;
      await timePasses(over);
      await becomes(over, 'expired');
    });
    await device.comeBack();
    await becomes(sent, 'done');
    expect(device.carriedOut).toEqual([sent]);
    expect((await stepsOf(over)).slice(-1)).not.toEqual(['done']);
  });

  it('is not lost where the API stops between request and answer', async () => {
    const { id, device } = await beacon(() => null);
    const { body } = await give(id, 'test');
    await device.hears(1);
    const { settings } = api;
    await api.stop();
    // It is done while no API hears it; the broker keeps the answer.
    for (const word of obedient(device.heard[0]!, 1) ?? []) await device.send(body.id, word);
    const { apiId, mqttUrl } = settings;
    api = await startApi(site, urls.appUrl, { apiId, mqttUrl });
    await becomes(body.id, 'done');
    const answers = (await stepsOf(body.id)).filter((one) => one === 'done');
    expect(answers).toEqual(['done']);
  });

  it('that was noted as sent by a process that died is sent by the next one', async () => {
    const { id, device } = await beacon();
    await api.stop();
    const command = ulid();
    await owner.query(
      `INSERT INTO command (tenant_id, id, key, device, device_kind, device_name, action, cause, rule,
         needs_second, state, given_at, valid_until, hold_seconds, attempts, send_at, sent_at)
       VALUES ('demo', $1, $1, $2, 'beacon', '{"zh":"x","en":"x"}', 'test', 'rule', 'probe',
         false, 'sent', now(), now() + interval '60 s', 3, 1, now(), now())`,
      [command, device.name],
    );
    const { apiId, mqttUrl } = api.settings;
    api = await startApi(site, urls.appUrl, { apiId, mqttUrl });
    await becomes(command, 'done');
    expect(device.carriedOut).toEqual([command]);
    expect((await read(command)).attempts).toBe(2);
    expect(id).not.toBe('');
  });

  it('goes to no device that is out of use, unknown or shut out', async () => {
    const { id, device } = await beacon();
    const off = await api.send<SiteDevice>('maintainer', 'PATCH', `/site-devices/${id}`, {
      version: 1,
      active: false,
    });
    expect(off.status).toBe(200);
    expect((await give(id, 'test')).body.code).toBe('site-device.out-of-use');
    const on = { version: 2, active: true };
    await api.send('maintainer', 'PATCH', `/site-devices/${id}`, on);
    const credential = await api.send<{ id: string; busKey: string; busReads: string[] }>(
      'admin',
      'POST',
      '/devices',
      { kind: 'actuator', name: device.name },
    );
    expect(credential.body.busKey).toMatch(/^[0-9a-f]{64}$/);
    expect(credential.body.busReads).toEqual([
      topics.command('demo', device.name),
      topics.alarm('demo', device.name, '+'),
      topics.alarmRules('demo', device.name),
    ]);
    await api.send('admin', 'POST', `/devices/${credential.body.id}/revocation`, {
      reason: 'it was stolen',
    });
    const { body } = await give(id, 'test');
    await becomes(body.id, 'failed');
    expect((await read(body.id)).fault).toBe('revoked');
    expect(device.heard).toEqual([]);
  });
});

describe('an answer', () => {
  it('of another device, or with another key, says nothing', async () => {
    const { id, device } = await beacon(() => null);
    const { device: thief } = await beacon();
    const { body } = await give(id, 'test');
    await device.hears(1);
    const readBack = { light: 'flash', sound: true };
    // On its own topic the broker lets it pass; it is no command of this device.
    await thief.send(body.id, { readBack });
    await until(
      async () => (await refusedOf(`actuator-${thief.name}`)).includes('sender'),
      'sender',
    );
    await thief.send(body.id, { readBack, device: device.name });
    // As the device itself, but without its key.
    await device.send(body.id, { readBack }, '0'.repeat(64));
    await until(
      async () => (await refusedOf(`actuator-${device.name}`)).includes('signature'),
      'signature',
    );
    expect((await read(body.id)).state).toBe('sent');
    await device.send(body.id, { readBack });
    await becomes(body.id, 'done');
  });

  it('on the topic of another device is refused by the broker', async () => {
    const { device } = await beacon();
    const { url, options } = busUser(site, 'actuator', 'intruder');
    const intruder = await mqtt.connectAsync(url, options);
    await intruder.publishAsync(topics.commandResults('demo', device.name), '{}', { qos: 1 });
    await intruder.publishAsync(topics.command('demo', device.name), '{}', { qos: 1 });
    await until(async () => (await refusedOf('actuator-intruder')).includes('publish'), 'refused');
    expect(device.heard).toEqual([]);
    await intruder.endAsync(true);
  });
});

describe('a command that is undone', () => {
  it('is undone by itself when its time is up, and what prolongs it is undone in its own', async () => {
    const { id, device } = await beacon();
    const first = await give(id, 'signal', signal(1));
    await becomes(first.body.id, 'done');
    await until(async () => (await read(first.body.id)).reversedBy !== null, 'it is undone');
    const reversal = (await read(first.body.id)).reversedBy as string;
    await becomes(reversal, 'done');
    expect(await read(reversal)).toMatchObject({
      action: 'off',
      cause: 'reversal',
      rule: 'revert-after',
      requestedBy: null,
      reverses: first.body.id,
    });
    const short = await give(id, 'signal', signal(1));
    const long = await give(id, 'signal', signal(600));
    await becomes(long.body.id, 'done');
    await until(
      async () => (await stepsOf(short.body.id)).includes('prolonged'),
      'it is prolonged',
    );
    expect((await read(short.body.id)).reversedBy).toBeNull();
    expect(device.heard.at(-1)?.id).toBe(long.body.id);
    // By hand: once, also where it is asked for twice.
    const undo = () =>
      api.send<CommandView>('operator', 'POST', `/commands/${long.body.id}/reversal`, {
        key: ulid(),
      });
    const [one, other] = await Promise.all([undo(), undo()]);
    expect([one.status, other.status, one.body.id]).toEqual([200, 200, other.body.id]);
    await becomes(one.body.id, 'done');
    expect((await read(long.body.id)).revertAt).toBeNull();
    const again = await api.send('operator', 'POST', `/commands/${one.body.id}/reversal`, {
      key: ulid(),
    });
    expect(again.body.code).toBe('command.not-reversible');
  });

  it('is not undone once more after it was switched off', async () => {
    const { id } = await beacon();
    const on = await give(id, 'signal', signal(600));
    await becomes(on.body.id, 'done');
    expect((await read(on.body.id)).revertAt).not.toBeNull();
    const off = await give(id, 'off');
    await becomes(off.body.id, 'done');
    expect((await read(on.body.id)).revertAt).toBeNull();
  });
});

describe('a command that needs a second person', () => {
  const approve = (id: string, user: string) =>
    api.send<CommandDetail>(user, 'POST', `/commands/${id}/approval`);

  it('is sent once another person approved it, and its time begins then', async () => {
    const { id, device } = await beacon(obedient, { secondPerson: true });
    const { body } = await give(id, 'signal', signal(600), 'safety');
    expect(body).toMatchObject({ state: 'awaiting-approval', mayApprove: false });
    const test = await give(id, 'test', {}, 'safety');
    await becomes(test.body.id, 'done');
    expect(device.heard.map((one) => one.id)).toEqual([test.body.id]);
    expect((await approve(body.id, 'safety')).body.code).toBe('command.own');
    expect((await approve(body.id, 'operator')).status).toBe(403);
    const { rows } = await owner.query(
      "SELECT 1 FROM notice WHERE kind = 'command.approval' AND subject_id = $1",
      [body.id],
    );
    expect(rows.length).toBeGreaterThan(0);
    const approved = await approve(body.id, 'safety.head');
    expect(approved.status).toBe(200);
    await becomes(body.id, 'done');
    const command = await read(body.id);
    expect(command.approvedBy?.en).toBe('Head of safety');
    expect(Date.parse(command.givenAt)).toBeGreaterThan(Date.parse(command.steps[0]!.at));
    expect((await approve(body.id, 'safety.head')).body.code).toBe('command.not-waiting');
    // To undo it by hand asks for two as well.
    const undo = await api.send<CommandView>('safety', 'POST', `/commands/${body.id}/reversal`, {
      key: ulid(),
    });
    expect(undo.body.state).toBe('awaiting-approval');
  });

  it('is not sent where that person refuses it, or says nothing in time', async () => {
    const { id, device } = await beacon(obedient, { secondPerson: true });
    const one = await give(id, 'signal', signal(5));
    const refusal = await api.send<CommandDetail>(
      'manager',
      'POST',
      `/commands/${one.body.id}/refusal`,
      {
        reason: 'nobody is there',
      },
    );
    expect(refusal.body).toMatchObject({ state: 'refused', fault: 'declined' });
    const other = await give(id, 'signal', signal(5));
    await timePasses(other.body.id);
    expect((await approve(other.body.id, 'manager')).body.code).toBe('command.not-waiting');
    await becomes(other.body.id, 'expired');
    expect(device.heard).toEqual([]);
  });

  it('has two people whatever program writes it, and who gives commands cannot do without', async () => {
    const { id } = await beacon(obedient, { secondPerson: true });
    const { body } = await give(id, 'signal', signal(5), 'safety');
    const write = owner.query('UPDATE command SET approved_by = requested_by WHERE id = $1', [
      body.id,
    ]);
    await expect(write).rejects.toThrow('command_two_people');
    const alone = owner.query("UPDATE command SET sent_at = now(), state = 'sent' WHERE id = $1", [
      body.id,
    ]);
    await expect(alone).rejects.toThrow('command_approved');
    const change = { version: 1, secondPerson: false, reason: 'it is slow' };
    const path = `/site-devices/${id}/second-person`;
    expect((await api.send('maintainer', 'POST', path, change)).status).toBe(403);
    expect((await api.send('operator', 'POST', path, change)).status).toBe(403);
    expect((await api.send('manager', 'POST', path, change)).body).toMatchObject({
      secondPerson: false,
    });
  });
});

describe('devices on site', () => {
  it('show what they do now, until they fall silent or are not believed', async () => {
    const { id, device } = await beacon();
    const now = async () =>
      (await api.send<SiteDevice>('auditor', 'GET', `/site-devices/${id}`)).body.now;
    expect(await now()).toBeNull();
    await device.tell({ outputs: { light: 'steady', sound: false } });
    await until(async () => (await now())?.outputs.light === 'steady', 'it is heard');
    await device.tell({ outputs: { light: 'flash', sound: true } }, '0'.repeat(64));
    await until(
      async () => (await refusedOf(`actuator-${device.name}`)).includes('signature'),
      'signature',
    );
    expect((await now())?.outputs.light).toBe('steady');
    await device.tell({ online: false });
    await until(async () => (await now())?.online === false, 'it says that it stops');
  });

  it('are there on the first day of the demonstration, and commands stay with their company', async () => {
    const list = await api.send<{ items: SiteDevice[] }>('operator', 'GET', '/site-devices?q=冲压');
    expect(list.body.items.map((one) => one.device)).toEqual(['press-beacon']);
    expect(list.body.items[0]).toMatchObject({ secondPerson: false, areaId: 'press-line' });
    const { body } = await give((await beacon()).id, 'test');
    const rival = new pg.Client({ connectionString: urls.appUrl });
    await rival.connect();
    const seen = async (tenant: string) => {
      await rival.query("SELECT set_config('app.tenant', $1, false)", [tenant]);
      const { rows } = await rival.query('SELECT 1 FROM command WHERE id = $1', [body.id]);
      return rows.length;
    };
    expect([await seen('demo'), await seen('rival')]).toEqual([1, 0]);
    await rival.end();
    expect((await api.send('worker.press', 'GET', '/commands')).status).toBe(403);
  });

  it('have one name on the bus, an area that there is, and say who changed them', async () => {
    const { id, device } = await beacon();
    const input = { device: device.name, kind: 'beacon', name: { zh: 'x', en: 'x' } };
    const twice = await api.send('maintainer', 'POST', '/site-devices', input);
    expect([twice.status, twice.body.code]).toEqual([409, 'site-device.name-taken']);
    const nowhere = { ...input, device: 'elsewhere', areaId: 'no-such-area' };
    const unknown = await api.send('maintainer', 'POST', '/site-devices', nowhere);
    expect([unknown.status, unknown.body.code]).toEqual([422, 'site-device.area-unknown']);
    const change = { version: 1, note: 'at the gate' };
    await api.send('maintainer', 'PATCH', `/site-devices/${id}`, change);
    const stale = await api.send('maintainer', 'PATCH', `/site-devices/${id}`, change);
    expect(stale.body.code).toBe('site-device.version-conflict');
    const { body } = await api.send<{ items: { text: { en: string } }[] }>(
      'auditor',
      'GET',
      `/site-devices/${id}/history`,
    );
    expect(body.items).toHaveLength(2);
    const wrong = await give(id, 'signal', {
      parameters: { light: 'off', sound: false, seconds: 5 },
    });
    expect([wrong.status, wrong.body.code]).toEqual([422, 'command.parameters']);
    const action = await give(id, 'explode');
    expect([action.status, action.body.code]).toEqual([422, 'command.unknown-action']);
    const silent = await give(id, 'off', { reason: null });
    expect(silent.status).toBe(400);
  });
});
