import { expect, it } from 'vitest';
import type { Problem } from '../../platform/http/errors.ts';
import { Rankings } from './rankings.ts';

const never = new AbortController().signal;

/** A queue whose work goes on until it is let go, or its signal is aborted. */
function queue() {
  const rankings = new Rankings();
  const begun: string[] = [];
  const letGo = new Map<string, () => void>();
  const ask = (name: string, account = name, closed = never) =>
    rankings
      .run(account, closed, (signal) => {
        begun.push(name);
        return new Promise<string>((resolve, reject) => {
          letGo.set(name, () => resolve(name));
          signal.addEventListener('abort', () => reject(signal.reason));
        });
      })
      .catch((error: Problem) => error);
  return { begun, ask, end: (name: string) => letGo.get(name)?.() };
}
const code = (value: string) => expect.objectContaining({ code: value });

it('one ranking runs at a time, in the order in which they came', async () => {
  const { begun, ask, end } = queue();
  const all = ['a', 'b', 'c'].map((name) => ask(name));
  expect(begun).toEqual(['a']);
  end('a');
  expect(await all[0]).toBe('a');
  expect(begun).toEqual(['a', 'b']);
  end('b');
  expect(await all[1]).toBe('b');
  end('c');
  expect(await all[2]).toBe('c');
});

it('where too many wait it says when to ask again, and those of before go on', async () => {
  const { ask, end } = queue();
  const all = ['a', 'b', 'c', 'd', 'e'].map((name) => ask(name));
  expect(await ask('f')).toMatchObject({ code: 'match.busy', extra: { retryAfterSeconds: 5 } });
  // An account that has a place takes its own.
  const again = ask('e again', 'e');
  expect(await all[4]).toEqual(code('match.replaced'));
  for (const [n, name] of ['a', 'b', 'c', 'd'].entries()) {
    end(name);
    expect(await all[n]).toBe(name);
  }
  end('e again');
  expect(await again).toBe('e again');
});

it('of one account a newer one ends the older, also one that runs', async () => {
  const { begun, ask, end } = queue();
  const reloads = [1, 2, 3, 4, 5].map((n) => ask(`a${n}`, 'a'));
  for (const older of reloads.slice(0, 4)) expect(await older).toEqual(code('match.replaced'));
  expect(begun).toEqual(['a1', 'a5']);
  end('a5');
  expect(await reloads[4]).toBe('a5');
});

it('a closed request gives up its place, or stops', async () => {
  const { begun, ask, end } = queue();
  const [first, second] = [new AbortController(), new AbortController()];
  const running = ask('a', 'a', first.signal);
  const waiting = ask('b', 'b', second.signal);
  const last = ask('c');
  second.abort();
  expect(await waiting).toEqual(code('match.replaced'));
  first.abort();
  expect(await running).toEqual(code('match.replaced'));
  expect(await ask('d', 'd', AbortSignal.abort())).toEqual(code('match.replaced'));
  expect(begun).toEqual(['a', 'c']);
  end('c');
  expect(await last).toBe('c');
});
