import { z } from 'zod';
import type { Clock } from '../clock.ts';
import { loopTime } from '../clock.ts';
import type { Mount } from '../mounts/mount.ts';

/** A name that is safe in an address: the file's name without its extension. */
export const mountName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'a name has 1 to 64 letters, digits, dots, - and _');

export const mountBody = z
  .strictObject({
    /** Path on the simulator's machine. */
    file: z.string().min(1).optional(),
    /** Draw the wall time into each picture; costs a decoder and an encoder. */
    stamped: z.boolean().default(false),
    username: z.string().min(1).optional(),
    password: z.string().optional(),
    /** Send a tone and no picture. */
    audioOnly: z.boolean().default(false),
    /** Seconds that this mount is ahead of the common clip time. */
    offset: z.number().default(0),
  })
  .refine((body) => body.audioOnly || body.file !== undefined, {
    path: ['file'],
    error: 'a mount needs a file, or audioOnly',
  })
  .refine((body) => (body.username === undefined) === (body.password === undefined), {
    path: ['password'],
    error: 'username and password go together',
  })
  .refine((body) => !(body.audioOnly && body.stamped), {
    path: ['stamped'],
    error: 'there is no picture to stamp where audioOnly is set',
  });
export type MountBody = z.infer<typeof mountBody>;

/** How far the timestamps of a mount jump, forwards or back. */
export const shiftBody = z.strictObject({ seconds: z.number().min(-20_000).max(20_000) });

/** A card that a reader shows to the API. */
export const cardBody = z.strictObject({ card: z.string().min(1).max(128) });

/** A mount as reported; never with its password. */
export function tellMount(mount: Mount, clock: Clock, rtspPort: number) {
  const { source, options } = mount;
  return {
    name: mount.name,
    url: `rtsp://127.0.0.1:${rtspPort}/${mount.name}`,
    file: options.file ?? null,
    codec: source.format.codec,
    width: source.width,
    height: source.height,
    framesPerSecond: source.framesPerSecond,
    /** Seconds of the loop. */
    duration: source.duration,
    /** Seconds into the loop now. */
    time: loopTime(clock.elapsed() + options.offset, source.duration).time,
    offset: options.offset,
    stamped: options.stamped,
    audioOnly: options.audioOnly,
    protected: options.credentials !== undefined,
    floorPlan: options.floorPlan ?? null,
    frozen: mount.frozen,
    clients: mount.clients(),
  };
}
