import { operation } from '$lib/api/operation.ts';
import { ApiError } from '$lib/api/problem.ts';
import type { Answer } from '$lib/api/types.ts';
import { mergedSetting } from './merged-setting.ts';
import { followSettings, type Setting, type Update } from './setting.svelte.ts';
import { unsentChanges } from './unsent-changes.ts';

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
 * browser and sent at the next start; of a value with fields, only those that were changed here.
 *
 * @param user the account's id: unsent changes of another account are not sent with this one.
 * @returns stops it.
 */
export function followAccountSettings(user: string, of = api): () => void {
  const known = new Map<string, Stored>();
  const unsent = unsentChanges(user);
  /** By key, the value that the account and this browser last had in common. */
  const common = new Map<string, unknown>();
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
    const { key, value: mine } = setting;
    const change = unsent.get(key);
    const stored = known.get(key);
    if (change) {
      const update = (theirs: unknown) => mergedSetting(change.before, mine, theirs);
      if (stored) {
        setting.adopt(stored.value);
        setting.adopt(update(setting.value));
      }
      common.set(key, change.before);
      await send(setting, update);
    } else if (isOver) return;
    else if (stored) {
      setting.adopt(stored.value);
      common.set(key, setting.value);
    } else if (isLoaded) setting.adoptNone();
  }

  async function send(setting: Setting<unknown>, update: Update<unknown>): Promise<void> {
    const { key } = setting;
    for (let n = 0; !isOver && n < MOST_CONFLICTS; n++) {
      try {
        const { version = 0 } = known.get(key) ?? {};
        const { value } = setting;
        known.set(key, await of.put({ key }, { version, value }));
        common.set(key, value);
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
      common.set(setting.key, setting.value);
      run(() => begin(setting).finally(() => setting.compared()));
      stops.push(
        setting.onChange((update) => {
          // Stored before it is sent: a reload sends it again.
          unsent.add(setting.key, common.get(setting.key));
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
