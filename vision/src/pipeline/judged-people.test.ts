import type { Box } from '@anshi/contracts';
import { describe, expect, it } from 'vitest';
import type { PpeCard } from '../detect/model-card.ts';
import { JudgedPeople } from './judged-people.ts';

const trust = { worn: 0.7, missing: 0.7, partsAlone: true };
const card = {
  verdict: { items: ['helmet'], trust: { helmet: trust }, perFrame: 2 },
  leastHeights: { helmet: 50 },
} as unknown as Pick<PpeCard, 'verdict' | 'leastHeights'>;

const person = (track: string, height = 100): { track: string; box: Box } => ({
  track,
  box: [Number(track) * 200, 0, Number(track) * 200 + 40, height],
});
const people = ['0', '1', '2', '3', '4'].map((track) => person(track));
const toFrame = { x: 1, y: 1 };
const request = (at: number, inZones: readonly string[] = [], tracked = people) => ({
  tracked,
  inZones: new Set(inZones),
  toFrame,
  at,
});
const tracksOf = (boxes: readonly Box[]) => boxes.map(([left]) => String(left / 200));

describe('the people whom the classifier judges', () => {
  it('are those in the zones first, and the others in turn', () => {
    const judged = new JudgedPeople(card);
    expect(tracksOf(judged.due(request(0, ['3'])))).toEqual(['3', '0']);
    const others = [200, 400, 600, 800].map((at) => tracksOf(judged.due(request(at, ['3'])))[1]);
    expect(new Set(others)).toEqual(new Set(['0', '1', '2', '4']));
  });

  it('all have their turn where more are in the zones than a frame has time for', () => {
    const judged = new JudgedPeople(card);
    const all = ['0', '1', '2', '3', '4'];
    const seen = [0, 200, 400].flatMap((at) => tracksOf(judged.due(request(at, all))));
    expect(new Set(seen)).toEqual(new Set(all));
  });

  it('are judged more rarely once the answer has been the same, also where it is unknown', () => {
    const judged = new JudgedPeople(card);
    const one = [person('0')];
    for (let at = 0; at <= 1200; at += 200) {
      judged.due(request(at, ['0'], one));
      judged.answered('0', at, { helmet: 'unknown', vest: 'worn' });
    }
    expect(judged.due(request(1400, ['0'], one))).toEqual([]);
    expect(judged.due(request(1700, ['0'], one))).toHaveLength(1);
    judged.answered('0', 1700, { helmet: 'missing' });
    expect(judged.due(request(1900, ['0'], one))).toHaveLength(1);
  });

  it('are judged more rarely under load, those outside of the zones most of all', () => {
    const frames = Array.from({ length: 30 }, (_, frame) => frame * 100);
    const looks = (shedding: number) => {
      const judged = new JudgedPeople(card);
      const counts = new Map<string, number>();
      for (const at of frames) {
        const load = { shedding, frameInterval: 100 };
        for (const track of tracksOf(
          judged.due({ ...request(at, ['0'], [person('0'), person('1')]), load }),
        )) {
          const count = (counts.get(track) ?? 0) + 1;
          counts.set(track, count);
          judged.answered(track, at, { helmet: count % 2 === 0 ? 'worn' : 'missing' });
        }
      }
      return [counts.get('0'), counts.get('1')];
    };
    expect(looks(0)).toEqual([30, 30]);
    expect(looks(0.5)).toEqual([10, 8]);
    expect(looks(1)).toEqual([8, 8]);
  });

  it.each([
    [1, ['0']],
    [0.1, []],
  ])(
    'keep the answer of a settled person from one rare reading to the next (load %d, zones %j)',
    (shedding, zones) => {
      const judged = new JudgedPeople(card);
      const one = [person('0')];
      const load = { shedding, frameInterval: 200 };
      for (let at = 0; at <= 8000; at += 200) {
        if (judged.due({ ...request(at, zones, one), load }).length > 0) {
          judged.answered('0', at, { helmet: 'missing' });
        }
        const equipment = judged.held('0', at, { helmet: 'unknown' });
        expect(equipment, `at ${at}`).toEqual({ helmet: 'missing' });
      }
    },
  );

  it('keep their last answer for half a second between two looks, and no longer', () => {
    const judged = new JudgedPeople(card);
    judged.answered('0', 1000, { helmet: 'worn', mask: 'missing' });
    const unseen = { helmet: 'unknown', mask: 'worn' } as const;
    expect(judged.held('0', 1400, unseen)).toEqual({ helmet: 'worn', mask: 'worn' });
    expect(judged.held('0', 1600, unseen)).toEqual(unseen);
    expect(judged.held('0', 900, unseen)).toEqual(unseen);
    expect(judged.held('1', 1400, unseen)).toEqual(unseen);
    judged.keep(new Set(['1']));
    expect(judged.held('0', 1400, unseen)).toEqual(unseen);
  });

  it('are none below the height from which the card vouches for an item, in pixels of the frame', () => {
    const judged = new JudgedPeople(card);
    const small = { ...request(0, ['0'], [person('0', 60)]), toFrame: { x: 0.5, y: 0.5 } };
    expect(judged.due(small)).toEqual([]);
    expect(judged.due({ ...small, toFrame })).toHaveLength(1);
  });

  it('get their own answers, and no others', () => {
    const judged = new JudgedPeople(card);
    judged.due(request(0, ['2', '4']));
    const answer = (of: number, worn: number) => ({
      box: [0, 0, 1, 1] as Box,
      of,
      items: { helmet: { worn, missing: 0 } },
    });
    // Another order of the tracks, and one that is gone.
    const found = judged.answersFor([person('4'), person('1')], [answer(0, 0.2), answer(1, 0.4)]);
    expect(found?.[0]?.items.helmet?.worn).toBe(0.4);
    expect(found?.[1]).toBeUndefined();
  });

  it('are none where the camera asks for no equipment: the parts alone decide there', () => {
    const judged = new JudgedPeople(card);
    expect(judged.due(undefined)).toEqual([]);
    expect(judged.answersFor(people, [])).toBeUndefined();
  });
});
