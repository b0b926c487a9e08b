import { fieldName } from '@anshi/contracts';
import { type DeclaredManifest, manifests } from '../../modules/manifests.ts';
import type { Bilingual } from '../manifest.ts';

type WordsOf<Manifest, Kind extends 'entities' | 'actions'> = Manifest extends {
  audit: infer Audit;
}
  ? Audit extends Record<Kind, infer Entries>
    ? keyof Entries & string
    : never
  : never;
/** The entities of the audit log, as declared by the modules. */
export type AuditEntity = WordsOf<DeclaredManifest, 'entities'>;
/** The actions of the audit log. */
export type AuditAction = WordsOf<DeclaredManifest, 'actions'>;

const wordsOf = (kind: 'entities' | 'actions'): Readonly<Record<string, Bilingual>> =>
  Object.fromEntries(manifests.flatMap((one) => Object.entries(one.audit?.[kind] ?? {})));
export const actions = wordsOf('actions');
export const entities = wordsOf('entities');

/**
 * The entity of a text known at run time only, such as the subject of a workflow case. The start
 * checks that the subject of each workflow has words.
 */
export const auditEntityOf = (entity: string): AuditEntity => entity as AuditEntity;

/** Whether the log has words for it: checked at the start, for entities named in data only. */
export const hasAuditWords = (entity: string): boolean => entity in entities;

/** A line of the log as a sentence; an entity without words keeps its technical name. */
export function describe(line: {
  userName: string | null;
  action: string;
  entity: string;
  entityId: string | null;
  before: unknown;
  after: unknown;
  reason: string | null;
}): Bilingual {
  const verb = actions[line.action] ?? { zh: `${line.action} `, en: line.action };
  const thing = entities[line.entity] ?? { zh: line.entity, en: line.entity };
  const id = line.entityId ? ` ${line.entityId}` : '';
  const fields = fieldsOf(line.before, line.after);
  const zhFields = fields.length > 0 ? `（${namesOf(fields, 'zh').join('、')}）` : '';
  const enFields = fields.length > 0 ? ` (${namesOf(fields, 'en').join(', ')})` : '';
  const zhReason = line.reason ? `，原因：${line.reason}` : '';
  const enReason = line.reason ? `, because: ${line.reason}` : '';
  return {
    zh: `${line.userName ?? '系统'} ${verb.zh}${thing.zh}${id}${zhFields}${zhReason}`,
    en: `${line.userName ?? 'The system'} ${verb.en} ${thing.en}${id}${enFields}${enReason}`,
  };
}

const MOST_FIELDS = 6;

/** Fields of one name, such as an area and its id, are named once. */
const namesOf = (fields: readonly string[], language: 'zh' | 'en'): string[] => [
  ...new Set(fields.map((field) => fieldName(field, language))),
];

function fieldsOf(before: unknown, after: unknown): string[] {
  const keys = [before, after].flatMap((value) =>
    value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.keys(value) : [],
  );
  const unique = [...new Set(keys)];
  return unique.length > MOST_FIELDS ? [...unique.slice(0, MOST_FIELDS), '…'] : unique;
}
