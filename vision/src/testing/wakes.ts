/** Waiting for what events bring about, without a clock. */
export function createWakes() {
  const waiters = new Set<() => void>();
  return {
    /** To be called after each event: everything that waits reads again. */
    wake(): void {
      for (const one of [...waiters]) one();
    },
    /** Waits until there is a value. */
    async until<T>(read: () => T | undefined): Promise<T> {
      for (;;) {
        const found = read();
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiters.delete(wake);
            resolve();
          };
          waiters.add(wake);
        });
      }
    },
  };
}
