import { z } from 'zod';
import { cameraHealth, workerStatus } from '../bus/camera-health.ts';
import { configurationNotice } from '../bus/configuration.ts';
import { confirmedAlone } from '../bus/confirmed-alone.ts';
import { handOverSeen } from '../bus/hand-over.ts';
import { location, readerLocation } from '../bus/location.ts';
import { machineState } from '../bus/machine-state.ts';
import { namedTracks } from '../bus/named-tracks.ts';
import { observation } from '../bus/observation.ts';
import type { topics } from '../bus/topics.ts';
import { acknowledgement } from '../events/delivery.ts';
import { modelsLoaded } from '../events/models.ts';
import {
  violationBlurred,
  violationClipReady,
  violationConfirmed,
  violationEnded,
  violationFollowed,
  violationIdentified,
} from '../events/violation.ts';
import { violationConfirmedV1 } from '../events/violation-v1.ts';
import { instant, traceparent } from '../primitives.ts';
import type { Channel } from './channel.ts';
import { signed, worker } from './channel-parts.ts';
import { deviceChannels } from './device-channels.ts';
import { positionChannels } from './position-channels.ts';
import { readerChannels } from './reader-channels.ts';

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

const camera = { name: 'camera', description: 'Id of the camera in cameras.yaml.' };

/** Every topic of the bus: TypeScript requires an entry for each of {@link topics}. */
export const channels: Readonly<Record<keyof typeof topics, Channel>> = {
  violationEvents: {
    title: 'Violation events',
    summary:
      'Violations that a worker confirmed, their ends, their clips, the blurred renditions of both, and who it was by badges.',
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
      {
        name: 'violationBlurred',
        summary: 'The rendition of a snapshot or a clip with blurred faces is with the API.',
        payload: violationBlurred.safeExtend(signed),
      },
      {
        name: 'violationIdentified',
        summary:
          'Who the actor was by badges, as more became known; the highest number of a violation counts.',
        payload: violationIdentified.safeExtend(signed),
      },
      {
        name: 'violationFollowed',
        summary: 'Where the actor went on the floor in the seconds after the violation.',
        payload: violationFollowed.safeExtend(signed),
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
  confirmedAlone: {
    title: 'Confirmed and alone',
    summary:
      'Who is confirmed by a badge and alone in a zone of a machine, under a handle of the day. A card of another person at that machine is held. A lost one is not sent again.',
    parameters: [worker, camera],
    publishers: ['worker'],
    subscribers: ['api'],
    qos: 0,
    retained: false,
    messages: [
      {
        name: 'confirmedAlone',
        summary: 'What holds now for the zones of one camera.',
        payload: confirmedAlone.extend(signed),
      },
    ],
  },
  namedTracks: {
    title: 'Confirmed in the picture',
    summary:
      'Which people in the picture of a camera are confirmed by their badges, under handles of the day. The API alone resolves them, for each viewer as far as that viewer may see. A lost one is not sent again.',
    parameters: [worker, camera],
    publishers: ['worker'],
    subscribers: ['api'],
    qos: 0,
    retained: false,
    messages: [
      {
        name: 'namedTracks',
        summary: 'What holds now for the picture of one camera.',
        payload: namedTracks.extend(signed),
      },
    ],
  },
  handOvers: {
    title: 'Hand-over in view',
    summary:
      'A badge went from one person to another in the picture of a camera, under handles of the day. The API notes it for a person to look at, and names both badges as suspect in the state of the positions; until then it is told again.',
    parameters: [worker, camera],
    publishers: ['worker'],
    subscribers: ['api'],
    qos: 1,
    retained: false,
    messages: [
      {
        name: 'handOverSeen',
        summary: 'One hand-over.',
        payload: handOverSeen.extend(signed),
      },
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
  ...readerChannels,
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
  ...deviceChannels,
  ...positionChannels,
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
