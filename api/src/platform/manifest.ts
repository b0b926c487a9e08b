import type { z } from 'zod';

/**
 * The declaration of a module. A manifest is pure data and a leaf: it imports nothing of the app
 * but this type and words. Everything shared is derived from the list in `modules/manifests.ts`:
 * permissions and guards, seed roles, the feature catalogue, problems, notices, words of the audit
 * log, the data register, table owners, live topics.
 */

/** A text in both languages. */
export type Bilingual = { readonly zh: string; readonly en: string };

/** The presets of the program. */
export const everyPreset = [
  'machinery',
  'chemical',
  'automotive',
  'electronics',
  'small-machinery',
  'large-chemical',
] as const;

/** From the narrowest to the widest: own records, own departments, own site, all. */
export const scopes = ['own', 'department', 'site', 'all'] as const;
export type Scope = (typeof scopes)[number];

/** `resource:action`, as in routes and roles. */
type PermissionName = `${string}:${string}`;

/** A permission with its description for administrators. */
export type PermissionEntry = Bilingual & {
  /**
   * The records are not divided by people, departments or sites: the permission is granted for all
   * or not at all. A narrower grant would suggest a limit that no query applies.
   */
  readonly undivided?: true;
};

/** Two permissions that one person should not have together (separation of duties). */
export interface DutyConflictEntry {
  readonly id: string;
  readonly duties: readonly [PermissionName, PermissionName];
  /** Both count from this scope on; default `own`. */
  readonly from?: Scope;
  readonly why: Bilingual;
}

/** A kind of notice, as in the users' settings. */
export type NoticeKindEntry = Bilingual & {
  /**
   * Default channels: `work` pushes at once and mails warnings, `usual` pushes from warnings on and
   * mails critical ones, `always` uses all channels.
   */
  readonly channels: 'work' | 'usual' | 'always';
  /**
   * Target of its notices: a path of the app with `:id` for the subject's id, `record` for the page
   * of a workflow's record, null for none.
   */
  readonly link: string | null;
};

/** A feature as a tenant chooses it. */
export interface FeatureEntry {
  readonly id: string;
  readonly name: Bilingual;
  readonly description: Bilingual;
  /** `industry`: enabled by presets that list it; else by default for every tenant. */
  readonly kind?: 'base' | 'industry';
  /** It cannot be switched off. */
  readonly required?: true;
  /** Features that it depends on. */
  readonly dependsOn?: readonly string[];
  /** Record kinds whose workflows pause while it is off. */
  readonly records?: readonly string[];
  /** Presets that include it; left out, all of them. */
  readonly presets?: readonly string[];
}

/** A word of a dictionary, with its presets. */
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

/** A class of data, with the defaults of the processing register. */
export interface DataPolicyEntry {
  readonly id: string;
  readonly name: Bilingual;
  readonly purpose: Bilingual;
  /** What it consists of, in both languages. */
  readonly fields: { readonly zh: readonly string[]; readonly en: readonly string[] };
  readonly classification: 'public' | 'internal' | 'secret' | 'trade-secret';
  readonly personal: boolean;
  readonly sensitive: boolean;
  readonly legalBasis: Bilingual;
  /** Seed roles that use it. */
  readonly usedBy: readonly string[];
  /** Null: kept as long as the company exists; a purge job enforces a number. */
  readonly retentionDays: number | null;
  readonly retentionSource: Bilingual;
  /** The rule of law that the term is from, which says how sure it is; `own`: decided by the company. */
  readonly certainty: { readonly rule: string } | 'own';
  readonly storage: Bilingual;
}

/** A kind of record in the data catalogue. The SQL refers to the module's own table. */
export interface CatalogueEntry {
  readonly entity: string;
  readonly name: Bilingual;
  readonly table: string;
  /** Columns of the key, comma-separated. */
  readonly key: string;
  /** Its address in the API; null for none. */
  readonly api: string | null;
  /** Its data policy. */
  readonly policy: string | null;
  /** SQL: the source system of a record. */
  readonly source: string;
  /** SQL: last change of a record; null where it is not stored. */
  readonly changed: string | null;
  readonly references: readonly string[];
}

/** A topic of live messages. */
export interface LiveTopicEntry {
  /** Who may subscribe: a permission, or `self` for any signed-in user. */
  readonly permission: PermissionName | 'self';
  readonly feature?: string;
  /** May be dropped for a slow browser, because the next message replaces it. */
  readonly droppable?: true;
  /** Also for screens on walls; its messages name no person. */
  readonly screens?: true;
}

/** A length of time on the calendar: one month after 31 January is the last day of February. */
export interface Interval {
  readonly n: number;
  readonly unit: 'days' | 'weeks' | 'months' | 'years';
}

/** The steps of a case of an obligation, in order. */
export const obligationSteps = ['upcoming', 'due', 'overdue', 'escalated'] as const;
export type ObligationStep = (typeof obligationSteps)[number];

/**
 * What a step says. `{name}` is the subject, `{detail}` which of its things, `{due}` the day, in both
 * texts.
 */
export interface ObligationStepEntry {
  readonly severity: 'info' | 'warning' | 'critical';
  readonly title: Bilingual;
  readonly body: Bilingual;
}

/**
 * A kind of obligation: what falls due for whom or what. Its module provides the rows, see
 * `platform/obligations/types.ts`.
 */
export interface ObligationKindEntry extends Bilingual {
  /** The kind of its subjects: `person`, or the entity of a record. */
  readonly subject: string;
  /** It tells of health: a calendar outside of the company says only that something falls due. */
  readonly health?: true;
  /** The page of a subject, with `:id`; null for none. */
  readonly link: string | null;
  /** The permission that the page asks for, within its reach; left out, all who see the case may open it. */
  readonly linkRead?: PermissionName;
  /** The page on which a person does their own, in place of `link`. */
  readonly ownLink?: string;
  /** The kind of its notices, declared beside it, with the link `/obligations/:id`. */
  readonly notice: string;
  /** How long before its day a case opens, where the module names no other. */
  readonly lead: Interval;
  /** Days after the day that counts before a case is overdue. Default 0: from the next day on. */
  readonly grace?: number;
  /** Days from overdue to escalated; left out, it is not escalated. */
  readonly escalate?: number;
  /** Who sees it, within the reach of that permission. A person always sees their own. */
  readonly read: PermissionName;
  /** Who may record on the page of obligations that it is done; left out, only the module's page does. */
  readonly complete?: PermissionName;
  /** By how many days a case can be postponed with `obligation:postpone`; left out, it cannot. */
  readonly postponeDays?: number;
  readonly tell: {
    /** The holders of this permission in whose reach it lies. */
    readonly to: PermissionName;
    /** Also the account of the person whom it is a duty of. */
    readonly person?: true;
    /** Whom the escalation reaches beside them. */
    readonly escalateTo?: PermissionName;
  };
  /** The steps that are told; the others pass in silence. */
  readonly steps: Readonly<Partial<Record<ObligationStep, ObligationStepEntry>>>;
  /** What ends it, as an instruction: `Enter the renewed certificate`. */
  readonly doing: Bilingual;
}

/**
 * A column with the id of a person, and what becomes of its rows when two files of one person are joined.
 * `moves`: they get the id of the file that remains. `own`: the module moves them itself. `stays`: they keep the
 * id of the file that was joined, which leads to the one that remains.
 */
export type PersonColumnEntry = { readonly what: Bilingual } & (
  | {
      readonly merge: 'moves';
      /** The columns that name a row within its tenant; left out, `id`. */
      readonly key?: readonly string[];
      /** Columns that the program changes by itself: a row with another value of these did not change. */
      readonly ignored?: readonly string[];
      /** Columns that make a row the same for one person: a row that the other file has, too, keeps the old id. */
      readonly once?: readonly string[];
      /** Rows that follow other records: they move back whatever changed in them. */
      readonly follows?: true;
    }
  | { readonly merge: 'own' }
  | { readonly merge: 'stays'; readonly why: Bilingual }
);

/** A setting that a person makes for the pages, with the schema of its value. */
export type UserSettingEntry = Bilingual & { readonly schema: z.ZodType };

/** HTTP status, title, and what to do. */
export type ProblemEntry = readonly [status: number, title: string, detail: string];

export interface ModuleManifest {
  /** Unique; also the folder, unless `folders` says otherwise. */
  readonly name: string;
  /** Folders of its code below `api/src`; `modules/<name>` where left out. */
  readonly folders?: readonly string[];
  /** It has a `seed.ts`, see `modules/seeds.ts`. */
  readonly seeds?: true;
  /** It has a `facts.ts`, see `platform/facts.ts`. */
  readonly facts?: true;
  /** It has an `imports.ts` with what can be imported, see `platform/imports`. */
  readonly imports?: true;
  /** The feature switch of its routes: defined here, or the id of another manifest's. */
  readonly feature?: FeatureEntry | string;
  readonly permissions?: Readonly<Record<PermissionName, PermissionEntry>>;
  /** The permissions of the seed roles, as `hazard:read@department`. */
  readonly grants?: Readonly<Record<string, readonly `${PermissionName}@${Scope}`[]>>;
  readonly dutyConflicts?: readonly DutyConflictEntry[];
  readonly problems?: Readonly<Record<`${string}.${string}`, ProblemEntry>>;
  readonly noticeKinds?: Readonly<Record<string, NoticeKindEntry>>;
  /** Meanings of its API's fields, by name, where their schema has no description. */
  readonly fields?: Readonly<Record<string, readonly [zh: string, en: string]>>;
  /** Words of the audit log. An entity or action without words does not compile. */
  readonly audit?: {
    readonly entities?: Readonly<Record<string, Bilingual>>;
    /** A verb phrase before its object. */
    readonly actions?: Readonly<Record<string, Bilingual>>;
  };
  readonly dictionaries?: Readonly<Record<string, DictionaryEntry>>;
  readonly data?: {
    readonly policies?: readonly DataPolicyEntry[];
    readonly catalogue?: readonly CatalogueEntry[];
  };
  /** The columns of its tables with the id of a person, as `table.column`. A test walks the database for others. */
  readonly personColumns?: Readonly<Record<`${string}.${string}`, PersonColumnEntry>>;
  /** Tables that only this module writes; others read the published ones. */
  readonly tables?: readonly string[];
  /**
   * Addresses below `/api/v1` with ids, and the tables of the ids, main table first. The test of
   * object-level authorisation requests each of its routes with ids of other tenants.
   */
  readonly records?: Readonly<Record<`/${string}`, readonly string[]>>;
  /**
   * Its tables that others may read, such as names for joins. No other module writes them. Other
   * questions are answered by its facts or its services.
   */
  readonly published?: readonly string[];
  /** Another module with which it forms one unit: they share their tables. */
  readonly partOf?: string;
  readonly liveTopics?: Readonly<Record<string, LiveTopicEntry>>;
  /** Settings of a person, by key: `GET` and `PUT /me/settings/:key`. */
  readonly userSettings?: Readonly<Record<string, UserSettingEntry>>;
  /** Kinds of obligations, by id. */
  readonly obligations?: Readonly<Record<string, ObligationKindEntry>>;
}
