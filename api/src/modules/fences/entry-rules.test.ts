import { expect, it } from 'vitest';
import { noRequirements } from '../match/jobs.ts';
import { jobsOfFence } from './entry-rules.ts';

const ofArea = {
  ...noRequirements,
  id: 'area:a',
  area: 'a',
  posts: ['fitter'],
  permit: 'hot-work',
};
const rule = { areaId: 'a', posts: [], permit: null, matched: true };

it('[POS-04] posts and permit of a fence are required beside those of the area, not in their place', () => {
  const asked = (changes: object, area = ofArea) =>
    jobsOfFence({ ...rule, ...changes }, area).map(({ posts, permit }) => [posts, permit]);
  expect(asked({})).toEqual([[['fitter'], 'hot-work']]);
  expect(asked({ posts: ['welder'] })).toEqual([
    [['fitter'], 'hot-work'],
    [['welder'], null],
  ]);
  expect(asked({ posts: ['welder'] }, { ...ofArea, posts: [] })).toEqual([
    [['welder'], 'hot-work'],
  ]);
  expect(asked({ permit: 'height' })).toEqual([
    [['fitter'], 'hot-work'],
    [[], 'height'],
  ]);
  expect(asked({ posts: ['welder'], matched: false })).toEqual([[['welder'], null]]);
});
