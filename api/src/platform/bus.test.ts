import { expect, it } from 'vitest';
import { topicFilter } from './bus.ts';

it.each([
  ['a/+/c', 'a/b/c', true],
  ['a/+/c', 'a/b/d', false],
  ['a/+/c', 'a/b/c/d', false],
  ['a/+', 'a', false],
  ['a/b', 'a/b', true],
])('the filter %s and the topic %s: %s', (filter, topic, expected) => {
  expect(topicFilter(filter)(topic)).toBe(expected);
});
