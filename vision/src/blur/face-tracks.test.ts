import type { Box } from '@anshi/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxArea, sharedArea } from '../boxes.ts';
import { faceAt, faceTracks } from './face-tracks.ts';
import type { Face } from './faces.ts';

const at = (x: number, y: number, side = 40): Face => ({
  box: [x - side / 2, y - side / 2, x + side / 2, y + side / 2],
  sure: true,
});
const covered = (tracks: ReturnType<typeof faceTracks>, t: number, face: Box): number =>
  Math.max(
    0,
    ...tracks.map((track) => {
      const box = faceAt(track, t, 0.04);
      return box ? sharedArea(box, face) / boxArea(face) : 0;
    }),
  );

describe('faces through a clip', () => {
  it('are one track while they move, over a gap and for a while before and after', () => {
    const samples = [0, 0.2, 0.4, 1.4, 1.6].map((t) => ({ t, faces: [at(100 + 100 * t, 80)] }));
    const tracks = faceTracks(samples);
    expect(tracks).toHaveLength(1);
    for (const t of [0, 0.1, 0.9, 1.3, 1.6]) {
      expect(covered(tracks, t, at(100 + 100 * t, 80).box)).toBe(1);
    }
    expect(covered(tracks, 2.0, at(300, 80).box)).toBe(1);
    expect(faceAt(tracks[0]!, 2.4, 0)).toBeNull();
  });

  it('stay apart where two people pass each other', () => {
    const samples = Array.from({ length: 11 }, (_, i) => {
      const t = i / 5;
      return { t, faces: [at(100 + 60 * t, 80), at(220 - 60 * t, 110)] };
    });
    const tracks = faceTracks(samples);
    for (let t = 0; t <= 2; t += 0.04) {
      expect(covered(tracks, t, at(100 + 60 * t, 80).box)).toBeGreaterThan(0.97);
      expect(covered(tracks, t, at(220 - 60 * t, 110).box)).toBeGreaterThan(0.97);
    }
  });

  it('are wider the longer nothing was seen, and leave the crown', () => {
    const [track] = faceTracks([
      { t: 0, faces: [at(100, 80)] },
      { t: 1.5, faces: [at(100, 80)] },
    ]);
    const [near, far] = [faceAt(track!, 0.05, 0)!, faceAt(track!, 0.75, 0)!];
    expect(far[2] - far[0]).toBeGreaterThan(1.2 * (near[2] - near[0]));
    expect(60 - far[1]).toBeLessThan(0.5 * (far[3] - 100));
  });

  it('leave the crown of a person who walks past as open as of one who stands', () => {
    const [walking] = faceTracks([0, 0.3, 0.6].map((t) => ({ t, faces: [at(100 + 200 * t, 80)] })));
    const [standing] = faceTracks([0, 0.3, 0.6].map((t) => ({ t, faces: [at(100, 80)] })));
    for (const t of [0.1, 0.2, 0.45]) {
      const [moving, still] = [faceAt(walking!, t, 0.04)!, faceAt(standing!, t, 0.04)!];
      expect(moving[1]).toBeCloseTo(still[1], 5);
      expect(moving[2] - moving[0]).toBeGreaterThan(still[2] - still[0] + 5);
    }
  });

  it('of a person who stands up is covered between two looks', () => {
    const tracks = faceTracks([0, 0.33, 0.66].map((t) => ({ t, faces: [at(100, 300 - 200 * t)] })));
    for (const t of [0.1, 0.2, 0.3, 0.5]) {
      // It rises unevenly.
      expect(covered(tracks, t, at(100, 300 - 200 * t - 8).box)).toBeGreaterThan(0.95);
    }
  });

  it('of a person who walks at any pace is never open between two looks, however they are spaced', () => {
    const walk = fc.record({
      speed: fc.double({ min: -220, max: 220, noNaN: true }),
      side: fc.double({ min: 20, max: 90, noNaN: true }),
      steps: fc.array(fc.double({ min: 0.1, max: 0.5, noNaN: true }), {
        minLength: 2,
        maxLength: 30,
      }),
    });
    fc.assert(
      fc.property(walk, ({ speed, side, steps }) => {
        let t = 0;
        const times = steps.map((step) => (t += step));
        const place = (when: number) => at(500 + Math.min(3, side / 30) * speed * when, 100, side);
        const tracks = faceTracks(times.map((when) => ({ t: when, faces: [place(when)] })));
        for (let when = times[0]!; when <= t; when += 0.05) {
          expect(covered(tracks, when, place(when).box)).toBeGreaterThan(0.9);
        }
      }),
    );
  });
});
