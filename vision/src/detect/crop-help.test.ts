import { describe, expect, it } from 'vitest';
import { CropClaims } from './crop-claims.ts';
import { CropHelp, type HelpThread } from './crop-help.ts';
import type { Crop } from './crop-layout.ts';
import type { CropsRead, CropTask } from './thread-messages.ts';

const region = { left: 0, top: 0, width: 10, height: 10 };
const crop: Crop = { people: [], region, width: 32, height: 32 };

function taskOf(id: number, crops: number): CropTask {
  return {
    kind: 'crops',
    id,
    model: 'm',
    width: 10,
    height: 10,
    pixels: new SharedArrayBuffer(150),
    crops: Array.from({ length: crops }, () => crop),
    claims: CropClaims.create(),
  };
}

class HandThread implements HelpThread {
  helping: number | undefined;
  readonly got: { kind: string; id: number; read?: readonly CropsRead[] }[] = [];
  readonly worker = { postMessage: (message: unknown) => void this.got.push(message as never) };
}

const readOf = (crop: number): CropsRead => ({
  found: [{ crop, detections: [] }],
  times: { prepare: 1, infer: 2, decode: 3 },
});

function setUp(threads: number) {
  const all = Array.from({ length: threads }, () => new HandThread());
  const [asker, ...others] = all as [HandThread, ...HandThread[]];
  const help = new CropHelp(() => others.filter(({ helping }) => helping === undefined));
  return { asker, others, help };
}

describe('CropHelp', () => {
  it('gives the crops to idle threads, one less than there are crops', () => {
    const { asker, others, help } = setUp(5);
    help.ask(asker, taskOf(1, 3));
    expect(others.map(({ got }) => got.length)).toEqual([1, 1, 0, 0]);
    help.helped(others[1]!, 1, readOf(2));
    expect(asker.got).toEqual([]);
    help.helped(others[0]!, 1, readOf(0));
    expect(asker.got).toEqual([{ kind: 'help-ended', id: 1, read: [readOf(2), readOf(0)] }]);
    expect(others.every(({ helping }) => helping === undefined)).toBe(true);
  });

  it('answers at once where no thread is idle', () => {
    const { asker, others, help } = setUp(2);
    others[0]!.helping = 7;
    help.ask(asker, taskOf(1, 3));
    expect(asker.got).toEqual([{ kind: 'help-ended', id: 1, read: [] }]);
    expect(others[0]!.got).toEqual([]);
  });

  it('waits for no helper that is gone', () => {
    const { asker, others, help } = setUp(3);
    help.ask(asker, taskOf(1, 3));
    help.helped(others[0]!, 1, readOf(1));
    help.gone(others[1]!);
    expect(asker.got).toEqual([{ kind: 'help-ended', id: 1, read: [readOf(1)] }]);
  });

  it('forgets a frame whose thread is gone; its helpers become idle', () => {
    const { asker, others, help } = setUp(2);
    help.ask(asker, taskOf(1, 2));
    help.gone(asker);
    help.helped(others[0]!, 1, readOf(1));
    expect(asker.got).toEqual([]);
    expect(others[0]!.helping).toBeUndefined();
  });
});

describe('CropClaims', () => {
  it('gives each crop once, over all threads', () => {
    const memory = CropClaims.create();
    const [a, b] = [new CropClaims(memory, 3), new CropClaims(memory, 3)];
    expect([a.next(), b.next(), b.next(), a.next(), b.next()]).toEqual([
      0,
      1,
      2,
      undefined,
      undefined,
    ]);
  });
});
