import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { modelDigest } from '@anshi/contracts/model-digest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModelCard } from '../vision/src/detect/model-card.ts';
import { until } from './support/until.ts';
import { startWorld, type World } from './support/world.ts';

interface Version {
  id: string;
  name: string;
  version: string;
  weightsSha256: string;
  running: { worker: string; cameras: string[]; online: boolean }[];
}
interface LogEntry {
  version: string;
  name: string;
  camera: string | null;
  from: string;
  to: string | null;
}

/** A worker with its own model folder, and the model log of the API. */
describe('the models of a running worker', () => {
  let world: World;
  let models: string;
  const card = () => readFileSync(join(models, 'ppe/card.yaml'), 'utf8');
  const field = (name: string) => new RegExp(`^\\s*${name}: (\\S+)`, 'm').exec(card())?.[1];
  const versions = async () =>
    (await world.api.get<{ items: Version[] }>('/api/v1/models/versions')).items.filter(
      ({ name }) => name === 'ppe',
    );
  const log = async () =>
    (await world.api.get<{ items: LogEntry[] }>('/api/v1/models/log')).items.filter(
      ({ name, camera }) => name === 'ppe' && camera === 'gate',
    );

  beforeAll(async () => {
    models = mkdtempSync(join(tmpdir(), 'anshi-e2e-models-'));
    cpSync(resolve(import.meta.dirname, '../models/ppe'), join(models, 'ppe'), { recursive: true });
    world = await startWorld(
      // No detections needed: an unreachable camera has its model all the same.
      [{ id: 'gate', url: 'rtsp://127.0.0.1:1/gate', rules: [] }],
      {
        parts: ['database', 'broker', 'api', 'vision'],
        env: { vision: { ANSHI_MODELS: models } },
      },
    );
  });
  afterAll(async () => {
    await world?.end();
    rmSync(models, { recursive: true, force: true });
  });

  it('[VIS-10] [DQ-16] are in the log with the digest of their weights, as is a version change', async () => {
    const old = field('version');
    const [first] = await until('the worker to announce its model', async () => {
      const found = await versions();
      return (
        found.some(({ running }) => running.some(({ cameras }) => cameras.length > 0)) && found
      );
    });
    expect(first).toMatchObject({
      version: old,
      weightsSha256: modelDigest(readModelCard(join(models, 'ppe'))),
      running: [{ cameras: ['gate'], online: true }],
    });
    expect(await log()).toMatchObject([{ version: old, to: null }]);

    writeFileSync(
      join(models, 'ppe/card.yaml'),
      card().replace(/^version: .*/m, 'version: 99.0.0'),
    );
    await world.plant.restart('vision');
    const spans = await until('the new version to be in the log', async () => {
      const found = await log();
      return found.some(({ version }) => version === '99.0.0') && found;
    });
    expect(spans.map(({ version, to }) => [version, to === null])).toEqual([
      ['99.0.0', true],
      [old, false],
    ]);
    expect(Date.parse(spans[1]?.to ?? '')).toBeLessThanOrEqual(Date.parse(spans[0]?.from ?? ''));
    expect((await versions()).map(({ version, running }) => [version, running.length])).toEqual([
      ['99.0.0', 1],
      [old, 0],
    ]);
  });

  it('[VIS-10] are announced once the API is back, with the time since when they ran', async () => {
    await world.plant.stopPart('api');
    const before = new Date().toISOString();
    writeFileSync(
      join(models, 'ppe/card.yaml'),
      card().replace(/^version: .*/m, 'version: 99.1.0'),
    );
    await world.plant.restart('vision');
    const after = new Date().toISOString();
    await world.plant.startPart('api');
    const spans = await until('the log to contain the changes during the outage', async () => {
      const found = await log().catch(() => []);
      return found.some(({ version }) => version === '99.1.0') && found;
    });
    const since = spans.find(({ version }) => version === '99.1.0')?.from ?? '';
    expect(Date.parse(since)).toBeGreaterThanOrEqual(Date.parse(before));
    expect(Date.parse(since)).toBeLessThanOrEqual(Date.parse(after) + 1_000);
    expect(spans.filter(({ to }) => to === null).map(({ version }) => version)).toEqual(['99.1.0']);
  });
});
