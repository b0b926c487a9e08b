import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { allProjects, stagesOf } from './lanes.mjs';

it('every project of vitest.config.ts runs in one lane', async () => {
  const file = resolve(import.meta.dirname, '../../vitest.config.ts');
  const { default: config } = (await import(file)) as {
    default: { test: { projects: { test: { name: string } }[] } };
  };
  const names = config.test.projects.map(({ test }) => test.name);
  expect([...allProjects].sort()).toEqual(names.sort());
});

it('a part of the projects takes the stages, lanes and parts that have any of them', () => {
  const parts = (wanted: string[]) =>
    stagesOf(wanted).map((stage) =>
      stage.map((lane) => lane.map(({ name, projects }) => [name, projects])),
    );
  expect(parts(['unit', 'media', 'pages', 'tour', 'browser', 'outage'])).toEqual([
    [
      [
        ['outage', ['outage']],
        ['cameras', ['media']],
        ['browser', ['browser']],
        ['pages', ['pages', 'tour']],
      ],
      [['compute', ['unit']]],
    ],
  ]);
  expect(parts(['footage', 'tour'])).toEqual([
    [[['footage', ['footage']]]],
    [[['pages', ['tour']]]],
  ]);
  expect(parts([])).toEqual([]);
});
