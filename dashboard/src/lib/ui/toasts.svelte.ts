export interface Toast {
  id: number;
  text: string;
  tone: 'neutral' | 'danger' | 'warn';
  action?: { text: string; key?: string; run: () => void } | undefined;
}

/** Short words on what has just happened, at the lower edge; they leave by themselves. */
class Toasts {
  shown = $state.raw<Toast[]>([]);
  #next = 1;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  show(
    text: string,
    options: { tone?: Toast['tone']; action?: Toast['action']; ms?: number } = {},
  ): number {
    const id = this.#next++;
    // At most three: an operator who triages fast must not collect a pile.
    for (const old of this.shown.slice(0, -2)) this.close(old.id);
    this.shown = [
      ...this.shown,
      { id, text, tone: options.tone ?? 'neutral', action: options.action },
    ];
    this.#timers.set(
      id,
      setTimeout(() => this.close(id), options.ms ?? 6_000),
    );
    return id;
  }

  close(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    this.shown = this.shown.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();
