import { describe, expect, it } from 'vitest';
import { fitted, HIDDEN_NAME, personLabel, standing } from './draw.ts';

describe('compliance of a person', () => {
  it('is compliant only with a detected helmet and vest', () => {
    expect(standing({ equipment: { helmet: 'worn', vest: 'worn' }, violations: [] })).toBe(
      'compliant',
    );
    expect(standing({ equipment: { helmet: 'unknown', vest: 'worn' }, violations: [] })).toBe(
      'unknown',
    );
    // Missing, but not confirmed yet, or not required here.
    expect(standing({ equipment: { helmet: 'missing', vest: 'worn' }, violations: [] })).toBe(
      'unknown',
    );
  });

  it('is a violation while a confirmed rule holds, regardless of equipment', () => {
    expect(standing({ equipment: { helmet: 'worn', vest: 'worn' }, violations: ['robot'] })).toBe(
      'violation',
    );
  });
});

describe('the label of a person', () => {
  /** Ten pixels for each character. */
  function canvas() {
    const written: string[] = [];
    const ctx = {
      measureText: (text: string) => ({ width: 10 * [...text].length }),
      fillText: (text: string) => written.push(text),
      beginPath() {},
      roundRect() {},
      fill() {},
      fillRect() {},
    };
    return { ctx: ctx as unknown as CanvasRenderingContext2D, written };
  }
  const person = { track: '01JTRACK0000000000000A0001', equipment: {} };
  const labelled = (name?: string | null) => {
    const { ctx, written } = canvas();
    personLabel(ctx, person, name).draw(ctx, 0, 0);
    return written;
  };

  it('has the name of who is confirmed, hides one that the viewer may not know, and else the number of the track', () => {
    expect(labelled('张三')).toEqual(['张三']);
    expect(labelled(null)).toEqual([HIDDEN_NAME]);
    expect(labelled()).toEqual([expect.stringContaining('0001')]);
  });

  it('cuts a long name between characters', () => {
    const { ctx } = canvas();
    expect(fitted(ctx, '𠮷'.repeat(80))).toBe(`${'𠮷'.repeat(10)}…`);
    expect(fitted(ctx, 'Anna Li')).toBe('Anna Li');
  });
});
