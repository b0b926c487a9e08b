import { type HandOverSeen, topics } from '@anshi/contracts';
import type { PositionsWorld } from './positions-world.ts';
import { signed, type TestWorker } from './worker.ts';

/** A condition of a badge that was handed over in view. */
export interface HandOverCondition {
  id: string;
  badge: string;
  kind: string;
  about: string | null;
  camera: string | null;
  endedBy: string | null;
}

/** Tells hand-overs in view of the camera `hall-west`, and reads what became of them. */
export function handOversOf(world: PositionsWorld) {
  const tools = {
    async conditions(user = 'operator', state = 'open'): Promise<HandOverCondition[]> {
      const path = `/locations/conditions?limit=50&kind=hand-over&state=${state}`;
      const { body } = await world.api.send<{ items: HandOverCondition[] }>(user, 'GET', path);
      return body.items;
    },
    /** The handles that workers may not confirm. */
    suspects: () => world.state()?.content.suspect ?? [],
    seen: (badges: string[], changes: Partial<HandOverSeen> = {}): HandOverSeen => ({
      worker: world.worker.name,
      camera: 'hall-west',
      floorPlan: 'hall',
      at: new Date().toISOString(),
      track: 'T1',
      badges,
      ...changes,
    }),
    /** @param key of which worker it is signed by. */
    tell(
      said: HandOverSeen,
      { worker = world.worker, key = worker.name }: { worker?: TestWorker; key?: string } = {},
    ): Promise<unknown> {
      const topic = topics.handOvers('demo', worker.name, 'hall-west');
      return worker.client.publishAsync(topic, signed(key, topic, said), { qos: 1 });
    },
    close: (user: string, id: string, finding = 'as-bound') =>
      world.api.send<{ code?: string }>(user, 'POST', `/locations/conditions/${id}/close`, {
        finding,
      }),
    refusals: async () => JSON.stringify((await world.api.send('admin', 'GET', '/bus')).body),
  };
  return tools;
}
