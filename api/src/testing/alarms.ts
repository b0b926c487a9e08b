import {
  type AlarmPlan,
  type AlarmReported,
  type AlarmRules,
  alarmPlan,
  alarmRules,
  topics,
} from '@anshi/contracts';
import mqtt from 'mqtt';
import { ulid } from 'ulid';
import type { AlarmView } from '../modules/alarms/schema.ts';
import { busUser, openSite, startApi, until } from './site.ts';
import { startWorker } from './worker.ts';

export const planTopic = topics.alarmPlan('demo', 'worker-1');
export const rulesTopic = topics.alarmRules('demo', 'cell-beacon');

/** What `worker-1` reports of an alarm of `cell-beacon` that was just raised. */
export const reportOf = (changes: Partial<AlarmReported['data']> = {}): AlarmReported['data'] => ({
  alarm: ulid(),
  worker: 'worker-1',
  device: 'cell-beacon',
  line: ulid(),
  violation: ulid(),
  camera: 'hall-west',
  area: 'robot-cell',
  rule: 'zone-intrusion',
  severity: 'high',
  act: 'hall-west/p-1',
  light: 'flash',
  sound: true,
  holdSeconds: 10,
  maxSeconds: 60,
  raisedAt: new Date().toISOString(),
  state: 'raised',
  fault: null,
  muted: [],
  runs: null,
  readBack: null,
  until: null,
  at: new Date().toISOString(),
  ...changes,
});

/** The event of a report. */
export function eventOf(data: AlarmReported['data'], by = 'worker-1'): AlarmReported {
  return {
    specversion: '1.0',
    id: ulid(),
    source: `/vision/${by}`,
    type: 'cn.anshi.alarm.reported.v1',
    time: data.at,
    subject: data.alarm,
    datacontenttype: 'application/json',
    data,
  };
}

/** A later report of the same alarm. */
export const answered = (
  data: AlarmReported['data'],
  changes: Partial<AlarmReported['data']>,
): AlarmReported['data'] => ({ ...data, at: new Date().toISOString(), ...changes });

/** An API with `worker-1` and the device `cell-beacon`, which keep what is retained for them. */
export async function openAlarmWorld() {
  const site = await openSite();
  const urls = await site.seededDatabase();
  const api = await startApi(site, urls.appUrl);
  const worker = await startWorker(site, api);
  /** The last of each retained topic that worker and device heard. */
  const retained = new Map<string, { message: object; payload: Buffer }>();
  const take = (topic: string, payload: Buffer) => {
    if (topic.includes('/alarm-')) {
      retained.set(topic, { message: JSON.parse(payload.toString()), payload });
    }
  };
  worker.client.on('message', take);
  await worker.client.subscribeAsync(planTopic, { qos: 1 });
  const { url, options } = busUser(site, 'actuator', 'cell-beacon');
  const beacon = await mqtt.connectAsync(url, options);
  beacon.on('message', take);
  await beacon.subscribeAsync(rulesTopic, { qos: 1 });

  const world = {
    site,
    urls,
    /** A test that starts another one, or connects the device again, puts it here. */
    api,
    beacon,
    worker,
    retained,
    /** The plan that the worker has, once it is as asked for. */
    planIs: (is: (plan: AlarmPlan) => boolean) =>
      until(() => {
        const heard = retained.get(planTopic);
        const plan = heard && alarmPlan.parse(heard.message);
        return plan && is(plan) ? plan : undefined;
      }, 'the plan'),
    /** The rules that the device has, once they are as asked for. */
    rulesAre: (are: (rules: AlarmRules) => boolean) =>
      until(() => {
        const heard = retained.get(rulesTopic);
        const rules = heard && alarmRules.parse(heard.message);
        return rules && are(rules) ? rules : undefined;
      }, 'the rules'),
    /** Publishes a report as its worker, and waits for the word of the API. */
    async report(data: AlarmReported['data']): Promise<string> {
      const event = eventOf(data);
      await worker.say(topics.alarmEvents('demo', 'worker-1'), event, false);
      const word = await until(() => worker.acknowledgements(event.id)[0], 'the word of the API');
      return word.result;
    },
    read: async (id: string): Promise<AlarmView> =>
      (await world.api.send<AlarmView>('auditor', 'GET', `/alarms/${id}`)).body,
    async stop(): Promise<void> {
      await world.beacon.endAsync(true);
      await worker.stop();
      await world.api.stop();
      await site.stop();
    },
  };
  return world;
}
export type AlarmWorld = Awaited<ReturnType<typeof openAlarmWorld>>;
