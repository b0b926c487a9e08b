/** A change as a function of the value, so that it can be applied again after a version conflict. */
export type Update<Value> = (value: Value) => Value;

interface Options<Value> {
  /** Its key at the API. */
  key: string;
  /** The key of the copy in this browser, which is there before the API answers, and without it. */
  copy: string;
  /** The value where nothing was chosen. */
  usual(): Value;
  /** @returns null for what is no value of this setting, such as one of a later version. */
  parse(value: unknown): Value | null;
  /** A choice that the next account at this device does not take over, such as one that depends on a role. */
  ofAccount?: boolean;
  /** The text of the copy. Default: JSON. */
  text?: { of(value: Value): string; read(text: string): unknown };
}

type Listener = (update: Update<unknown>) => void;

/** What a person chose for the pages: kept in this browser, and with the account once signed in. */
export class Setting<Value> {
  readonly key: string;
  readonly copy: string;
  #value = $state.raw() as Value;
  #isCompared = $state(false);
  readonly #options: Options<Value>;
  readonly #listeners = new Set<Listener>();

  constructor(options: Options<Value>) {
    this.#options = options;
    this.key = options.key;
    this.copy = options.copy;
    this.#value = this.#stored() ?? options.usual();
    // Another tab of this browser.
    globalThis.addEventListener?.('storage', ({ key }) => {
      if (key === this.copy) this.#value = this.#stored() ?? options.usual();
    });
    register(this as unknown as Setting<unknown>);
  }

  get value(): Value {
    return this.#value;
  }

  /** Whether the value of the account was asked for, also where it could not be had. Before, only the copy is known. */
  get isCompared(): boolean {
    return this.#isCompared;
  }

  compared(): void {
    this.#isCompared = true;
  }

  /** The person's choice: shown and kept at once, and sent to the account. */
  change(update: Update<Value>): void {
    this.#take(update(this.#value));
    for (const listener of this.#listeners) listener(update as Update<unknown>);
  }

  set(value: Value): void {
    this.change(() => value);
  }

  /** Takes the value of the account. What is no value of this setting changes nothing. */
  adopt(value: unknown): void {
    const parsed = this.#options.parse(value);
    if (parsed !== null) this.#take(parsed);
  }

  /** The account has no value: what another account chose on this device does not count for it. */
  adoptNone(): void {
    if (this.#options.ofAccount) this.#take(this.#options.usual());
  }

  /** @returns stops it. */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #take(value: Value): void {
    this.#value = value;
    try {
      localStorage.setItem(this.copy, this.#options.text?.of(value) ?? JSON.stringify(value));
    } catch {
      // Without browser storage it lasts as long as the page, and in the account.
    }
  }

  #stored(): Value | null {
    try {
      const text = localStorage.getItem(this.copy);
      if (text === null) return null;
      return this.#options.parse(this.#options.text?.read(text) ?? JSON.parse(text));
    } catch {
      return null;
    }
  }
}

const registered = new Map<string, Setting<unknown>>();
const followers = new Set<(setting: Setting<unknown>) => void>();

function register(setting: Setting<unknown>): void {
  registered.set(setting.key, setting);
  for (const follower of followers) follower(setting);
}

/** Calls with each setting, also with those of pages that are loaded later. @returns stops it. */
export function followSettings(follower: (setting: Setting<unknown>) => void): () => void {
  followers.add(follower);
  for (const setting of registered.values()) follower(setting);
  return () => followers.delete(follower);
}

/** The copy is the text itself. */
export const plainText = { of: (value: string) => value, read: (text: string): unknown => text };

/** One of some words. */
export const oneOf =
  <Word>(words: readonly Word[]) =>
  (value: unknown): Word | null =>
    words.find((word) => word === value) ?? null;
