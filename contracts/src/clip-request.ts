import { z } from 'zod';
import { instant, slug, ulid } from './primitives.ts';

/** Longer than the video that any worker keeps (`ANSHI_RING_SECONDS` at most), ms. */
export const LONGEST_RING_MS = 3_600_000;

/**
 * A clip that the API asks of the worker of a camera over HTTP, by a signed grant: of a violation that the API
 * found itself. The worker answers 202 once the order is durable, and delivers the clip, or why there is none, as
 * those of its own violations (`cn.anshi.violation.clip-ready.v1`). Asked again for one violation, it cuts no
 * second clip.
 */
export const clipRequest = z.strictObject({
  violation: ulid.describe('Id of the violation.'),
  site: slug.describe('Id of the site of the violation, which must be that of the camera.'),
  zone: slug.nullable().describe('Id of the zone to outline; null for none.'),
  from: instant.describe(
    'When it began. The worker adds 5 s, and leaves out what is older than a minute.',
  ),
  to: instant.describe('When it was confirmed; the worker adds 10 s.'),
});
export type ClipRequest = z.infer<typeof clipRequest>;
