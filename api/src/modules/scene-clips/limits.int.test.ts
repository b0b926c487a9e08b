import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { camera, openSceneWorld, type Raised, type SceneWorld } from '../../testing/scene-world.ts';
import { until } from '../../testing/site.ts';
import type { SceneClipList } from './schema.ts';

/** A camera of the yard that looks at the floor around `5 n + 3` metres. */
const yardCamera = (n: number) =>
  camera(
    `yard-${n}`,
    `    floorPlan: yard
    calibration:
${[
  [0, 700, 2],
  [1280, 700, 4],
  [1000, 300, 4],
  [280, 300, 2],
]
  .map(
    ([x, y, east = 0]) =>
      `      - { picture: [${x}, ${y}], floor: [${5 * n + east}, ${y === 700 ? 2 : 6}] }\n`,
  )
  .join('')}`,
  );
const CAMERAS = `version: 1
sites:
  - id: plant-1
    name: { zh: 一号厂, en: Plant 1 }
    floorPlans: [{ id: yard, name: { zh: 堆场, en: Yard }, size: [60, 20] }]
cameras:
${camera('press-a', '    area: press-line\n')}${camera('press-b', '    area: press-line\n')}${Array.from(
  { length: 11 },
  (_, n) => yardCamera(n),
).join('')}`;

let world: SceneWorld;
beforeAll(async () => {
  world = await openSceneWorld(CAMERAS, ['press-a', 'press-b', 'yard-0']);
  await world.http.say(world.api, true);
  world.http.answer = { status: 202, title: '' };
});
afterAll(() => world?.close());

describe('the clips of the other cameras of an incident', () => {
  it('are of the eight nearest cameras of the plan, and of no more after further requests', async () => {
    const raised = await world.raise('medium', { camera: 'yard-0', floor: [48, 4] });
    const nearest = [9, 8, 10, 7, 6, 5, 4, 3].map((n) => `yard-${n}`);
    const ids = ({ items }: Pick<SceneClipList, 'items'>) => items.map((one) => one.camera).sort();
    expect(ids((await world.press(raised)).body)).toEqual([...nearest].sort());
    expect(ids((await world.press(raised)).body)).toEqual([...nearest].sort());
  });

  it('that cannot be ordered leave the record of their violation as it is', async () => {
    const admin = new pg.Client({ connectionString: world.adminUrl });
    await admin.connect();
    try {
      await admin.query('ALTER TABLE scene_clip ADD CONSTRAINT broken CHECK (FALSE) NOT VALID');
      const { finding, incident } = await world.raise('high');
      expect(await world.inTenant((tx) => tx.violation.count({ where: { id: finding } }))).toBe(1);
      expect(await world.list(incident)).toMatchObject({ items: [] });
    } finally {
      await admin.query('ALTER TABLE scene_clip DROP CONSTRAINT IF EXISTS broken');
      await admin.end();
    }
  });

  it('that were kept by themselves and not asked for go with the dismissal, and at a term of their own', async () => {
    const kept = async (): Promise<Raised & { clip: string }> => {
      const raised = await world.raise('high');
      const { id } = await until(
        async () => world.of(await world.list(raised.incident), 'press-b'),
        'ordered',
      );
      await world.isTaken(id);
      await world.deliver(id);
      return { ...raised, clip: id };
    };
    const [dismissed, old, asked, young] = [await kept(), await kept(), await kept(), await kept()];
    const { body } = await world.api.send<{ version: number }>(
      'judge',
      'GET',
      `/incidents/${dismissed.incident}`,
    );
    const verdict = { decision: 'dismiss', reason: 'false-detection', version: body.version };
    const said = await world.api.send(
      'judge',
      'POST',
      `/incidents/${dismissed.incident}/verdict`,
      verdict,
    );
    expect(said.status).toBe(200);
    await world.press(asked);
    const orderedAt = new Date(Date.now() - 8 * 86_400_000);
    const where = { id: { in: [old.clip, asked.clip] } };
    await world.inTenant((tx) => tx.sceneClip.updateMany({ where, data: { orderedAt } }));
    await world.api.send('purger', 'POST', '/privacy/purges', {});
    const states = await Promise.all(
      [dismissed, old, asked, young].map(({ incident }) => world.stateOf(incident)),
    );
    expect(states).toEqual(['missing', 'missing', 'being-made', 'kept']);
    expect(world.of(await world.list(dismissed.incident), 'press-b')?.missing?.reason).toBe(
      'purged',
    );
  });
});
