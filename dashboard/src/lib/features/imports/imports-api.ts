import { fetchRaw } from '$lib/api/client.ts';
import { operation } from '$lib/api/operation.ts';
import { ApiError } from '$lib/api/problem.ts';
import type { Answer } from '$lib/api/types.ts';
import { i18n } from '$lib/i18n/i18n.svelte.ts';
import { anyId, defineFilters, oneOf } from '$lib/kit/filters.ts';
import { Refused } from '$lib/outbox/sync.ts';
import { uploadFile } from '$lib/outbox/upload.ts';
import { saveAs } from '$lib/ui/save-as.ts';

export type Import = Answer<'/api/v1/imports/{id}', 'get'>;
export type ImportKind = Answer<'/api/v1/import-kinds', 'get'>['items'][number];
export type ImportHead = Answer<'/api/v1/imports/{id}/head', 'get'>;
export type ImportRow = Answer<'/api/v1/imports/{id}/rows', 'get'>['items'][number];

export const states = ['mapping', 'checked', 'running', 'done', 'undone', 'failed'] as const;
export const importFilters = defineFilters({ kind: anyId(), state: oneOf(['', ...states], '') });
/** Which rows are shown: those to correct first. */
export const rowViews = ['wrong', 'changes', 'warned', 'skipped', 'done', 'kept', 'all'] as const;
export type RowView = (typeof rowViews)[number];
export const queryOf: Record<RowView, { state?: string; warned?: 'true'; changes?: 'true' }> = {
  wrong: { state: 'bad,failed' },
  changes: { changes: 'true' },
  skipped: { state: 'skipped' },
  warned: { warned: 'true' },
  done: { state: 'done,undone' },
  kept: { state: 'kept' },
  all: {},
};

export const listImportKinds = operation.GET('/api/v1/import-kinds');
export const listImports = operation.GET('/api/v1/imports');
export const readImport = operation.GET('/api/v1/imports/{id}');
const createImport = operation.POST('/api/v1/imports');
export const removeImport = operation.DELETE('/api/v1/imports/{id}');
export const readHead = operation.GET('/api/v1/imports/{id}/head');
export const setScans = operation.PUT('/api/v1/imports/{id}/scans');
export const existingWays = ['refuse', 'skip', 'update'] as const;
export const checkImport = operation.POST('/api/v1/imports/{id}/check');
export const runImport = operation.POST('/api/v1/imports/{id}/run');
export const undoImport = operation.POST('/api/v1/imports/{id}/undo');
export const listImportRows = operation.GET('/api/v1/imports/{id}/rows');

/** Uploads a file and goes on with it. @param sent gets the percent. */
async function withUpload(
  file: File,
  type: string,
  sent: (percent: number) => void,
  then: (id: string) => Promise<Import>,
): Promise<Import> {
  const source = { blob: file, name: file.name, type, uploadUrl: null };
  try {
    const id = await uploadFile(source, ({ sentBytes }) => {
      if (sentBytes !== undefined) sent(Math.floor((100 * sentBytes) / Math.max(1, file.size)));
    });
    return await then(id);
  } catch (error) {
    throw error instanceof Refused ? new ApiError(422, error.code, error.message) : error;
  }
}

/** Uploads a table and begins its import. @param sent gets the percent. */
export const beginImport = (
  kind: string,
  file: File,
  sent: (percent: number) => void,
): Promise<Import> => withUpload(file, file.type, sent, (id) => createImport({ kind, file: id }));

/** How a zip is announced that imports take: others are refused when they are sent. */
const SCANS_ARCHIVE = 'application/vnd.anshi.scans+zip';

/** Uploads an archive of scans and adds it to an import. @param sent gets the percent. */
export const addScans = (
  { id, version }: Import,
  file: File,
  sent: (percent: number) => void,
): Promise<Import> =>
  withUpload(file, SCANS_ARCHIVE, sent, (archive) => setScans({ id }, { version, file: archive }));

const lang = () => (i18n.locale === 'en' ? 'en' : 'zh');
const download = async (path: string, name: string): Promise<void> =>
  saveAs(await (await fetchRaw(path)).blob(), name);
export const downloadTemplate = (kind: string): Promise<void> =>
  download(`/api/v1/import-kinds/${kind}/template?lang=${lang()}`, `${kind}.xlsx`);
export const downloadResult = ({ id, kind }: Import): Promise<void> =>
  download(`/api/v1/imports/${id}/result?lang=${lang()}`, `${kind}-to-correct.xlsx`);

interface Bilingual {
  zh: string;
  en: string;
}
/** What is wrong with a file that is no table; null for another failure. */
export function tableFault(error: unknown): { what: Bilingual; cure: Bilingual } | null {
  const body = error instanceof ApiError && error.code === 'import.unreadable' ? error.body : null;
  return (body as { fault?: { what: Bilingual; cure: Bilingual } } | null)?.fault ?? null;
}
