import { toast } from 'svelte-sonner';
import ToastCard from './ToastCard.svelte';

/** What a toast says, and the one thing that can be done about it. */
export interface ToastContent {
  text: string;
  tone: 'neutral' | 'danger' | 'warn';
  /** `key` is only shown: the page that listens for it does the same as `run`. */
  action?: { text: string; key?: string; run: () => void } | undefined;
}

/** At most so many: an operator who triages fast must not collect a pile. */
export const MOST_TOASTS = 3;

/** Short messages about what has just happened, at the lower edge; they leave by themselves. */
export const toasts = {
  /** @returns its id, to close it early. */
  show(
    text: string,
    options: { tone?: ToastContent['tone']; action?: ToastContent['action']; ms?: number } = {},
  ): number {
    for (const old of toasts.shown.slice(0, 1 - MOST_TOASTS)) toasts.close(old.id);
    const content = { text, tone: options.tone ?? 'neutral', action: options.action };
    return toast.custom(ToastCard, {
      componentProps: content,
      duration: options.ms ?? 6_000,
    }) as number;
  },

  close(id: number): void {
    toast.dismiss(id);
  },

  /** Those that are open, the oldest first. */
  get shown(): (ToastContent & { id: number })[] {
    return toast
      .getActiveToasts()
      .map(({ id, componentProps }) => ({ ...(componentProps as ToastContent), id: id as number }))
      .reverse();
  },
};
