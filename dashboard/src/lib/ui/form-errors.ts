import { getContext, setContext } from 'svelte';

const key = Symbol('errors of a form');

/** The form's errors around a field, by field name. */
export interface FormErrors {
  of(name: string): string | undefined;
  /** A field of this name shows its own error. */
  show(name: string): () => void;
}

export const setFormErrors = (errors: FormErrors): FormErrors => setContext(key, errors);
export const getFormErrors = (): FormErrors | undefined => getContext(key);
