import type { Transition } from '$lib/workflow/types.ts';

/** A step for tests. */
export const stepOf = (id: string, en: string, part: Partial<Transition> = {}): Transition => ({
  id,
  name: { zh: id, en },
  to: 'next',
  fields: [],
  evidence: null,
  ...part,
});
