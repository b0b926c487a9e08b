import { describe, expect, it } from 'vitest';
import { FairQueue } from './fair-queue.ts';

/** Work that ends when the test says so, and records its start. */
function works(queue: FairQueue) {
  const began: string[] = [];
  const ends: (() => void)[] = [];
  const answers = new Map<string, Promise<unknown>>();
  return {
    began,
    add(key: string, name = key, preferred = false) {
      const work = () => {
        began.push(name);
        return new Promise<void>((resolve) => ends.push(resolve));
      };
      const answer = queue.run(key, work, { preferred });
      answers.set(
        name,
        answer.catch((error: { code: string }) => error.code),
      );
    },
    async end() {
      ends.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
    answer: (name: string) => answers.get(name),
  };
}

describe('a fair queue', () => {
  it('limits concurrency, and alternates between addresses', async () => {
    const { add, began, end } = works(new FairQueue(1));
    for (let i = 0; i < 4; i++) add('crowd', `crowd ${i}`);
    add('office', 'office 0');
    add('office', 'office 1');
    expect(began).toEqual(['crowd 0']);
    for (let i = 0; i < 6; i++) await end();
    expect(began).toEqual(['crowd 0', 'crowd 1', 'office 0', 'crowd 2', 'office 1', 'crowd 3']);
    add('later');
    expect(began.at(-1)).toBe('later');
  });

  it('refuses what one address has too much of, and takes others', async () => {
    const { add, began, end, answer } = works(new FairQueue(1));
    for (let i = 0; i < 322; i++) add('crowd', `crowd ${i}`);
    expect(await answer('crowd 321')).toBe('auth.busy');
    add('office');
    await end();
    await end();
    expect(began).toEqual(['crowd 0', 'crowd 1', 'office']);
  });

  it('gives known devices every second turn, however many addresses wait', async () => {
    const { add, began, end } = works(new FairQueue(1));
    for (let i = 0; i < 20; i++) add(`address ${i}`);
    add('account 1', 'known 1', true);
    add('account 2', 'known 2', true);
    for (let i = 0; i < 4; i++) await end();
    expect(began).toContain('known 1');
    expect(began).toContain('known 2');
    for (let i = 0; i < 18; i++) await end();
    expect(began).toHaveLength(22);
  });

  it('lets the longest line give way where all places are taken', async () => {
    const { add, began, end, answer } = works(new FairQueue(1));
    add('first');
    for (let key = 0; key < 7; key++) {
      const count = key < 6 ? 300 : 200;
      for (let i = 0; i < count; i++) add(`crowd ${key}`, `crowd ${key} ${i}`);
    }
    add('office');
    expect(await answer('crowd 0 299')).toBe('auth.busy');
    for (let i = 0; i < 8; i++) await end();
    expect(began).toContain('office');
  });
});
