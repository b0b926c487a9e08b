import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { until } from './support/until.ts';
import { startWorld, type World } from './support/world.ts';

/* The demonstration with one of its cameras: badges, consents, worker and API say who went into the robot's cell. */

/** The camera that follows W3 from the gate to the cell and back. */
const CAMERA = 'hall-east';
/** Share of dropped frames above which no name is expected. */
const TOO_MANY = 0.1;
/** The same for the share of the search for distant people that is left out: who is found late walks too short a way. */
const TOO_LITTLE_SEARCH = 0.2;
const WAIT_MS = 240_000;

interface Named {
  rule: string;
  item: string | null;
  identity: {
    state: string;
    person: { name: string } | null;
    candidates: { posterior: number }[];
    reasons: { en: string }[];
  } | null;
}

let world: World;

beforeAll(async () => {
  const text = readFileSync(resolve(import.meta.dirname, '../cameras.yaml'), 'utf8');
  const content = parse(text) as { cameras: { id: string }[] };
  const cameras = content.cameras.filter(({ id }) => id === CAMERA);
  world = await startWorld({ yaml: stringify({ ...content, cameras }) });
});
afterAll(() => world?.end());

const violations = async () =>
  (await world.api.get<{ items: Named[] }>('/api/v1/violations?limit=200')).items;
const namesOf = (found: readonly Named[]) => found.filter(({ identity }) => identity?.person);

it('names the worker who went into the cell, and no one for what another one did', async ({
  skip,
}) => {
  const onPicture = new Set<string | null>();
  const leave = world.api.listen(`names:${CAMERA}`, (message) => {
    const { names = [] } = message as { names?: { name: string | null }[] };
    for (const { name } of names) onPicture.add(name);
  });
  let lost = 0;
  let shed = 0;
  const noteLoad = async () => {
    const [camera] = await world.api.cameras();
    lost = Math.max(lost, camera?.health?.droppedShare ?? 0);
    shed = Math.max(shed, camera?.health?.loadShedding ?? 0);
  };
  const found = await until(
    'a name',
    async () => {
      await noteLoad();
      const all = await violations();
      return namesOf(all).length > 0 ? all : null;
    },
    WAIT_MS,
    1_000,
  ).catch((error: unknown) => {
    const percent = (share: number) => `${Math.round(100 * share)} %`;
    if (lost > TOO_MANY) return skip(`${percent(lost)} of the frames were not analysed`);
    if (shed > TOO_LITTLE_SEARCH) {
      return skip(`${percent(shed)} of the search for distant people was left out`);
    }
    throw error;
  });
  for (const { rule, item, identity } of namesOf(found)) {
    // Of the three whose badges may be used one goes into the cell, another one wears no helmet.
    expect(identity?.state).toBe('confirmed');
    expect(identity?.reasons[0]?.en).toContain('This badge alone fits');
    expect([rule, item, identity?.person?.name]).toEqual(
      rule === 'missing-ppe' ? ['missing-ppe', 'helmet', '卫装配'] : [rule, null, '蒋班长'],
    );
  }
  // The live picture names those alone who agreed, while they are in sight.
  await until(
    'a name on the live picture',
    async () => onPicture.has('蒋班长') || null,
    WAIT_MS,
    500,
  );
  leave();
  for (const name of onPicture) expect(['蒋班长', '卫装配']).toContain(name);
  // Before the badges told enough it was said why not.
  for (const { identity } of found) expect(identity?.reasons.length ?? 1).toBeGreaterThan(0);
});
