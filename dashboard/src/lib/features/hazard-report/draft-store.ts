import { type PickedFile, pickedAgain } from '$lib/media/picked.ts';
import type { Outbox } from '$lib/outbox/outbox.svelte.ts';
import { type Draft, emptyDraft } from './draft.ts';

/** Keeps a form that is being filled in. */
export interface DraftStore {
  load(): Promise<{ id: string; draft: Draft; files: PickedFile[] } | null>;
  keep(id: string, draft: Draft, files: readonly PickedFile[]): Promise<void>;
  drop(id: string): Promise<void>;
}

/** The draft lies in the outbox, so that handing it in is one step there. */
export function draftsIn(outbox: Outbox, user: string): DraftStore {
  return {
    async load() {
      const found = await outbox.draft(user);
      if (!found) return null;
      const draft = { ...emptyDraft, ...(found.draft as Partial<Draft>) };
      return { id: found.id, draft, files: found.files.map(pickedAgain) };
    },
    keep: (id, draft, files) => outbox.keepDraft(id, draft, files.map(plain)),
    drop: (id) => outbox.remove(id),
  };
}

/** What is kept of a file: the address of a page that has ended is of no use. */
export const plain = ({ id, name, type, blob }: PickedFile) => ({ id, name, type, blob });
