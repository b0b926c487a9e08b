import type { ImportForm } from '../platform/imports/types.ts';
import { manifests } from './manifests.ts';

/** What the modules can import, in list order: the columns, without the work. */
export async function readImportForms(): Promise<readonly ImportForm[]> {
  const found = await Promise.all(
    manifests
      .filter(({ imports }) => imports)
      .map(({ name }) => import(`./${name}/imports.ts`) as Promise<{ importForms: ImportForm[] }>),
  );
  return found.flatMap(({ importForms }) => importForms);
}
