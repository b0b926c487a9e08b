import type { Component } from 'svelte';
import type { DictionaryId } from '$lib/kit/dictionary-words.ts';
import type { Permission } from '$lib/session/can.ts';

/** A text in both languages. */
export interface Named {
  zh: string;
  en: string;
}

type Icon = Component<{ size?: number; strokeWidth?: number }>;

/** The groups of the menu from top to bottom. */
export const navGroups = ['start', 'watch', 'work', 'plant', 'supply', 'admin', 'me'] as const;

/** Pages that consist of sections, each at /<office>/<id of the section>. */
export const offices = ['admin', 'privacy'] as const;
export type Office = (typeof offices)[number];

/** The groups of the sections of the administration. */
export const sectionGroups = ['plant', 'safety', 'access', 'system', 'trace'] as const;

/** A badge count of a menu entry: what waits for this user. */
export interface NavCount {
  value(): number;
  /** Text for screen readers. */
  words(n: number): Named;
  /** Keeps the number current while the entry is shown; returns a function that stops it. */
  follow?(): () => void;
}

/** An entry of the menu. */
export interface NavEntry {
  /** Unique over all modules; used as a test id. */
  id: string;
  href: string;
  /** The address with what was chosen on the page; left out, `href`. */
  address?: () => string;
  /** Other addresses with pages of it. */
  also?: readonly string[];
  icon: Icon;
  name: Named;
  /** Short name, where space is limited. */
  short?: Named;
  group: (typeof navGroups)[number];
  /** Order within the group, ascending. */
  order: number;
  /** Required permissions, any of them; left out, for everyone. */
  needs?: readonly Permission[];
  /** Not shown to users with this permission: another entry leads there, by another name. */
  unless?: Permission;
  /** Overrides the feature of the module. */
  feature?: string;
  /** Shown to users who manage a section of this office. */
  office?: Office;
  count?: NavCount;
  /** Rank in the phone's bar: the lowest ranks are shown; `middle` is the highlighted centre. */
  phone?: { rank: number; middle?: boolean };
  /** Candidate for the start page, at /: the lowest rank that the user may see. */
  start?: number;
}

/** A section of the administration or of the privacy office. */
export interface Section {
  id: string;
  office: Office;
  /** Only the administration has groups. */
  group?: (typeof sectionGroups)[number];
  order: number;
  icon: Icon;
  name: Named;
  hint: Named;
  /** The required permission. */
  needs: Permission;
  /**
   * Permission by which the menu links to the office because of this section; left out, `needs`.
   */
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
 * A feature folder's declaration: data only. Each folder exports one as `module` from its
 * `module.ts`; the menu, the phone's bar and the offices derive from them.
 */
export interface DashboardModule {
  /** The name of the folder. */
  id: string;
  /** The API's feature: while it is off, nothing of the module is shown. */
  feature?: string;
  navigation?: readonly NavEntry[];
  sections?: readonly Section[];
  dictionaries?: readonly DictionaryPage[];
}
