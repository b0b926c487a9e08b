import { expect, it } from 'vitest';
import { recordsTold } from './seen.ts';

const A = '01KB00000000000000000000AA';
const B = '01KB00000000000000000000BB';
const json = 'application/json; charset=utf-8';

it('an answer tells a verdict of the records that it names with one', () => {
  const row = (status: string) => JSON.stringify({ items: [{ id: A, status }, { id: B }] });
  expect(recordsTold('/api/v1/incidents', json, row('confirmed'))).toEqual([A, B]);
  expect(recordsTold('/api/v1/violations', json, row('dismissed'))).toEqual([A, B]);
  expect(recordsTold(`/api/v1/x/${A}`, json, '{"action":"dismiss"}')).toEqual([A]);
  expect(recordsTold('/api/v1/x', json, `{"id":"${A}","verdict":{"at":1}}`)).toEqual([A]);
  expect(recordsTold('/api/v1/x', 'application/problem+json', row('confirmed'))).toEqual([A, B]);
  // A hazard is there for what was confirmed alone.
  expect(recordsTold('/api/v1/hazards?limit=2', json, `{"violation":"${A}"}`)).toEqual([A]);
  // A file is not looked into: it is of the record of its address.
  expect(recordsTold(`/api/v1/incidents/${A}/report`, 'application/pdf', null)).toEqual([A]);
});

it('an answer without a verdict, a picture and the second review itself tell none', () => {
  const pending = JSON.stringify({ id: A, status: 'pending', verdict: null });
  expect(recordsTold('/api/v1/incidents', json, pending)).toEqual([]);
  expect(recordsTold(`/api/v1/violations/${A}/clip`, 'video/mp4', null)).toEqual([]);
  expect(recordsTold(`/api/v1/violations/${A}/snapshot`, 'image/jpeg', null)).toEqual([]);
  const own = `{"id":"${A}","status":"confirmed"}`;
  expect(recordsTold(`/api/v1/second-reviews/${A}/verdict`, json, own)).toEqual([]);
});
