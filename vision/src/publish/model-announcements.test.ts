import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Acknowledgement, type ModelsLoaded, modelsLoaded } from '@anshi/contracts';
import { modelDigest } from '@anshi/contracts/model-digest';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadPpeCard } from '../detect/model-card.ts';
import { announcedModelOf, loadedModels } from './announced-models.ts';
import { ModelAnnouncements } from './model-announcements.ts';

const card = loadPpeCard(new URL('../../../models/ppe', import.meta.url).pathname);
let folder: string;
let sent: ModelsLoaded[];
let at: number;
let isUp: boolean;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anshi-models-'));
  sent = [];
  at = Date.parse('2026-11-25T09:00:00.000Z');
  isUp = true;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = () =>
  ModelAnnouncements.open({
    file: join(folder, 'announced.json'),
    source: '/vision/worker-1',
    log: pino({ level: 'silent' }),
    connected: () => isUp,
    publish: (event) => sent.push(event),
    now: () => at,
  });
const on = (...cameras: string[]) =>
  loadedModels(
    'worker-1',
    [card],
    cameras.map((id) => ({ id, model: id === 'yard' ? 'not-loaded' : 'ppe', rules: [] })),
  );
const wordOn = (event: ModelsLoaded, result: Acknowledgement['result'] = 'committed') => ({
  source: event.source,
  id: event.id,
  result,
  at: new Date(at).toISOString(),
});

describe('announcements of the models that are loaded', () => {
  it('says what the card says, and the digest of all its weights', () => {
    const { models, cameras } = on('yard', 'hall-west', 'gate');
    expect(models[0]).toMatchObject({
      name: 'ppe',
      version: card.version,
      weightsSha256: modelDigest(card),
      classes: ['person', 'helmet', 'head', 'vest', 'no_vest'],
    });
    expect(models[0]?.figures.length).toBeGreaterThan(0);
    // The same detector with another classifier, or without one, is another model.
    expect(card.verdict).toBeDefined();
    const weights = { ...card.verdict!.weights, sha256: 'ab'.repeat(32) };
    const others = [
      { ...card, verdict: { ...card.verdict!, weights } },
      { ...card, verdict: undefined },
    ];
    const announced = [card, ...others].map((one) => announcedModelOf(one).weightsSha256);
    expect(new Set(announced).size).toBe(3);
    expect(announced[2]).toBe(card.weights.sha256);
    // A model that is not loaded judges nothing.
    expect(cameras).toEqual([
      { camera: 'gate', models: ['ppe'] },
      { camera: 'hall-west', models: ['ppe'] },
      { camera: 'yard', models: [] },
    ]);
  });

  it('sends one until it is committed, at growing intervals, and then the next', async () => {
    const announcements = await open();
    await announcements.announce(on('gate'));
    at += 60_000;
    await announcements.announce(on('gate', 'hall-west'));
    expect(sent.map(({ data }) => data.cameras.length)).toEqual([1, 1]);
    announcements.poke();
    expect(sent).toHaveLength(2);
    at += 2_000;
    announcements.poke();
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(1);
    expect(announcements.acknowledge(wordOn(sent[0] as ModelsLoaded))).toBe(true);
    expect(sent.at(-1)?.data.cameras).toHaveLength(2);
    expect(announcements.acknowledge(wordOn(sent.at(-1) as ModelsLoaded))).toBe(true);
    expect(announcements.waiting).toBe(0);
    for (const event of sent) modelsLoaded.parse(event);
    await announcements.close();
  });

  it('is not silenced by a clock that is set back', async () => {
    const announcements = await open();
    await announcements.announce(on('gate'));
    at -= 3_600_000;
    announcements.poke();
    expect(sent).toHaveLength(2);
    announcements.poke();
    expect(sent).toHaveLength(2);
    await announcements.close();
  });

  it('announces nothing twice, and ignores acknowledgements of other events', async () => {
    const announcements = await open();
    await announcements.announce(on('gate'));
    const [first] = sent as [ModelsLoaded];
    await announcements.announce(on('gate'));
    expect(announcements.waiting).toBe(1);
    expect(announcements.acknowledge({ ...wordOn(first), id: 'another' })).toBe(false);
    expect(announcements.acknowledge(wordOn(first, 'rejected'))).toBe(true);
    expect(announcements.acknowledge(wordOn(first))).toBe(false);
    await announcements.close();
  });

  it('loses nothing by a kill while the API is away', async () => {
    isUp = false;
    const before = await open();
    await before.announce(on('gate'));
    at += 1_000;
    await before.announce(loadedModels('worker-1', [], []));
    isUp = true;
    const after = await open();
    expect(after.waiting).toBe(2);
    at += 1_000;
    await after.announce(on('gate'));
    for (let i = 0; i < 3; i++) after.acknowledge(wordOn(sent.at(-1) as ModelsLoaded));
    const told = [...new Map(sent.map((event) => [event.id, event])).values()];
    expect(told.map(({ data }) => data.models.length)).toEqual([1, 0, 1]);
    expect(told.map(({ data }) => data.since).sort()).toEqual(told.map(({ data }) => data.since));
    await after.close();
    expect(JSON.parse(await readFile(join(folder, 'announced.json'), 'utf8'))).toEqual([]);
  });

  it('sets aside a file that is damaged', async () => {
    await writeFile(join(folder, 'announced.json'), '[{"half":');
    const announcements = await open();
    expect(announcements.waiting).toBe(0);
    await announcements.announce(on('gate'));
    expect(sent).toHaveLength(1);
  });
});
