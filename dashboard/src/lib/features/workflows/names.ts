import { getContext, setContext } from 'svelte';

interface Named {
  id: string;
  name: string;
}

/** Names of people and things in a definition, for display. */
export interface Names {
  roles(): Named[];
  parts(): Named[];
  permissions(): Named[];
  states(): Named[];
  transitions(): Named[];
}

const key = Symbol('names of a workflow');
export const provideNames = (names: Names): Names => setContext(key, names);
export const useNames = (): Names => getContext<Names>(key);
