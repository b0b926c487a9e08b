import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benched } from '@anshi/contracts/model-digest';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModelCard } from '../src/detect/model-card.ts';
import { areAbsent, copyPictures, runBench } from './testing/bench-process.ts';

const absent = areAbsent('the verdicts on the public sets');
const bench = (...args: string[]) => runBench('verdict', ...args);
const lastLine = (stdout: string) => JSON.parse(stdout.trim().split('\n').at(-1)!);

describe('bench verdict', () => {
  let data: string;
  beforeAll(async () => {
    data = mkdtempSync(join(tmpdir(), 'anshi-verdict-'));
    for (const kind of ['images', 'labels', 'labels_wholehead']) {
      mkdirSync(join(data, 'own/val', kind), { recursive: true });
    }
    writeFileSync(
      join(data, 'dataset.json'),
      JSON.stringify({ classes: ['person', 'helmet', 'head', 'vest', 'no_vest'] }),
    );
    const grey = { width: 320, height: 240, channels: 3, background: '#808080' } as const;
    for (const name of ['a', 'b']) {
      await sharp({ create: grey })
        .jpeg()
        .toFile(join(data, `own/val/images/${name}.jpg`));
    }
  });
  afterAll(() => rmSync(data, { recursive: true, force: true }));

  const label = (name: string, text: string, kind = 'labels') =>
    writeFileSync(join(data, `own/val/${kind}/${name}.txt`), text);
  const person = '0 0.5 0.5 0.2 0.8\n';
  const helmet = '1 0.5 0.14 0.1 0.08\n';
  const head = '2 0.5 0.14 0.1 0.08\n';

  it('refuses options and data that it cannot score, names file and line, and scores nothing', async () => {
    const refusal = async (...args: string[]) => {
      const { code, stdout, stderr } = await bench('--data', data, '--sets', 'own/val', ...args);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      return stderr;
    };
    label('a', person + helmet);
    label('b', `${person}1 0.97 0.14 0.1 0.08\n`);
    expect(await refusal()).toContain(
      `${join(data, 'own/val/labels/b.txt')}:2: the box reaches out of the picture`,
    );
    label('b', person + helmet);
    expect(await refusal()).toMatch(
      /labels\/a\.txt: of helmet and head own\/val labels helmet alone/,
    );
    // A helmet on no person: a rule that always answers "missing" would be right.
    label('a', `${person}1 0.9 0.9 0.1 0.08\n`);
    label('b', person + head);
    expect(await refusal()).toContain('no labelled person of own/val has the helmet worn');
    expect(await refusal('--helmet-right', '97')).toContain('--helmet-right must be a share');
    expect(await refusal('--condition', 'fog')).toContain(
      '"fog" is none of night, backlight, haze',
    );
    expect(await refusal('--by', 'ear')).toContain('"ear" is none of rule, parts, classifier');
    expect(await refusal('--answers', data)).toContain('--answers: EISDIR');
    expect(await refusal('--labels', '../other')).toContain('is not the name of a folder');
  }, 300_000);

  it('counts people who were not found, says each target with its interval, and reads other labels', async () => {
    label('a', person + helmet);
    label('b', person + head);
    label('a', `${person}${helmet}0 0.15 0.5 0.2 0.8\n2 0.15 0.14 0.1 0.08\n`, 'labels_wholehead');
    const sets = 'own/val,own/val:labels_wholehead';
    const file = join(data, 'answers.jsonl');
    const limits = ['--helmet-unknown', '1'];
    const { code, stdout } = await bench(
      '--data',
      data,
      '--sets',
      sets,
      ...limits,
      '--answers',
      file,
    );
    expect(code).toBe(1);
    const result = lastLine(stdout);
    expect(result).toMatchObject({ bench: 'verdict', ok: false, ratio: 0 });
    expect(result.model).toEqual(
      benched(readModelCard(join(import.meta.dirname, '../../models/ppe'))),
    );
    // A grey picture shows no person: none is found.
    const seen = { worn: 0, missing: 0, unknown: 0 };
    expect(result.sets['own/val'].helmet.labelled).toEqual({
      worn: { ...seen, notFound: 1 },
      missing: { ...seen, notFound: 1 },
    });
    expect(result.sets['own/val'].vest).toBeUndefined();
    expect(result.figures).toMatchObject({
      'own/val.helmet.notFound': 1,
      'own/val:labels_wholehead.helmet.people': 2,
      pictures: 3,
      leftOut: 1,
      resamples: 2000,
    });
    expect(result.by).toBe('rule');
    const lost = { rule: 'notFound', parts: 'notFound', classifier: 'notFound' };
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toHaveLength(4);
    expect(JSON.parse(lines[0]!)).toEqual({
      set: 'own/val',
      picture: 'a',
      item: 'helmet',
      height: 192,
      labelled: 'worn',
      said: lost,
      worn: null,
      missing: null,
    });
    // The same picture with other labels is shown, and not added.
    expect(result.sources.own.helmet.people).toBe(2);
    const recall = { target: 'missingRecall', set: 'own/val', limit: 0.8, value: 0, holds: false };
    expect(result.targets).toContainEqual(expect.objectContaining(recall));
    expect(stdout).toContain('MISSED own/val helmet missingRecall >= 0.8: .00 of 1 people');
    const table = stdout.split('\n').find((line) => line.startsWith('| own/val | helmet | all |'));
    expect(table).toContain('| 2 | 1.00 |');
  }, 300_000);

  it.skipIf(absent)(
    '[VIS-01] measures the shipped model by the question of the product, with intervals',
    async () => {
      const own = join(data, 'public');
      mkdirSync(own);
      copyPictures(own, ['css/val', 'esp/val'], 12);
      const sets = 'css/val,esp/val,esp/val:labels_wholehead';
      const { stdout, stderr } = await bench('--data', own, '--sets', sets);
      expect(stderr).toMatch(/esp\/val:labels_wholehead: \d+ pictures, \d+ left out/);
      const result = lastLine(stdout);
      for (const value of Object.values(result.figures)) expect(value).toBeTypeOf('number');
      const { helmet } = result.total;
      expect(helmet.people).toBeGreaterThan(20);
      expect(helmet.rightOfKnown.value).toBeGreaterThan(0.7);
      expect(helmet.rightOfKnown.low).toBeLessThan(helmet.rightOfKnown.value);
      expect(helmet.rightOfKnown.high).toBeGreaterThanOrEqual(helmet.rightOfKnown.value);
      const heights = helmet.byHeight.map(({ people }: { people: number }) => people);
      expect(heights.reduce((sum: number, n: number) => sum + n)).toBe(helmet.people);
      expect(result.sets['esp/val'].vest).toBeUndefined();
      expect(result.ok).toBe(result.targets.every(({ holds }: { holds: boolean }) => holds));
      expect(result.ok).toBe(result.ratio >= 1);
      expect(result.condition).toBeNull();
      // The same pictures with little light: fewer people are seen.
      const dark = lastLine(
        (await bench('--data', own, '--sets', 'css/val,esp/val', '--condition', 'night')).stdout,
      );
      expect(dark.condition).toBe('night');
      const { notFound } = lastLine(stdout).total.helmet;
      expect(dark.total.helmet.notFound.value).toBeGreaterThan(notFound.value + 0.1);
    },
    600_000,
  );
});
