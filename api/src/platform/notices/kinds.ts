import { type DeclaredManifest, manifests } from '../../modules/manifests.ts';
import type { NoticeKindEntry } from '../manifest.ts';
import type { Severity } from './types.ts';

/** External notice channels. The list inside the app holds every notice and needs no channel. */
export const channels = ['push', 'email'] as const;
export type Channel = (typeof channels)[number];

export const severities = ['info', 'warning', 'critical'] as const satisfies readonly Severity[];

export const severityRank = (severity: Severity): number => severities.indexOf(severity);

/** A kind of notice for the users' preferences. */
export interface NoticeKind {
  id: string;
  name: { zh: string; en: string };
  /** Default severity threshold per channel; null for never. */
  from: Record<Channel, Severity | null>;
  /** See NoticeKindEntry. */
  link: string | null;
}

/** Default severity threshold of a channel; see NoticeKindEntry. */
const defaults = {
  work: { push: 'info', email: 'warning' },
  usual: { push: 'warning', email: 'critical' },
  always: { push: 'info', email: 'info' },
} as const satisfies Record<NoticeKindEntry['channels'], NoticeKind['from']>;

type KindsOf<Manifest> = Manifest extends { noticeKinds: infer Entries }
  ? keyof Entries & string
  : never;
/** The notice kinds of the modules. */
export type NoticeKindId = KindsOf<DeclaredManifest>;

/** The kinds of all modules, with names for the preferences page; `other` comes last. */
export const noticeKinds: readonly NoticeKind[] = manifests
  .flatMap((one) => Object.entries(one.noticeKinds ?? {}))
  .map(([id, { zh, en, channels: chosen, link }]) => ({
    id,
    name: { zh, en },
    from: defaults[chosen],
    link,
  }))
  .sort((a, b) => Number(a.id === 'other') - Number(b.id === 'other'));

const byId = new Map(noticeKinds.map((one) => [one.id, one]));

/** @returns `other` for a kind of an older version. */
export const kindOf = (id: string): NoticeKind => byId.get(id) ?? (byId.get('other') as NoticeKind);

/**
 * The target address of a notice, as its kind declares it.
 *
 * @param id the subject of the notice.
 */
export const noticeLink = (kind: NoticeKindId, id: string): string | null =>
  kindOf(kind).link?.replace(':id', encodeURIComponent(id)) ?? null;
