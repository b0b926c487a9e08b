import type { Component } from 'svelte';
import type { DictionaryId } from '$lib/kit/dictionary-words.ts';
import type { Permission } from '$lib/session/can.ts';

/** A text in both languages. */
export interface Named {
  zh: string;
  en: string;
}

type Icon = Component<{ size?: number; strokeWidth?: number }>;

/** The parts of the menu from top to bottom; each stands for a kind of work. */
export const navGroups = ['start', 'watch', 'work', 'plant', 'supply', 'admin', 'me'] as const;

/** Pages that are collections of sections, each at /<office>/<id of the section>. */
export const offices = ['admin', 'privacy'] as const;
export type Office = (typeof offices)[number];

/** The groups of the sections of the administration. */
export const sectionGroups = ['plant', 'safety', 'access', 'system', 'trace'] as const;

/** A number beside an entry of the menu: what waits for this person. */
export interface NavCount {
  value(): number;
  /** What a screen reader says. */
  words(n: number): Named;
  /** Keeps the number current while the entry is shown; returns what stops it. */
  follow?(): () => void;
}

/** An entry of the menu. */
export interface NavEntry {
  /** Unique among all modules; tests find the entry by it. */
  id: string;
  href: string;
  icon: Icon;
  name: Named;
  /** Where the menu has little room. */
  short?: Named;
  group: (typeof navGroups)[number];
  /** Place within the group, ascending. */
  order: number;
  /** Shown to those who have one of these; left out, to everyone. */
  needs?: readonly Permission[];
  /** Overrides the feature of the module. */
  feature?: string;
  /** Shown to those who manage a section of this office. */
  office?: Office;
  count?: NavCount;
  /** A place in the bar of a phone: the lowest ranks get one, `middle` stands out in the middle. */
  phone?: { rank: number; middle?: boolean };
  /** May be the first page, at /: of those shown the lowest rank is. */
  start?: number;
}

/** A page of the administration or of the privacy office. */
export interface Section {
  id: string;
  office: Office;
  /** Only the administration has groups. */
  group?: (typeof sectionGroups)[number];
  order: number;
  icon: Icon;
  name: Named;
  hint: Named;
  /** Shown to those who have it. */
  needs: Permission;
  /** Whose menu leads to the office because of this section; left out, all who have `needs`. */
  leadsFor?: readonly Permission[];
  /** Overrides the feature of the module. */
  feature?: string;
}

/** What the words of a dictionary say besides their names; shown in the form of a word. */
export type WordDataForm = Component<{
  data: Readonly<Record<string, unknown>>;
  onchange: (data: Record<string, unknown>) => void;
}>;

/** A dictionary on the page of dictionaries. */
export interface DictionaryPage {
  id: DictionaryId;
  name: Named;
  /** Where its words are read. */
  hint: Named;
  /** The form of their `data`; left out where they have a name only. */
  form?: () => Promise<{ default: WordDataForm }>;
  /** What the list says of a word besides its name; null where there is nothing. */
  mark?: (data: Readonly<Record<string, unknown>>) => Named | null;
  /** Overrides the feature of the module. */
  feature?: string;
}

/**
 * What a feature folder tells the app about itself: data only. Each folder exports one as `module`
 * from its `module.ts`; the menu, the bar of a phone and the offices are derived from all of them.
 */
export interface DashboardModule {
  /** The name of the folder. */
  id: string;
  /** The feature of the API that it belongs to: while that is off, nothing of it is shown. */
  feature?: string;
  navigation?: readonly NavEntry[];
  sections?: readonly Section[];
  dictionaries?: readonly DictionaryPage[];
}
