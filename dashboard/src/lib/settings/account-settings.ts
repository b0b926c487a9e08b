import { operation } from '$lib/api/operation.ts';
import { ApiError } from '$lib/api/problem.ts';
import type { Answer } from '$lib/api/types.ts';
import { followSettings, type Setting, type Update } from './setting.svelte.ts';

type Stored = Answer<'/api/v1/me/settings', 'get'>['items'][number];

const api = {
  list: operation.GET('/api/v1/me/settings'),
  put: operation.PUT('/api/v1/me/settings/{key}'),
};

/** Maximum number of retries after version conflicts. */
const MOST_CONFLICTS = 3;

/**
 * Synchronises the settings with the account: loads them at sign-in and sends each change. On a version
 * conflict the change is applied again to the current value. A change made offline is stored in this
 * browser and sent at the next start.
 *
 * @param user the account's id: unsent changes of another account are not sent with this one.
 * @returns stops it.
 */
export function followAccountSettings(user: string, of = api): () => void {
  const known = new Map<string, Stored>();
  const unsent = unsentOf(user);
  let isOver = false;
  let isLoaded = false;
  let queue: Promise<void> = Promise.resolve();

  const run = (work: () => Promise<void>) => {
    queue = queue.then(work).catch(() => {
      // The copy in this browser stays; unsent changes are kept for the next start.
    });
  };

  async function load(): Promise<void> {
    const { items } = await of.list();
    for (const one of items) known.set(one.key, one);
    isLoaded = true;
  }

  async function begin(setting: Setting<unknown>): Promise<void> {
    const mine = setting.value;
    if (unsent.has(setting.key)) await send(setting, () => mine);
    else if (isOver) return;
    else if (known.has(setting.key)) setting.adopt(known.get(setting.key)?.value);
    else if (isLoaded) setting.adoptNone();
  }

  async function send(setting: Setting<unknown>, update: Update<unknown>): Promise<void> {
    const { key } = setting;
    for (let n = 0; !isOver && n < MOST_CONFLICTS; n++) {
      try {
        const { version = 0 } = known.get(key) ?? {};
        known.set(key, await of.put({ key }, { version, value: setting.value }));
        unsent.delete(key);
        return;
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 'setting.version-conflict') throw error;
        const { current } = (error.body ?? {}) as { current?: Stored | null };
        if (current) {
          known.set(key, current);
          const mine = setting.value;
          setting.adopt(current.value);
          setting.adopt(update(setting.value) ?? mine);
        } else known.delete(key);
      }
    }
  }

  run(load);
  const stops: (() => void)[] = [];
  stops.push(
    followSettings((setting) => {
      run(() => begin(setting));
      stops.push(
        setting.onChange((update) => {
          // Stored before it is sent: a reload sends it again.
          unsent.add(setting.key);
          run(() => send(setting, update));
        }),
      );
    }),
  );
  return () => {
    isOver = true;
    for (const stop of stops) stop();
  };
}

/** The keys of changes that have not reached the account, in this browser. */
function unsentOf(user: string) {
  const copy = `anshi.settings.unsent.${user}`;
  const read = (): string[] => {
    try {
      return JSON.parse(localStorage.getItem(copy) ?? '[]') as string[];
    } catch {
      return [];
    }
  };
  const write = (keys: readonly string[]) => {
    try {
      if (keys.length === 0) localStorage.removeItem(copy);
      else localStorage.setItem(copy, JSON.stringify(keys));
    } catch {
      // Without browser storage a change that was not sent is lost with the page.
    }
  };
  return {
    has: (key: string) => read().includes(key),
    add: (key: string) => write([...new Set([...read(), key])]),
    delete: (key: string) => write(read().filter((one) => one !== key)),
  };
}
