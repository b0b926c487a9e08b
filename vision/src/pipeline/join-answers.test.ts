import { describe, expect, it } from 'vitest';
import { testCard } from '../testing/tiny-models.ts';
import { joinAnswers } from './join-answers.ts';

const { weightsPath: _, ...plain } = testCard('', {});
const helmetTrust = { worn: 0.7, missing: 0.8, partsAlone: true };
const trust = { helmet: helmetTrust };
const card = { ...plain, verdict: { trust } } as unknown as Parameters<typeof joinAnswers>[0];

const helmet = (byParts: 'worn' | 'missing' | 'unknown', worn: number, missing: number) =>
  joinAnswers(
    card,
    { helmet: byParts, vest: 'worn' },
    {
      box: [0, 0, 10, 30],
      of: 0,
      items: { helmet: { worn, missing } },
    },
  );

describe('parts and answers of one person', () => {
  it('give what both say, or what one of them says', () => {
    expect(helmet('worn', 0.9, 0.05).helmet).toBe('worn');
    expect(helmet('unknown', 0.9, 0.05).helmet).toBe('worn');
    expect(helmet('unknown', 0.05, 0.9).helmet).toBe('missing');
    expect(helmet('missing', 0.4, 0.4).helmet).toBe('missing');
  });

  it('give unknown where they contradict each other, or where neither is sure', () => {
    expect(helmet('worn', 0.05, 0.9).helmet).toBe('unknown');
    expect(helmet('missing', 0.9, 0.05).helmet).toBe('unknown');
    expect(helmet('unknown', 0.69, 0.3).helmet).toBe('unknown');
    expect(helmet('unknown', 0.2, 0.79).helmet).toBe('unknown');
  });

  it('are unknown where the classifier cannot tell, if the parts may not decide alone', () => {
    const strict = {
      ...plain,
      verdict: { trust: { helmet: { ...helmetTrust, partsAlone: false } } },
    };
    const joined = (worn: number) =>
      joinAnswers(
        strict as unknown as typeof card,
        { helmet: 'worn' },
        {
          box: [0, 0, 10, 30],
          of: 0,
          items: { helmet: { worn, missing: 0.1 } },
        },
      );
    expect(joined(0.6)).toEqual({ helmet: 'unknown' });
    expect(joined(0.8)).toEqual({ helmet: 'worn' });
  });

  it('leave items to the parts that the classifier does not know', () => {
    expect(helmet('worn', 0.9, 0).vest).toBe('worn');
  });

  it('say nothing of an item of the classifier in a frame in which it did not look', () => {
    expect(joinAnswers(card, { helmet: 'worn', vest: 'missing' }, undefined)).toEqual({
      helmet: 'unknown',
      vest: 'missing',
    });
  });

  it('are the parts alone where the model has no classifier', () => {
    expect(joinAnswers(plain, { helmet: 'worn' }, undefined)).toEqual({ helmet: 'worn' });
  });
});
