import { z } from 'zod';
import { alarm, alarmAnswer, alarmPlan, alarmReported, alarmRules } from '../bus/alarm.ts';
import { cameraHealth, workerStatus } from '../bus/camera-health.ts';
import { actuatorState, command, commandResult } from '../bus/command.ts';
import { configurationNotice } from '../bus/configuration.ts';
import { gatewayStatus } from '../bus/gateway-status.ts';
import { location, readerLocation } from '../bus/location.ts';
import { machineState } from '../bus/machine-state.ts';
import { observation } from '../bus/observation.ts';
import type { topics } from '../bus/topics.ts';
import { acknowledgement } from '../events/delivery.ts';
import { modelsLoaded } from '../events/models.ts';
import { violationClipReady, violationConfirmed, violationEnded } from '../events/violation.ts';
import { violationConfirmedV1 } from '../events/violation-v1.ts';
import { instant, traceparent } from '../primitives.ts';

/** The participants of the bus. */
export const participants = {
  worker: 'A vision worker: watches cameras and reports violations.',
  api: 'The API: the system of record.',
  gateway:
    'Connects badge readers, locating systems, machines, and devices that take commands such as beacons.',
  integrator: 'A system of the customer, such as ERP or MES.',
} as const;
export type Participant = keyof typeof participants;

/** One kind of message of a topic. */
export interface BusMessage {
  /** Unique in the document. */
  name: string;
  summary: string;
  payload: z.ZodType;
}

/** The messages of one topic, and their senders and receivers. */
export interface Channel {
  title: string;
  summary: string;
  /** The parameters after the tenant, in the order of the topic, and their meaning. */
  parameters: readonly { name: string; description: string }[];
  publishers: readonly Participant[];
  subscribers: readonly Participant[];
  qos: 0 | 1;
  retained: boolean;
  messages: readonly BusMessage[];
}

/**
 * An event that the API committed. The fields of `data` are those of the entity in the API's
 * schemas.
 */
const recordEvent = z.object({
  specversion: z.literal('1.0').describe('Version of CloudEvents.'),
  id: z
    .string()
    .describe('Identifies the event within its source; a repeated one has the same id.'),
  source: z
    .string()
    .describe('`/api`; `/api/<process>` for notices, which only the API itself listens to.'),
  type: z
    .string()
    .regex(/^cn\.anshi\.[a-z-]+\.[a-z-]+\.v\d+$/)
    .describe('`cn.anshi.<entity>.<what happened>.v1`, such as `cn.anshi.hazard.closed.v1`.'),
  time: instant.describe('When it was committed.'),
  subject: z.string().optional().describe('The id of the entity.'),
  datacontenttype: z.literal('application/json').describe('Format of `data`.'),
  traceparent: traceparent
    .optional()
    .describe('The trace of the request or event that caused it, where tracing is on.'),
  data: z.record(z.string(), z.unknown()).describe('The facts of the change.'),
});

/** What a worker and the API add to what they tell each other (contracts/src/bus/signature.ts). */
const signed = {
  signedat: instant.describe('When it was signed: each time that it is sent.'),
  signature: z
    .string()
    .describe(
      'The last member: HMAC-SHA256, in hexadecimal, over `anshi-bus-2`, a line feed, the topic, a line feed and the bytes of the message before `,"signature"`, with ANSHI_BUS_KEY of the worker, as text, as the key. `signedat` is the member before it.',
    ),
};

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
const worker = { name: 'worker', description: 'Id of the worker.' };
const camera = { name: 'camera', description: 'Id of the camera in cameras.yaml.' };

/** Every topic of the bus: TypeScript requires an entry for each of {@link topics}. */
export const channels: Readonly<Record<keyof typeof topics, Channel>> = {
  violationEvents: {
    title: 'Violation events',
    summary: 'Violations that a worker confirmed, their ends and their clips.',
    parameters: [worker],
    publishers: ['worker'],
    subscribers: ['api'],
    qos: 1,
    retained: false,
    messages: [
      {
        name: 'violationConfirmed',
        summary:
          'A violation was confirmed; its snapshot, where there is one, is with the API already.',
        payload: violationConfirmed.safeExtend(signed),
      },
      {
        name: 'violationConfirmedV1',
        summary:
          'The same in version 1, which may wait in the outbox of an older worker. Still taken.',
        payload: violationConfirmedV1.extend(signed),
      },
      {
        name: 'violationEnded',
        summary: 'The evidence is gone for the clear time of the rule, or the person left.',
        payload: violationEnded.safeExtend(signed),
      },
      {
        name: 'violationClipReady',
        summary: 'The clip is with the API, or it is certain that there is none.',
        payload: violationClipReady.safeExtend(signed),
      },
    ],
  },
  modelEvents: {
    title: 'Loaded models',
    summary: 'Which models a worker has loaded, and which cameras they judge.',
    parameters: [worker],
    publishers: ['worker'],
    subscribers: ['api'],
    qos: 1,
    retained: false,
    messages: [
      {
        name: 'modelsLoaded',
        summary: 'All models of the worker from now on; those not listed are not loaded any more.',
        payload: modelsLoaded.safeExtend(signed),
      },
    ],
  },
  acknowledgements: {
    title: 'Acknowledgements',
    summary: "The API's acknowledgement of a worker's events. Without one, the worker sends again.",
    parameters: [worker],
    publishers: ['api'],
    subscribers: ['worker'],
    qos: 1,
    retained: false,
    messages: [
      {
        name: 'acknowledgement',
        summary: 'An event is committed, or is rejected permanently.',
        payload: acknowledgement.extend(signed),
      },
    ],
  },
  configuration: {
    title: 'Configuration of cameras',
    summary:
      'That the cameras of a worker changed. It asks the API for them; the message holds none.',
    parameters: [worker],
    publishers: ['api'],
    subscribers: ['worker'],
    qos: 1,
    retained: true,
    messages: [
      {
        name: 'configurationNotice',
        summary: 'Which configuration is the newest. An old message only makes the worker ask.',
        payload: configurationNotice.extend(signed),
      },
    ],
  },
  observations: {
    title: 'Observations',
    summary: 'What was seen in each analysed frame. A lost one is not sent again.',
    parameters: [worker, camera],
    publishers: ['worker'],
    subscribers: ['api', 'integrator'],
    qos: 0,
    retained: false,
    messages: [
      { name: 'observation', summary: 'One analysed frame of one camera.', payload: observation },
    ],
  },
  cameraHealth: {
    title: 'Camera health',
    summary:
      'Health of each camera, renewed every few seconds. Empty where the camera was removed.',
    parameters: [worker, camera],
    publishers: ['worker'],
    subscribers: ['api', 'integrator'],
    qos: 0,
    retained: true,
    messages: [
      { name: 'cameraHealth', summary: 'The state of one camera.', payload: cameraHealth },
    ],
  },
  workerStatus: {
    title: 'Worker status',
    summary:
      'Status of each worker; also its last will, so that `online: false` is sent when it dies.',
    parameters: [worker],
    publishers: ['worker'],
    subscribers: ['api', 'integrator'],
    qos: 1,
    retained: true,
    messages: [
      {
        name: 'workerStatus',
        summary: 'The state of one worker.',
        payload: workerStatus.extend({
          ...signed,
          session: z.string().describe('Names its connection: a last will ends no other.'),
        }),
      },
    ],
  },
  locations: {
    title: 'Locations of badges',
    summary:
      'Where a badge, a vehicle or a phone is that speaks for itself: `provider_id` is that of the topic.',
    parameters: [{ name: 'provider', description: 'Id of the badge, vehicle or phone itself.' }],
    publishers: ['gateway', 'integrator'],
    subscribers: ['api'],
    qos: 1,
    retained: false,
    messages: [{ name: 'location', summary: 'The position of one badge.', payload: location }],
  },
  readerLocations: {
    title: 'Locations that a reader saw',
    summary:
      'Where badges are that a reader sees: `source` is its own id, or begins with it and a slash, and `provider_type` is `rfid`.',
    parameters: [{ name: 'reader', description: 'Id of the reader.' }],
    publishers: ['gateway', 'integrator'],
    subscribers: ['api'],
    qos: 1,
    retained: false,
    messages: [
      { name: 'readLocation', summary: 'The position of one badge.', payload: readerLocation },
    ],
  },
  machineState: {
    title: 'Machine states',
    summary: 'State of machines, published on change and every few seconds.',
    parameters: [{ name: 'machine', description: 'Id of the machine.' }],
    publishers: ['gateway', 'integrator'],
    subscribers: ['api', 'worker'],
    qos: 1,
    retained: true,
    messages: [
      { name: 'machineState', summary: 'The state of one machine.', payload: machineState },
    ],
  },
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
    subscribers: ['integrator'],
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
  records: {
    title: 'Records',
    summary:
      'What the API committed, at least once each, with the same id as to webhooks. `violation` recorded and updated carry the whole violation in `data.violation`, `incident` opened, updated and closed the incident in `data.incident`.',
    parameters: [
      { name: 'entity', description: 'Type of entity: violation, hazard, person, file, webhook …' },
    ],
    publishers: ['api'],
    subscribers: ['api', 'integrator'],
    qos: 1,
    retained: false,
    messages: [{ name: 'recordEvent', summary: 'A committed event.', payload: recordEvent }],
  },
};
