import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeDevice } from '../../testing/devices.ts';
import {
  busUser,
  openSite,
  type RunningApi,
  type Site,
  startApi,
  until,
} from '../../testing/site.ts';
import { keyOf } from '../../testing/worker.ts';

/*
 * A third-party system: a program without our code that speaks HTTP and MQTT, and knows the
 * documented contract only: addresses, topics, field names.
 */
const PROGRAM = `
import { createHash, createHmac, randomBytes } from 'node:crypto';
const [, , mqttPackage, apiUrl, brokerUrl, recordsUrl, token, key] = process.argv;
const hmac = (text) => createHmac('sha256', key).update(text).digest('hex');
// The signature is the last member, over the topic and the bytes before it.
const publish = (bus, topic, message, options) => {
  const text = JSON.stringify({ ...message, signedat: new Date().toISOString() }).slice(0, -1);
  const signature = hmac('anshi-bus-2\\n' + topic + '\\n' + text);
  return bus.publishAsync(topic, text + ',"signature":"' + signature + '"}', { qos: 1, ...options });
};
const { default: mqtt } = await import(mqttPackage);
const say = (line) => process.stdout.write(JSON.stringify(line) + '\\n');

const picture = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(1500)]);
const sha256 = createHash('sha256').update(picture).digest('hex');
const put = await fetch(apiUrl + '/api/v1/ingest/evidence/' + sha256, {
  method: 'PUT',
  headers: {
    authorization: 'Bearer ' + token,
    'content-type': 'image/jpeg',
  },
  body: picture,
});
say({ put: put.status });

const bus = mqtt.connect(brokerUrl, { clientId: 'worker-radar-1', protocolVersion: 4 });
const records = mqtt.connect(recordsUrl, { clientId: 'integrator-radar', protocolVersion: 4 });
for (const one of [bus, records]) {
  one.on('message', (topic, payload) => say({ topic, message: JSON.parse(payload) }));
}
await bus.subscribeAsync('anshi/v1/demo/acks/radar-1', { qos: 1 });
await records.subscribeAsync('anshi/v1/demo/records/violation', { qos: 1 });
await publish(bus, 'anshi/v1/demo/workers/radar-1/status', {
  worker: 'radar-1', online: true, at: new Date().toISOString(), http: null, cameras: ['hall-west'],
  liveEngine: null, model: null, outbox: null, recording: true, disk: null, warnings: [], configuration: null, problem: null,
}, { retain: true });
const violation = '01J9ZZZZZZZZZZZZZZZZZZZZZ1';
const at = (seconds) => new Date(began + seconds * 1000).toISOString();
const began = Date.now() - 60_000;
const event = {
  specversion: '1.0',
  id: violation,
  source: '/vision/radar-1',
  type: 'cn.anshi.violation.confirmed.v1',
  time: at(2),
  subject: violation,
  datacontenttype: 'application/json',
  data: {
    violation, rule: 'line-crossing', ruleId: 'over-the-guardrail', severity: 'high',
    camera: 'hall-west', site: 'plant-1', zone: null, line: 'guardrail', direction: 'left-to-right',
    startedAt: at(0), confirmedAt: at(2),
    confidence: 0.9, track: 'r-1', box: [200, 120, 260, 300], floor: [12.5, 7.25],
    model: { name: 'radar', version: '3.1' },
    snapshot: {
      sha256, mediaType: 'image/jpeg', bytes: picture.length, takenAt: at(2),
      width: 1280, height: 720, boxes: [],
    },
  },
};
// No word: send it again.
const send = () => publish(bus, 'anshi/v1/demo/events/violation/radar-1', event);
await send();
setInterval(send, 1000);
`;

interface Line {
  put?: number;
  topic?: string;
  message?: { id?: string; result?: string; reason?: string; type?: string; specversion?: string };
}

let site: Site;
let api: RunningApi;
let outside: ChildProcess | undefined;

beforeAll(async () => {
  site = await openSite();
  api = await startApi(site, (await site.seededDatabase()).appUrl);
});
afterAll(async () => {
  outside?.kill('SIGKILL');
  await api?.stop();
  await site?.stop();
});

it('[ARC-06] accepts data of a third-party system that speaks the contract, and reports the result to it', async () => {
  const file = join(site.folder, 'outside.mjs');
  await writeFile(file, PROGRAM);
  const device = await makeDevice(api, 'worker', 'radar-1');
  const mqttPackage = import.meta.resolve('mqtt');
  const addresses = [
    busUser(site, 'worker', 'radar-1').url,
    busUser(site, 'integrator', 'radar').url,
  ];
  const args = [file, mqttPackage, api.url, ...addresses, device.secret, keyOf('radar-1')];
  const running = spawn(process.execPath, args, {
    cwd: site.folder,
    // Nothing of this checkout's environment either.
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  outside = running;
  let said = '';
  let wrong = '';
  running.stdout.on('data', (part) => {
    said += part;
  });
  running.stderr.on('data', (part) => {
    wrong += part;
  });
  const lines = () =>
    said
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  const word = await until(() => {
    if (running.exitCode) throw new Error(wrong);
    return lines().find(({ topic }) => topic?.includes('/acks/'));
  }, 'the word of the API');
  expect(word.message).toMatchObject({ id: '01J9ZZZZZZZZZZZZZZZZZZZZZ1', result: 'committed' });
  expect(lines()[0]).toEqual({ put: 201 });
  const event = await until(
    () => lines().find(({ topic }) => topic?.includes('/records/')),
    'the event for everyone',
  );
  expect(event.message).toMatchObject({
    specversion: '1.0',
    type: 'cn.anshi.violation.recorded.v1',
  });

  const user = await api.signIn('safety');
  const answer = await api.get('/api/v1/violations/01J9ZZZZZZZZZZZZZZZZZZZZZ1', user);
  expect(await answer.json()).toMatchObject({
    rule: 'line-crossing',
    model: { name: 'radar', version: '3.1' },
  });
});
