import { ulid } from 'ulid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandDetail, CommandView } from '../../platform/commands/schema.ts';
import { type Answering, startActuator, type TestActuator } from '../../testing/actuator.ts';
import { openSite, type RunningApi, type Site, startApi, until } from '../../testing/site.ts';
import type { SiteDevice } from './schema.ts';

/** A speaker says what it does of its sound: it has nothing else. */
const sounding: Answering = ({ action, parameters }) => [
  { result: 'accepted' },
  {
    result: 'done',
    readBack: { sound: action === 'test' || (action === 'signal' && parameters.sound === true) },
  },
];

let site: Site;
let api: RunningApi;
let device: TestActuator;
let speaker: SiteDevice;

beforeAll(async () => {
  site = await openSite();
  const urls = await site.seededDatabase();
  api = await startApi(site, urls.appUrl);
  device = await startActuator(site, 'cell-speaker', sounding);
  const { body } = await api.send<{ items: SiteDevice[] }>('operator', 'GET', '/site-devices');
  speaker = body.items.find((one) => one.device === 'cell-speaker')!;
});
afterAll(async () => {
  await device?.stop();
  await api?.stop();
  await site?.stop();
});

const give = (action: string, parameters: object = {}) =>
  api.send<CommandView>('operator', 'POST', `/site-devices/${speaker.id}/commands`, {
    key: ulid(),
    action,
    parameters,
    reason: 'a test of the tests',
  });
const ended = (id: string, by = 'done') =>
  until(async () => {
    const { body } = await api.send<CommandDetail>('auditor', 'GET', `/commands/${id}`);
    return body.state === by ? body : undefined;
  }, `the command is ${by}`);

describe('a speaker', () => {
  it('is in an area on the first day, and has its file', async () => {
    expect(speaker).toMatchObject({
      kind: 'speaker',
      areaId: 'robot-cell',
      name: { zh: '机器人单元扬声器' },
    });
    const files = await api.send<{
      items: { kind: string; ref: string; finding: object | null }[];
    }>('maintainer', 'GET', '/device-files?kind=speaker');
    expect(files.body.items).toMatchObject([{ ref: 'cell-speaker', finding: null }]);
  });

  it('is tested, sounds for a while and is switched off, and reads back its sound alone', async () => {
    const test = await give('test');
    expect(test.status).toBe(201);
    expect(await ended(test.body.id)).toMatchObject({ readBack: { sound: true } });
    const signal = await give('signal', { seconds: 60 });
    expect(signal.status).toBe(201);
    expect(await ended(signal.body.id)).toMatchObject({ readBack: { sound: true } });
    // The device is told to sound in so many words: a gateway switches what it is told.
    expect(device.heard.at(-1)).toMatchObject({
      action: 'signal',
      parameters: { sound: true, seconds: 60 },
      holdSeconds: 60,
    });
    const off = await give('off');
    expect(await ended(off.body.id)).toMatchObject({ readBack: { sound: false } });
  });

  it('is offered no light, and no signal that does not sound', async () => {
    for (const parameters of [
      { light: 'flash', sound: true, seconds: 5 },
      { sound: false, seconds: 5 },
      { seconds: 0 },
      { seconds: 601 },
      {},
    ]) {
      const { status, body } = await give('signal', parameters);
      expect([status, body], JSON.stringify(parameters)).toMatchObject([
        422,
        { code: 'command.parameters' },
      ]);
    }
  });

  it('that stays quiet has failed, as what it reads back is not what it was told', async () => {
    device.answerWith(() => [{ result: 'done', readBack: { sound: false } }]);
    const { body } = await give('test');
    expect(await ended(body.id, 'failed')).toMatchObject({ fault: 'read-back' });
  });
});
