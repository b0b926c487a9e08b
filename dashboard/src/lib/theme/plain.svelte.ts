import { Setting } from '$lib/settings/setting.svelte.ts';

const setting = new Setting<boolean>({
  key: 'plain',
  copy: 'anshi.plain',
  usual: () => false,
  parse: (value) => (typeof value === 'boolean' ? value : null),
});

/** Plain mode: large text, large buttons, strong contrast and fewer things at once. See plain.css. */
export const plain = {
  get on(): boolean {
    return setting.value;
  },
  set: (on: boolean): void => setting.set(on),
};
