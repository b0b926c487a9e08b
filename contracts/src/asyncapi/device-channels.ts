import { z } from 'zod';
import { alarm, alarmAnswer, alarmPlan, alarmReported, alarmRules } from '../bus/alarm.ts';
import { armingContent, armingNotice } from '../bus/arming.ts';
import { actuatorState, command, commandResult } from '../bus/command.ts';
import { gatewayStatus } from '../bus/gateway-status.ts';
import type { topics } from '../bus/topics.ts';
import type { Channel } from './channel.ts';
import { signed, worker } from './channel-parts.ts';

/** The same between the API and a device that takes commands. */
const signedForDevice = {
  signedat: signed.signedat,
  signature: z
    .string()
    .describe(
      'As that of a worker, by the bus key of the device, which is shown beside its secret.',
    ),
};

/** The same between a worker and a device. */
const signedForAlarm = {
  signedat: signed.signedat,
  signature: z
    .string()
    .describe(
      'As that of a worker, by HMAC-SHA256 with the bus key of the device over `anshi-alarm-key`, a line feed and the id of the worker, in hexadecimal.',
    ),
};

const device = { name: 'device', description: 'Name of the device, as in its credential.' };

type DeviceTopic =
  | 'command'
  | 'commandResults'
  | 'actuatorState'
  | 'alarm'
  | 'alarmAnswers'
  | 'alarmRules'
  | 'alarmPlan'
  | 'arming'
  | 'alarmEvents'
  | 'gatewayStatus';

/** The topics of devices that take commands and give alarms, and of the gateways that carry them. */
export const deviceChannels: Readonly<Record<DeviceTopic & keyof typeof topics, Channel>> = {
  command: {
    title: 'Commands',
    summary:
      'Commands to a device. One that is not answered comes again with the same id until its time is over; a device carries out each id once.',
    parameters: [device],
    publishers: ['api'],
    subscribers: ['gateway'],
    qos: 1,
    retained: false,
    messages: [
      {
        name: 'command',
        summary: 'Sets outputs of a device. It is no safety function.',
        payload: command.extend(signedForDevice),
      },
    ],
  },
  commandResults: {
    title: 'Answers to commands',
    summary: 'What a device says to a command, with what it reads back of its outputs.',
    parameters: [device],
    publishers: ['gateway'],
    subscribers: ['api'],
    qos: 1,
    retained: false,
    messages: [
      {
        name: 'commandResult',
        summary: 'Accepted, done, refused or failed.',
        payload: commandResult.extend(signedForDevice),
      },
    ],
  },
  actuatorState: {
    title: 'States of devices that take commands',
    summary:
      'What a device does now, on change and every ten seconds; also its last will, with `online: false`.',
    parameters: [device],
    publishers: ['gateway'],
    subscribers: ['api'],
    qos: 1,
    retained: true,
    messages: [
      {
        name: 'actuatorState',
        summary: 'The outputs of one device, as it reads them back.',
        payload: actuatorState.extend(signedForDevice),
      },
    ],
  },
  alarm: {
    title: 'Alarms',
    summary:
      'Alarms of a worker to a device, when the judge confirms a violation. One that is not answered comes again with the same id until its time is over. It is no safety function.',
    parameters: [device, worker],
    publishers: ['worker'],
    subscribers: ['gateway'],
    qos: 1,
    retained: false,
    messages: [
      {
        name: 'alarm',
        summary: 'Switches light or sound on for a while, or prolongs what is on.',
        payload: alarm.extend(signedForAlarm),
      },
    ],
  },
  alarmAnswers: {
    title: 'Answers to alarms',
    summary: 'What a device says to an alarm, with what it reads back of its outputs.',
    parameters: [device, worker],
    publishers: ['gateway'],
    subscribers: ['worker'],
    qos: 1,
    retained: false,
    messages: [
      {
        name: 'alarmAnswer',
        summary: 'Done, refused or failed.',
        payload: alarmAnswer.extend(signedForAlarm),
      },
    ],
  },
  alarmRules: {
    title: 'Rules of alarms',
    summary: 'Whose alarms a device takes, and what of it is muted until when.',
    parameters: [device],
    publishers: ['api'],
    subscribers: ['gateway'],
    qos: 1,
    retained: true,
    messages: [
      {
        name: 'alarmRules',
        summary: 'All workers and mutes of one device.',
        payload: alarmRules.extend(signedForDevice),
      },
    ],
  },
  alarmPlan: {
    title: 'Alarm plan',
    summary: 'Which device gives an alarm for what; a worker keeps it on its disk.',
    parameters: [worker],
    publishers: ['api'],
    subscribers: ['worker'],
    qos: 1,
    retained: true,
    messages: [
      {
        name: 'alarmPlan',
        summary: 'The whole plan for one worker.',
        payload: alarmPlan.extend(signed),
      },
    ],
  },
  arming: {
    title: 'Arming',
    summary:
      'What of a zone is armed by shift, calendar or permit. Said again every 15 seconds; what is over, or not signed for a worker, arms.',
    parameters: [
      { name: 'zone', description: 'Camera and zone (or line), joined by a full stop.' },
    ],
    publishers: ['api'],
    subscribers: ['worker'],
    qos: 1,
    retained: true,
    messages: [
      {
        name: 'arming',
        summary: 'The states of one zone and of its rules, signed for each worker.',
        payload: armingNotice.extend({
          content: armingNotice.shape.content.describe(
            `The text of a JSON object with ${Object.keys(armingContent.shape).join(', ')}.`,
          ),
          signatures: armingNotice.shape.signatures.describe(
            'By worker: HMAC-SHA256, in hexadecimal, over `anshi-bus-text-1`, a line feed, the topic, a line feed and the content, with ANSHI_BUS_KEY of the worker, as text, as the key.',
          ),
        }),
      },
    ],
  },
  alarmEvents: {
    title: 'Reports of alarms',
    summary: 'What became of the alarms of a worker. Sent again until it is acknowledged.',
    parameters: [worker],
    publishers: ['worker'],
    subscribers: ['api'],
    qos: 1,
    retained: false,
    messages: [
      {
        name: 'alarmReported',
        summary: 'An alarm was raised, or was answered, or not.',
        payload: alarmReported.safeExtend(signed),
      },
    ],
  },
  gatewayStatus: {
    title: 'Gateway status',
    summary: 'What a gateway carries, every ten seconds; also its last will, with `online: false`.',
    parameters: [{ name: 'gateway', description: 'Name of the gateway.' }],
    publishers: ['gateway'],
    subscribers: ['api', 'integrator'],
    qos: 1,
    retained: true,
    messages: [
      {
        name: 'gatewayStatus',
        summary: 'The devices of one gateway.',
        payload: gatewayStatus,
      },
    ],
  },
};
