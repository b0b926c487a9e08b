import { cameraDiscovery, cameraTest, onvifAddress, onvifDevice, slug } from '@anshi/contracts';
import { z } from 'zod';
import { line } from '../../platform/kit/schemas.ts';

const worker = slug
  .nullable()
  .default(null)
  .describe('The worker that looks; null: the one that watches the camera, else any.');

export const tryBody = z
  .strictObject({
    camera: slug.describe(
      'The id that it has or will have: it says which variables the address may name.',
    ),
    site: slug.describe('The site to which it belongs.'),
    worker,
    address: line(1000)
      .min(1)
      .describe('As it would be saved; *** stands for the password of a camera that is there.'),
    of: z
      .enum(['address', 'substream'])
      .default('address')
      .describe('Which address of the camera it is: *** stands for the password of that one.'),
  })
  .meta({ id: 'CameraAddressTest' });
export type TryBody = z.infer<typeof tryBody>;
export const tryAnswer = cameraTest.meta({ id: 'CameraAddressResult' });

export const discoverBody = z.strictObject({ worker }).meta({ id: 'CameraDiscoveryRequest' });
const found = cameraDiscovery.shape.devices.element;
export const discoverAnswer = cameraDiscovery
  .extend({
    devices: z
      .array(
        found.extend({
          cameras: z
            .array(slug)
            .describe('Cameras that have the same host in their address: it is there already.'),
        }),
      )
      .max(500)
      .describe('What answered.'),
  })
  .meta({ id: 'CameraDiscovery' });
export type DiscoverAnswer = z.infer<typeof discoverAnswer>;

export const deviceBody = z
  .strictObject({
    worker,
    address: onvifAddress.describe('The device service, or the root of the device.'),
    user: z.string().max(256).describe('A user of the device; empty for none.'),
    password: z.string().max(256).describe('Of that user. It is not stored.'),
  })
  .meta({ id: 'OnvifDeviceRequest' });
export type DeviceBody = z.infer<typeof deviceBody>;
export const deviceAnswer = onvifDevice.meta({ id: 'OnvifDevice' });
