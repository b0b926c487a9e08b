import { getContext, setContext } from 'svelte';

const key = Symbol('errors of a form');

/** The errors of the form around a field, by the names of its fields. */
export interface FormErrors {
  of(name: string): string | undefined;
  /** A field of this name shows its error itself. */
  show(name: string): () => void;
}

export const setFormErrors = (errors: FormErrors): FormErrors => setContext(key, errors);
export const getFormErrors = (): FormErrors | undefined => getContext(key);
