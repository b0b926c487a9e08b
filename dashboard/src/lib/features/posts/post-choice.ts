/** The value of the choice that keeps the words of a person's file. */
export const WORDS = 'words';

/** A choice of `PostField` as the API takes it. */
export const chosenPost = (value: string, words: string | null) =>
  value === WORDS ? { post: words } : { postId: value || null };

/** The choice of a person's present post. */
export const choiceOf = (person: { post: string | null; postId: string | null }): string =>
  person.postId ?? (person.post === null ? '' : WORDS);
