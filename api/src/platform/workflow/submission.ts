import type { FileKind } from '../files/types.ts';
import { type FieldError, fieldError } from '../http/field-errors.ts';
import type { Bilingual } from '../manifest.ts';
import type { WorkflowTransition } from './definition.ts';

/** A file submitted as evidence. */
export interface SubmittedFile {
  id: string;
  /** Null where it is not attached to the case's record. */
  kind: FileKind | null;
  /** Whether it was already evidence of an earlier step. */
  used: boolean;
}

const kindNames = { photo: '照片', video: '视频', document: '文档', audio: '录音' } as const;

/** Maximum length of a text field, in characters. */
export const TEXT_LIMIT = 4_000;
const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

const isBlank = (value: unknown) =>
  value === undefined || value === null || (typeof value === 'string' && value.trim() === '');

/** All faults of the fields: missing, of another type, unknown, or an unknown person. */
export function checkFields(
  transition: WorkflowTransition,
  fields: Readonly<Record<string, unknown>>,
  facts: { users: ReadonlySet<string>; departments: ReadonlySet<string> },
): FieldError[] {
  const found: FieldError[] = [];
  const known = new Set(transition.fields.map(({ id }) => id));
  for (const id of Object.keys(fields)) {
    if (!known.has(id)) {
      found.push(
        fieldError(`fields.${id}`, `此步骤没有字段“${id}”。`, `The step has no field "${id}".`),
      );
    }
  }
  for (const field of transition.fields) {
    const value = fields[field.id];
    const at = `fields.${field.id}`;
    if (isBlank(value)) {
      if (field.required) {
        const { zh, en } = field.name;
        found.push(fieldError(at, `请填写“${zh}”。`, `Fill in "${en}".`));
      }
      continue;
    }
    const wrong = wrongValue(field, value, facts);
    if (wrong) {
      const { zh, en } = field.name;
      found.push(fieldError(at, `“${zh}”${wrong.zh}`, `"${en}" ${wrong.en}`));
    }
  }
  return found;
}

function wrongValue(
  { type, choices }: WorkflowTransition['fields'][number],
  value: unknown,
  facts: { users: ReadonlySet<string>; departments: ReadonlySet<string> },
): Bilingual | null {
  const among = (known: ReadonlySet<string>) => typeof value === 'string' && known.has(value);
  const unless = (holds: boolean, zh: string, en: string) => (holds ? null : { zh, en });
  switch (type) {
    case 'number':
      return unless(
        typeof value === 'number' && Number.isFinite(value),
        '须为数字。',
        'must be a number.',
      );
    case 'text':
      if (typeof value !== 'string') return { zh: '须为文字。', en: 'must be text.' };
      if (value.includes('\u0000')) {
        return { zh: '含有无法保存的字符。', en: 'holds a character that cannot be kept.' };
      }
      return unless(
        value.length <= TEXT_LIMIT,
        `最多 ${TEXT_LIMIT} 个字符。`,
        `may have ${TEXT_LIMIT} characters.`,
      );
    case 'date':
      return unless(
        typeof value === 'string' && DATE.test(value) && !Number.isNaN(Date.parse(value)),
        '须为日期（如 2026-11-25）或带时差的时刻。',
        'must be a date such as 2026-11-25, or an instant with its offset.',
      );
    case 'user':
      return unless(
        among(facts.users),
        '须为有在用账号的人员。',
        'must be someone with an active account.',
      );
    case 'department':
      return unless(
        among(facts.departments),
        '须为已有的部门。',
        'must be a department that exists.',
      );
    case 'choice':
      return unless(
        choices.some(({ id }) => id === value),
        `须为以下之一：${choices.map(({ name }) => name.zh).join('、')}。`,
        `must be one of ${choices.map(({ id }) => id).join(', ')}.`,
      );
  }
}

/** All faults of the files: too few, of a wrong kind, of another record, used before. */
export function checkEvidence(
  transition: WorkflowTransition,
  files: readonly SubmittedFile[],
): FieldError[] {
  const found: FieldError[] = [];
  const refuse = (zh: string, en: string) => found.push(fieldError('files', zh, en));
  if (new Set(files.map(({ id }) => id)).size < files.length) {
    refuse('同一文件被列出两次。', 'A file is named twice.');
  }
  for (const { id, kind, used } of files) {
    if (kind === null) {
      refuse(`文件 ${id} 不属于此记录。`, `The file ${id} is not attached to this record.`);
    } else if (used) {
      refuse(
        `文件 ${id} 已是先前步骤的证据，请提供新的证据。`,
        `The file ${id} was evidence of an earlier step; take new evidence.`,
      );
    }
  }
  const { evidence } = transition;
  if (!evidence) return found;
  const counts = files.filter(
    ({ kind, used }) =>
      kind !== null && !used && (evidence.kinds.length === 0 || evidence.kinds.includes(kind)),
  );
  if (counts.length < evidence.min) {
    const chinese = evidence.kinds.map((kind) => kindNames[kind]).join('或');
    const kinds = evidence.kinds.length > 0 ? evidence.kinds.join(' or ') : 'file';
    refuse(
      `需要至少 ${evidence.min} 份${chinese || '文件'}作为证据，现有 ${counts.length} 份。`,
      `It needs at least ${evidence.min} of ${kinds} as evidence; there are ${counts.length}.`,
    );
  }
  return found;
}
