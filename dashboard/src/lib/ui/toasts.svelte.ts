import { toast } from 'svelte-sonner';
import ToastCard from './ToastCard.svelte';

/** A toast's text, and its optional action. */
export interface ToastContent {
  text: string;
  tone: 'neutral' | 'danger' | 'warn';
  /** `key` is only displayed: the page's shortcut does the same as `run`. */
  action?: { text: string; key?: string; run: () => void } | undefined;
}

/** Maximum number, so that fast triage does not pile them up. */
export const MOST_TOASTS = 3;

/** Short messages about recent actions, at the lower edge; they close after a timeout. */
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

  /** The open ones, oldest first. */
  get shown(): (ToastContent & { id: number })[] {
    return toast
      .getActiveToasts()
      .map(({ id, componentProps }) => ({ ...(componentProps as ToastContent), id: id as number }))
      .reverse();
  },
};
