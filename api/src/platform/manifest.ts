/**
 * What a module says of itself. A manifest is pure data and a leaf: it imports nothing of the app but
 * this type and words. Everything that is shared is derived from the list of manifests in
 * `modules/manifests.ts`: the permissions and their guards, the seed roles, the catalogue of
 * features, the problems, the notices, the words of the audit log, the register of data, the owners
 * of tables, the live topics.
 */

/** A text in both languages. */
export type Bilingual = { readonly zh: string; readonly en: string };

/** Every preset that the program comes with. */
export const everyPreset = [
  'machinery',
  'chemical',
  'automotive',
  'electronics',
  'small-machinery',
  'large-chemical',
] as const;

/** From the narrowest to the widest: one's own, of one's departments, of one's site, all. */
export const scopes = ['own', 'department', 'site', 'all'] as const;
export type Scope = (typeof scopes)[number];

/** `resource:action`, as routes and roles name it. */
type PermissionName = `${string}:${string}`;

/** A permission with the words that an administrator reads. */
export type PermissionEntry = Bilingual & {
  /**
   * The records are not divided by people, departments or sites: the permission is given for all or
   * not at all. A narrower grant would read as a limit that no query keeps.
   */
  readonly undivided?: true;
};

/** Two permissions that one person should not hold together (separation of duties). */
export interface DutyConflictEntry {
  readonly id: string;
  readonly duties: readonly [PermissionName, PermissionName];
  /** Both count from this scope on; `own` where it is left out. */
  readonly from?: Scope;
  readonly why: Bilingual;
}

/** A kind of notice, as people choose by it in their settings. */
export type NoticeKindEntry = Bilingual & {
  /**
   * Which channels carry it where a person chose nothing: `work` rings at once and mails warnings,
   * `usual` rings from warnings on and mails what is critical, `always` uses all channels.
   */
  readonly channels: 'work' | 'usual' | 'always';
  /**
   * Where its notices lead: an address of the app with `:id` for the id of the subject, `record` for
   * the page of the record that a workflow tells of, null where there is nothing to open.
   */
  readonly link: string | null;
};

/** A module as a tenant chooses it. */
export interface FeatureEntry {
  readonly id: string;
  readonly name: Bilingual;
  readonly description: Bilingual;
  /** `industry`: only the presets that name it switch it on; else every tenant starts with it. */
  readonly kind?: 'base' | 'industry';
  /** It cannot be switched off. */
  readonly required?: true;
  /** Features that it cannot work without. */
  readonly dependsOn?: readonly string[];
  /** Kinds of records whose workflows pause while it is off. */
  readonly records?: readonly string[];
  /** Presets that include it; left out, all of them. */
  readonly presets?: readonly string[];
}

/** A word of a dictionary, with the presets that bring it. */
export interface DictionaryWord {
  readonly id: string;
  readonly name: Bilingual;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly presets: readonly string[];
}

export interface DictionaryEntry {
  readonly name: Bilingual;
  readonly words: readonly DictionaryWord[];
}

/** A class of data, as the register of processing starts with it. */
export interface DataPolicyEntry {
  readonly id: string;
  readonly name: Bilingual;
  readonly purpose: Bilingual;
  readonly fields: readonly string[];
  readonly classification: 'public' | 'internal' | 'secret' | 'trade-secret';
  readonly personal: boolean;
  readonly sensitive: boolean;
  readonly legalBasis: Bilingual;
  /** Seed roles that use it. */
  readonly usedBy: readonly string[];
  /** Null: kept as long as the company; a purge job enforces a number. */
  readonly retentionDays: number | null;
  readonly retentionSource: Bilingual;
  /** How sure the source is, as the register of data explains; `own`: decided by the company. */
  readonly certainty: 'T' | 'P' | 'C' | 'K' | 'own';
  readonly storage: Bilingual;
}

/** A kind of record in the data catalogue. The SQL is of the module's own table. */
export interface CatalogueEntry {
  readonly entity: string;
  readonly name: Bilingual;
  readonly table: string;
  /** Columns of the key, comma-separated. */
  readonly key: string;
  /** Where the API serves it; null where it does not. */
  readonly api: string | null;
  /** The data policy that it falls under. */
  readonly policy: string | null;
  /** SQL: the system that a record came from. */
  readonly source: string;
  /** SQL: when a record changed last; null where it is not kept. */
  readonly changed: string | null;
  readonly references: readonly string[];
}

/** A topic of live messages. */
export interface LiveTopicEntry {
  /** Who may hear it: a permission, or `self` for everyone who is signed in. */
  readonly permission: PermissionName | 'self';
  readonly feature?: string;
  /** May be dropped where a browser is slow, because the next one replaces it. */
  readonly droppable?: true;
}

/** HTTP status, title, and what to do. */
export type ProblemEntry = readonly [status: number, title: string, detail: string];

export interface ModuleManifest {
  /** Unique; also the folder, where `folders` does not say otherwise. */
  readonly name: string;
  /** Folders of its code below `api/src`; `modules/<name>` where left out. */
  readonly folders?: readonly string[];
  /** It has a `seed.ts`, see `modules/seeds.ts`. */
  readonly seeds?: true;
  /** It has a `facts.ts`, see `platform/facts.ts`. */
  readonly facts?: true;
  /** The switch that its routes hang on: defined here, or by another manifest (its id). */
  readonly feature?: FeatureEntry | string;
  readonly permissions?: Readonly<Record<PermissionName, PermissionEntry>>;
  /** What the seed roles get, as `hazard:read@department`. */
  readonly grants?: Readonly<Record<string, readonly `${PermissionName}@${Scope}`[]>>;
  readonly dutyConflicts?: readonly DutyConflictEntry[];
  readonly problems?: Readonly<Record<`${string}.${string}`, ProblemEntry>>;
  readonly noticeKinds?: Readonly<Record<string, NoticeKindEntry>>;
  /** What fields of its API mean, by name, where their schema does not say it. */
  readonly fields?: Readonly<Record<string, string>>;
  /** Words of the audit log. An entity or action without words does not compile. */
  readonly audit?: {
    readonly entities?: Readonly<Record<string, Bilingual>>;
    /** A verb before its object. */
    readonly actions?: Readonly<Record<string, Bilingual>>;
  };
  readonly dictionaries?: Readonly<Record<string, DictionaryEntry>>;
  readonly data?: {
    readonly policies?: readonly DataPolicyEntry[];
    readonly catalogue?: readonly CatalogueEntry[];
  };
  /** Tables that only this module writes; others read those that are published. */
  readonly tables?: readonly string[];
  /**
   * Addresses below `/api/v1` with ids, and the tables that the ids lie in, the first first. The test
   * of object authority asks each of its routes for records of others.
   */
  readonly records?: Readonly<Record<`/${string}`, readonly string[]>>;
  /**
   * Those of its tables that others may read, such as names to join. Nobody else writes them. All
   * other questions are answered by its facts or its services.
   */
  readonly published?: readonly string[];
  /** Another module that it is one unit with: they share their tables. */
  readonly partOf?: string;
  readonly liveTopics?: Readonly<Record<string, LiveTopicEntry>>;
}
