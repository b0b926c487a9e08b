import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import {
  type CameraConfig,
  type Observation,
  type PpeState,
  type TrackedPerson,
  writeCamerasFile,
} from '@anshi/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generate } from './bench/rules/generate.ts';
import { hall } from './bench/rules/scenes.ts';

const root = resolve(import.meta.dirname, '..');
const run = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/replay.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, stdout, stderr };
};

/** A stream with its truth, its configuration, and one with a rule that takes longer. */
let folder: string;
let stream: string;
let config: string;
let slower: string;
let truth: string;
let lines: string[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'anshi-replay-'));
  const generated = generate(hall(), 'replayed', 0.3);
  lines = [...(generated.observations as Iterable<unknown>)].map((one) => JSON.stringify(one));
  stream = write('a.observations.jsonl', `${lines.join('\n')}\n`);
  truth = write('a.truth.json', JSON.stringify(generated.truth()));
  config = write('a.yaml', yamlOf(generated.config));
  slower = write(
    'b.yaml',
    yamlOf({
      ...generated.config,
      rules: generated.config.rules.map((rule) =>
        rule.kind === 'zone-intrusion' ? { ...rule, confirmSeconds: 12 } : rule,
      ),
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}
const yamlOf = (camera: CameraConfig) =>
  writeCamerasFile({
    version: 1,
    sites: [{ id: 'plant', name: { zh: '厂', en: 'Plant' }, floorPlans: [] }],
    cameras: [camera],
  });

/** Tracks of people who wear their helmets in a zone for long, and are none of the others. */
function wearersIn(seen: readonly Observation[], zone: string, others: ReadonlySet<string>) {
  const frames = new Map<string, number>();
  for (const { people } of seen) {
    for (const { track, zones, equipment } of people) {
      if (others.has(track) || !zones.includes(zone) || equipment.helmet !== 'worn') continue;
      frames.set(track, (frames.get(track) ?? 0) + 1);
    }
  }
  return [...frames].filter(([, count]) => count > 50).map(([track]) => track);
}

/**
 * The recording of a model that does not tell that some helmets are missing, and calls helmets of others missing.
 *
 * @returns lines of JSON.
 */
function asSeenBy(
  seen: readonly Observation[],
  { overlooked, accused }: { overlooked: readonly string[]; accused: readonly string[] },
): string {
  const verdict = ({ track, equipment }: TrackedPerson): PpeState => {
    const { helmet = 'unknown' } = equipment;
    if (overlooked.includes(track) && helmet === 'missing') return 'unknown';
    return accused.includes(track) && helmet === 'worn' ? 'missing' : helmet;
  };
  return seen
    .map((one) => {
      const people = one.people.map((p) => ({ ...p, equipment: { helmet: verdict(p) } }));
      return `${JSON.stringify({ ...one, people })}\n`;
    })
    .join('');
}

describe('npm run replay', () => {
  it('gives the same bytes twice, also of a packed file', () => {
    const first = run(stream, '--config', config);
    expect(first.stderr).toMatch(/\d+ records of \d+ observations/);
    expect(first.status).toBe(0);
    expect(first.stdout.split('\n').length).toBeGreaterThan(20);
    expect(run(stream, '--config', config).stdout).toBe(first.stdout);
    const packed = write('p.jsonl.zst', zstdCompressSync(readFileSync(stream)));
    expect(run(packed, '--config', config).stdout).toBe(first.stdout);
  });

  it('gives the same bytes after a kill in the middle', async () => {
    const whole = run(stream, '--config', config).stdout;
    const out = join(folder, 'records.jsonl');
    const progress = `${out}.progress`;
    const child = spawn(
      process.execPath,
      ['tools/replay.ts', stream, '--config', config, '--out', out],
      { cwd: root, stdio: 'ignore' },
    );
    const saved = new Promise<void>((found) => {
      const watcher = watch(folder, () => {
        if (!existsSync(progress)) return;
        watcher.close();
        found();
      });
    });
    const exited = once(child, 'exit');
    await saved;
    child.kill('SIGKILL');
    expect((await exited)[1]).toBe('SIGKILL');
    const killed = readFileSync(out, 'utf8');
    expect(killed.length).toBeLessThan(whole.length);
    // What a power cut may leave behind the last save.
    writeFileSync(out, `${killed}{"half`);
    expect(run(stream, '--config', config, '--out', out).status).toBe(0);
    expect(readFileSync(out, 'utf8')).toBe(whole);
    expect(existsSync(progress)).toBe(false);
  });

  it('leaves out a last line that a kill tore, and says so', () => {
    const torn = write(
      'torn.jsonl',
      `${lines.slice(0, 50).join('\n')}\n${lines[50]!.slice(0, 30)}`,
    );
    const { status, stderr } = run(torn, '--config', config);
    expect(status).toBe(0);
    expect(stderr).toContain('50 observations');
    expect(stderr).toContain('1 torn lines left out');
  });

  it('compares two configurations: what is only in one, and false alarms against misses', () => {
    const { status, stdout, stderr } = run(
      stream,
      '--config',
      config,
      '--against',
      slower,
      '--truth',
      truth,
    );
    expect(status).toBe(0);
    const only = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(only.length).toBeGreaterThan(0);
    expect(new Set(only.map((one) => one.ruleId))).toEqual(new Set(['caged']));
    expect(only.some((one) => one.only === 'first')).toBe(true);
    expect(stderr).toMatch(/\d+ in both, \d+ in the first only/);
    const missed = (name: string) =>
      Number(
        new RegExp(`${name}: .* false alarms an hour .*, (\\d+) of \\d+ missed`).exec(stderr)?.[1],
      );
    expect(missed('second')).toBeGreaterThan(missed('first'));
  });

  it('compares two recordings by one configuration', () => {
    const half = write('half.jsonl', `${lines.slice(0, lines.length / 2).join('\n')}\n`);
    const { status, stderr } = run(stream, '--config', config, '--against', half);
    expect(status).toBe(0);
    const [, first, second] =
      /(\d+) in the first only, (\d+) in the second only/.exec(stderr) ?? [];
    expect(Number(first)).toBeGreaterThan(0);
    expect(Number(second)).toBe(0);
  });

  it('compares two models on one scene: the false alarms an hour of each against what it misses', () => {
    const scene = generate(hall(), 'two models', 1);
    const seen = [...(scene.observations as Iterable<Observation>)];
    const { events } = scene.truth();
    const helmets = events.filter(({ ruleId }) => ruleId === 'helmets');
    const bare = helmets.filter(({ must }) => must).map(({ tracks }) => tracks);
    const wearers = wearersIn(seen, 'work', new Set(helmets.flatMap(({ tracks }) => tracks)));
    expect(bare.length).toBeGreaterThan(5);
    expect(wearers.length).toBeGreaterThan(5);
    // One model is cautious, and the other one is quick to call a helmet missing.
    const cautious = asSeenBy(seen, {
      overlooked: bare.slice(0, 3).flat(),
      accused: [wearers[0]!],
    });
    const quick = asSeenBy(seen, { overlooked: bare[0]!, accused: wearers.slice(0, 4) });
    const { config: camera } = scene;
    const rules = camera.rules.filter(({ id }) => id === 'helmets');
    const { status, stdout, stderr } = run(
      write('cautious.jsonl', cautious),
      '--config',
      write('models.yaml', yamlOf({ ...camera, rules })),
      '--against',
      write('quick.jsonl', quick),
      '--truth',
      write('models.truth.json', JSON.stringify(scene.truth())),
    );
    expect(status).toBe(0);
    expect(stderr).toContain(
      `first: 1.000 false alarms an hour (1 in 1.00 h), 3 of ${bare.length} missed, 0 doubled`,
    );
    expect(stderr).toContain(
      `second: 4.000 false alarms an hour (4 in 1.00 h), 1 of ${bare.length} missed, 0 doubled`,
    );
    expect(stderr).toContain('0 in the first only, 5 in the second only');
    const only = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { only: string; item: string; tracks: string[] });
    expect(only.map((one) => [one.only, one.item])).toEqual(
      Array.from({ length: 5 }, () => ['second', 'helmet']),
    );
    // Two who were overlooked by the first alone, and three who were accused by the second alone.
    const told = only.flatMap(({ tracks }) => tracks);
    for (const tracks of bare.slice(1, 3))
      expect(tracks.some((one) => told.includes(one))).toBe(true);
    expect(told).toEqual(expect.arrayContaining(wearers.slice(1, 4)));
  });

  it.each([
    ['a file that is not there', () => ['none.jsonl'], /there is no file .*none\.jsonl/],
    [
      'a line that is no observation',
      () => [write('bad.jsonl', `${lines[0]}\n{"camera":"x"}\n${lines[1]}\n`), '--config', config],
      /bad\.jsonl:2: /,
    ],
    [
      'a configuration with an error',
      () => [stream, '--config', write('bad.yaml', 'version: 1\nsites: none\ncameras: []\n')],
      /bad\.yaml:\d+: sites/,
    ],
    [
      'a camera that it does not have',
      () => [stream, '--config', config, '--camera', 'yard'],
      /has no camera "yard", only generated-hall/,
    ],
    ['no configuration at all', () => [stream], /a\.observations\.jsonl:1: no configuration/],
    ['a truth of another form', () => [stream, '--config', config, '--truth', config], /a\.yaml: /],
    ['a time that is none', () => [stream, '--config', config, '--from', 'noon'], /--from must be/],
    ['an unknown option', () => [stream, '--fast'], /--fast/],
  ])('says what is wrong with %s', (_, args, message) => {
    const { status, stderr } = run(...args());
    expect(stderr).toMatch(message);
    expect(status).toBe(2);
  });
});
