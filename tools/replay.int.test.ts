import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { type CameraConfig, writeCamerasFile } from '@anshi/contracts';
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
