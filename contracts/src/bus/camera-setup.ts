import { z } from 'zod';
import { instant, slug } from '../primitives.ts';
import { stillMissing } from './still-missing.ts';

/**
 * What a worker is asked while cameras are set up: it is on their network, the API need not be. The
 * question is a signed request, sealed for that worker, for it may hold a password. No topic.
 */

/** More than any camera asks for. */
const secret = z.string().max(256);
const onvifAddress = z
  .string()
  .max(500)
  .regex(/^https?:\/\/[^\s/?#@]+(\/\S*)?$/i, 'must be an address such as http://192.0.2.10/');

/** An address that is not saved yet, with its password. */
const testRequest = z.strictObject({
  kind: z.literal('test'),
  camera: slug,
  address: z.string().min(1).max(1000),
  transport: z.enum(['tcp', 'udp']),
  tls: z
    .strictObject({
      ca: z.string().optional(),
      name: z.string().optional(),
      verify: z.boolean().optional(),
    })
    .optional(),
});
const discoverRequest = z.strictObject({ kind: z.literal('discover') });
const deviceRequest = z.strictObject({
  kind: z.literal('device'),
  address: onvifAddress,
  user: secret,
  password: secret,
});
export const cameraSetupRequest = z.discriminatedUnion('kind', [
  testRequest,
  discoverRequest,
  deviceRequest,
]);
export type CameraSetupRequest = z.infer<typeof cameraSetupRequest>;
export type CameraTestRequest = z.infer<typeof testRequest>;
export type OnvifDeviceRequest = z.infer<typeof deviceRequest>;
export { onvifAddress };

/** How a test ended; what is wrong is told apart, for each needs something else to be done. */
export const cameraTestOutcome = z.enum([
  'ok',
  'slow',
  'name-not-found',
  'refused',
  'no-answer',
  'wrong-password',
  'no-stream',
  'no-video',
  'codec',
  'untrusted-certificate',
  'invalid',
  'failed',
]);
export type CameraTestOutcome = z.infer<typeof cameraTestOutcome>;

const ms = z.number().min(0).nullable();
export const cameraTest = z.object({
  worker: slug.describe('Id of the worker that tried it.'),
  at: instant.describe('When it was done.'),
  address: z.string().describe('The address without user and password.'),
  outcome: cameraTestOutcome.describe(
    '`slow`: it works, but connection or first picture take long; `no-answer`: nothing came in time; `codec`: neither H.264 nor H.265; `invalid`: the address cannot be used.',
  ),
  message: z
    .string()
    .nullable()
    .describe('What is wrong, in the words of the worker, without secrets.'),
  connectMs: ms.describe('How long a connection took, ms.'),
  signedIn: z
    .boolean()
    .nullable()
    .describe('Whether the camera took user and password; null where it was not asked.'),
  stream: z
    .object({
      codec: z.string().nullable().describe('Such as `h264`.'),
      width: z.number().int().nullable().describe('Pixels.'),
      height: z.number().int().nullable().describe('Pixels.'),
      fps: z.number().nullable().describe('Frames a second, as the stream declares them.'),
    })
    .nullable()
    .describe('The video that was found.'),
  firstPictureMs: ms.describe('From opening the stream to the first whole picture, ms.'),
  still: z
    .string()
    .max(400_000)
    .nullable()
    .describe('That picture, small and with blurred faces, JPEG in base64.'),
  missing: stillMissing,
});
export type CameraTest = z.infer<typeof cameraTest>;

const text = z.string().max(200);
export const discoveredDevice = z.object({
  id: text.describe('The endpoint that the device names itself by.'),
  name: text.nullable().describe('As the device calls itself.'),
  maker: text.nullable().describe('Its maker.'),
  model: text.nullable().describe('Its model.'),
  address: z
    .string()
    .max(500)
    .describe('Its device service, such as http://192.0.2.10/onvif/device_service.'),
  host: text.describe('Name or IP of the address.'),
});
export type DiscoveredDevice = z.infer<typeof discoveredDevice>;

export const cameraDiscovery = z.object({
  worker: slug.describe('Id of the worker that asked its network.'),
  at: instant.describe('When it asked.'),
  devices: z.array(discoveredDevice).max(500).describe('What answered.'),
  interfaces: z
    .array(z.string().max(100))
    .max(50)
    .describe('The networks that were asked: address and name of the interface.'),
  problem: z
    .enum(['no-network', 'no-multicast', 'container'])
    .nullable()
    .describe(
      'Why nothing can be found: no network, multicast is refused, or the worker runs in a container that multicast does not leave.',
    ),
});
export type CameraDiscovery = z.infer<typeof cameraDiscovery>;

const profile = z.object({
  token: text.describe('By which the device knows it.'),
  name: text.nullable().describe('As the device calls it.'),
  codec: text.nullable().describe('Such as `H264`.'),
  width: z.number().int().nullable().describe('Pixels.'),
  height: z.number().int().nullable().describe('Pixels.'),
  fps: z.number().nullable().describe('Frames a second at most.'),
  stream: z
    .string()
    .max(1000)
    .nullable()
    .describe(
      'Address of the stream, without user and password; null where the device names none.',
    ),
  snapshot: z.string().max(1000).nullable().describe('Address of a still; null for none.'),
});
export const onvifDevice = z.object({
  worker: slug.describe('Id of the worker that asked it.'),
  outcome: z
    .enum([
      'ok',
      'name-not-found',
      'refused',
      'no-answer',
      'wrong-password',
      'not-onvif',
      'no-media',
      'untrusted-certificate',
      'failed',
    ])
    .describe('`not-onvif`: no ONVIF device answers there; `no-media`: it offers no stream.'),
  message: z.string().nullable().describe('What is wrong, without secrets.'),
  maker: text.nullable().describe('Its maker.'),
  model: text.nullable().describe('Its model.'),
  firmware: text.nullable().describe('Version of its firmware.'),
  serial: text.nullable().describe('Its serial number.'),
  profiles: z.array(profile).max(64).describe('Its streams.'),
});
export type OnvifDevice = z.infer<typeof onvifDevice>;
export type OnvifProfile = z.infer<typeof profile>;
