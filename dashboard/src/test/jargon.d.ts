/** A word of programmers and vendors that people at work do not know. */
export interface Jargon {
  word: RegExp;
  /** Why it is none for them, and what to write. */
  why: string;
}
/** Words that no menu entry and no page of daily work contains. Pages of `technicalPages` may. */
export declare const jargon: readonly Jargon[];
/** Groups of sections that only people who run the system see: technical words are theirs. */
export declare const technicalGroups: readonly ['system', 'access'];
/** Folders of features whose pages are for the people who set up and run the system, with who they are. */
export declare const technicalPages: Readonly<Record<string, string>>;
/** Parts of the shared texts that belong to such pages. */
export declare const technicalTexts: readonly ['admin', 'models', 'cameras'];
