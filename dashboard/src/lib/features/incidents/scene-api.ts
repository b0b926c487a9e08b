import { operation } from '$lib/api/operation.ts';
import type { Answer, Violation } from '$lib/api/types.ts';

export type SceneClips = Answer<'/api/v1/incidents/{id}/scene-clips', 'get'>;
export type SceneClip = SceneClips['items'][number];
export type Scene = Answer<'/api/v1/incidents/{id}/scene', 'get'>;

export const listSceneClips = operation.GET('/api/v1/incidents/{id}/scene-clips');
export const orderSceneClips = operation.POST('/api/v1/incidents/{id}/scene-clips');
export const readScene = operation.GET('/api/v1/incidents/{id}/scene');
const listFindings = operation.GET('/api/v1/violations');

/** All findings of some cameras that began in a span, of all pages: that there is none is said of what was read whole. */
export async function readFindings(span: {
  cameras: readonly string[];
  from: Date;
  to: Date;
}): Promise<Violation[]> {
  const found: Violation[] = [];
  let cursor: string | null = null;
  do {
    const page: Answer<'/api/v1/violations', 'get'> = await listFindings({
      camera: span.cameras.join(','),
      from: span.from.toISOString(),
      to: span.to.toISOString(),
      order: 'newest',
      limit: 100,
      ...(cursor !== null && { cursor }),
    });
    found.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return found;
}
