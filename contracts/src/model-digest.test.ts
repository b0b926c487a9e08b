import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { benched, modelDigest } from './model-digest.ts';

const file = (content: string) => ({
  weights: { sha256: createHash('sha256').update(content).digest('hex') },
});

describe('the digest of a model', () => {
  it('of one file is that of the file', () => {
    expect(modelDigest(file('detector'))).toBe(file('detector').weights.sha256);
    expect(modelDigest({ ...file('detector'), verdict: undefined })).toBe(
      file('detector').weights.sha256,
    );
  });

  it('with a classifier covers both files, and which of them is which', () => {
    const digest = modelDigest({ ...file('detector'), verdict: file('classifier') });
    // printf '%s\n%s' DETECTOR CLASSIFIER | sha256sum
    expect(digest).toBe('c082b7904fd093a540471089131a8fb44e3ab735c2e0f8a24cadd47dad64bb4a');
    const others = [
      file('detector'),
      { ...file('detector'), verdict: file('another classifier') },
      { ...file('another detector'), verdict: file('classifier') },
      { ...file('classifier'), verdict: file('detector') },
    ];
    expect(new Set([digest, ...others.map(modelDigest)]).size).toBe(5);
  });

  it('stands in what a bench says of the model, with its name and version', () => {
    const card = {
      name: 'ppe',
      version: '1.0.0',
      ...file('detector'),
      verdict: file('classifier'),
    };
    expect(benched(card)).toEqual({ name: 'ppe', version: '1.0.0', sha256: modelDigest(card) });
  });
});
