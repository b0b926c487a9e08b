export type ThemeChoice = 'system' | 'dark' | 'light';

const key = 'anshi.theme';

function stored(): ThemeChoice {
  const value = typeof localStorage === 'undefined' ? null : localStorage.getItem(key);
  return value === 'dark' || value === 'light' ? value : 'system';
}

/** The colour scheme: follows the system until the user sets one; stored in this browser. */
class Theme {
  choice = $state<ThemeChoice>(stored());
  #systemIsLight = $state(false);
  readonly shown = $derived<'dark' | 'light'>(
    this.choice === 'system' ? (this.#systemIsLight ? 'light' : 'dark') : this.choice,
  );

  /** Follows the system; returns a function that stops it. */
  follow(): () => void {
    const query = matchMedia('(prefers-color-scheme: light)');
    const read = (): void => {
      this.#systemIsLight = query.matches;
      this.#paint();
    };
    read();
    query.addEventListener('change', read);
    return () => query.removeEventListener('change', read);
  }

  set(choice: ThemeChoice): void {
    this.choice = choice;
    if (choice === 'system') localStorage.removeItem(key);
    else localStorage.setItem(key, choice);
    this.#paint();
  }

  #paint(): void {
    document.documentElement.dataset.theme = this.shown;
  }
}

export const theme = new Theme();
