import { type PickedFile, pickedAgain } from '$lib/media/picked.ts';
import type { Outbox } from '$lib/outbox/outbox.svelte.ts';
import { type Draft, emptyDraft } from './draft.ts';

/** Persists a form draft. */
export interface DraftStore {
  load(): Promise<{ id: string; draft: Draft; files: PickedFile[] } | null>;
  keep(id: string, draft: Draft, files: readonly PickedFile[]): Promise<void>;
  drop(id: string): Promise<void>;
}

/** The draft is stored in the outbox, so that submitting it is one step. */
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

/** The persisted part of a file: an object URL ends with its page. */
export const plain = ({ id, name, type, blob }: PickedFile) => ({ id, name, type, blob });
