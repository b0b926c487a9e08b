import { slug } from '@anshi/contracts';
import { z } from 'zod';

const point = z
  .strictObject({
    /** Its name in the register and in its credential. */
    point: slug,
    /** The secret of its credential, of the kind gate; the reader shows the same. */
    secret: z.string().min(16, 'must be the secret of the credential of the point'),
    machine: slug.optional(),
    area: slug.optional(),
    /** `exit`: the point stands at the way out of its area, and refuses nothing, also without a list. */
    direction: z.enum(['entry', 'exit']).default('entry'),
    /** The key that signs its permits, shown at the point; left out: pinned at the first contact. */
    publicKey: z
      .string()
      .regex(/^[A-Za-z0-9+/=]{40,128}$/, 'must be the public key that the page of the point shows')
      .optional(),
  })
  .refine(({ machine, area }) => machine !== undefined || area !== undefined, {
    message: 'must have machine, area, or both',
  })
  .refine(({ direction, area }) => direction === 'entry' || area !== undefined, {
    path: ['direction'],
    message: 'must be entry where the point has no area',
  });
export type GatePointConfig = z.infer<typeof point>;

/** Points at machines and doors: the API decides, and while it is away a list of permits does. */
export const gatesConfig = z
  .strictObject({
    /** Where readers and PLCs ask. */
    listen: z
      .string()
      .regex(/^[^\s:]+:\d{1,5}$/, 'must be an address like 127.0.0.1:8091')
      .transform((text) => {
        const [host = '', port] = text.split(':');
        return { host, port: Number(port) };
      })
      .refine(({ port }) => port <= 65_535, { message: 'must have a port of at most 65535' }),
    url: z.url({ protocol: /^https?$/, error: 'must be the address of the API' }),
    /** How long the API has for an answer. */
    timeoutMs: z.number().int().min(200).max(10_000).default(1_500),
    points: z.array(point).min(1).max(200),
  })
  .superRefine(({ points }, context) => {
    const names = points.map((one) => one.point);
    for (const name of new Set(names.filter((one, n) => names.indexOf(one) !== n))) {
      context.addIssue({ code: 'custom', path: ['points'], message: `"${name}" is there twice` });
    }
  });
export type GatesConfig = z.infer<typeof gatesConfig>;
