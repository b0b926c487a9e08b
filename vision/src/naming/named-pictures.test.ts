import { expect, it } from 'vitest';
import { NamedPictures } from './named-pictures.ts';

const track = (camera: string, n: string, handle: string) => ({ camera, track: n, handle });

it('tells the confirmed people of each camera, and once that there are none any more', () => {
  const pictures = new NamedPictures();
  const cameras = ['gate', 'hall'];
  const tracks = [track('gate', 't1', 'a'), track('gate', 't2', 'b')];
  expect(pictures.decided({ at: 0, tracks }, cameras)).toEqual([
    {
      camera: 'gate',
      at: '1970-01-01T00:00:00.000Z',
      tracks: [
        { track: 't1', handle: 'a' },
        { track: 't2', handle: 'b' },
      ],
    },
  ]);
  expect(pictures.decided({ at: 500, tracks: [] }, cameras)).toEqual([
    { camera: 'gate', at: '1970-01-01T00:00:00.500Z', tracks: [] },
  ]);
  expect(pictures.decided({ at: 1_000, tracks: [] }, cameras)).toEqual([]);
});

it('takes back at once what was said, once', () => {
  const pictures = new NamedPictures();
  pictures.decided({ at: 0, tracks: [track('hall', 't1', 'a')] }, ['hall']);
  expect(pictures.forget(2_000)).toEqual([
    { camera: 'hall', at: '1970-01-01T00:00:02.000Z', tracks: [] },
  ]);
  expect(pictures.forget(3_000)).toEqual([]);
});
