import { describe, expect, it } from 'vitest';
import { linkProblem } from './link.ts';

const of = (kind: string, link: string | null, status = 'in-use') =>
  linkProblem({ kind, link, status })?.fault ?? null;

describe('the link of a device', () => {
  it('carries what suits it', () => {
    for (const link of ['ethernet', '5g', 'wifi', null]) {
      expect([of('camera', link), of('worker', link), of('beacon', link)]).toEqual([
        null,
        null,
        null,
      ]);
    }
    expect(of('sensor', 'lora')).toBeNull();
    expect(of('reader', 'lora')).toBeNull();
    expect(of('beacon', 'serial')).toBeNull();
  });

  it('is a problem with what to do where it carries too little, or too late', () => {
    expect([of('camera', 'lora'), of('camera', 'serial'), of('worker', 'lora')]).toEqual([
      'slow',
      'slow',
      'slow',
    ]);
    expect(['beacon', 'speaker', 'gateway'].map((kind) => of(kind, 'lora'))).toEqual(
      Array(3).fill('late'),
    );
    const problem = linkProblem({ kind: 'camera', link: 'lora', status: 'in-use' });
    expect(problem?.reason.zh).toContain('请改用工业以太网');
    expect(problem?.reason.en).toContain('Use industrial Ethernet');
  });

  it('of a device that is not in use is not judged', () => {
    expect(of('camera', 'lora', 'stored')).toBeNull();
  });
});
