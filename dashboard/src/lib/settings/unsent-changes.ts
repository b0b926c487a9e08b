/** A change that has not reached the account. */
export interface UnsentChange {
  /** The value that the account had when it was made; undefined where it is not known. */
  readonly before: unknown;
}

/** The changes of an account's settings that have not reached it, kept in this browser. */
export function unsentChanges(user: string) {
  const copy = `anshi.settings.unsent.${user}`;
  const read = (): Record<string, UnsentChange> => {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(copy) ?? '{}');
      // Kept by a version that stored the keys alone.
      if (Array.isArray(kept)) {
        return Object.fromEntries(kept.map((key) => [String(key), { before: undefined }]));
      }
      return (kept ?? {}) as Record<string, UnsentChange>;
    } catch {
      return {};
    }
  };
  const write = (changes: Record<string, UnsentChange>) => {
    try {
      if (Object.keys(changes).length === 0) localStorage.removeItem(copy);
      else localStorage.setItem(copy, JSON.stringify(changes));
    } catch {
      // Without browser storage a change that was not sent is lost with the page.
    }
  };
  return {
    get: (key: string): UnsentChange | undefined => {
      const changes = read();
      return Object.hasOwn(changes, key) ? changes[key] : undefined;
    },
    /** Of several changes of a key the value before the first one stays. */
    add: (key: string, before: unknown) => {
      const changes = read();
      if (!Object.hasOwn(changes, key)) write({ ...changes, [key]: { before } });
    },
    delete: (key: string) => {
      const { [key]: _, ...others } = read();
      write(others);
    },
  };
}
