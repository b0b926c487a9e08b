import { oneOf, plainText, Setting } from '$lib/settings/setting.svelte.ts';

const choices = ['system', 'dark', 'light'] as const;
export type ThemeChoice = (typeof choices)[number];

const setting = new Setting<ThemeChoice>({
  key: 'theme',
  copy: 'anshi.theme',
  usual: () => 'system',
  parse: oneOf(choices),
  text: plainText,
});

/** The colour scheme: follows the system until the user sets one. */
class Theme {
  #systemIsLight = $state(false);
  readonly shown = $derived<'dark' | 'light'>(
    setting.value === 'system' ? (this.#systemIsLight ? 'light' : 'dark') : setting.value,
  );

  get choice(): ThemeChoice {
    return setting.value;
  }

  /** Follows the system; returns a function that stops it. */
  follow(): () => void {
    const query = matchMedia('(prefers-color-scheme: light)');
    const read = (): void => {
      this.#systemIsLight = query.matches;
    };
    read();
    query.addEventListener('change', read);
    return () => query.removeEventListener('change', read);
  }

  set(choice: ThemeChoice): void {
    setting.set(choice);
  }
}

export const theme = new Theme();
