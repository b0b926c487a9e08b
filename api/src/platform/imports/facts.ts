import type { ModuleFacts, Removed } from '../facts.ts';
import { removeAttachedBefore } from '../files/attached.ts';

export const facts: ModuleFacts = {
  /** What an imported row says of a person, beside the record that was made of it. */
  async erase({ tx }, { id }) {
    const count = await tx.$executeRaw`
      UPDATE data_import_row SET label = '', issues = '[]', changes = '[]', before_sealed = NULL
      WHERE record = ${id} OR target = ${id} OR person = ${id}`;
    return count > 0 ? [{ policy: 'imports', count }] : [];
  },
  purgers: [
    {
      policy: 'import-files',
      most: 200,
      async remove(tx, cutoff, most) {
        const removed = await removeAttachedBefore(tx, 'import', cutoff, most);
        const files = removed.map(({ id }) => id);
        await tx.$executeRaw`
          UPDATE data_import_row SET changes = '[]', issues = (
            SELECT coalesce(jsonb_agg(i || '{"value": null}'), '[]') FROM jsonb_array_elements(issues) i
          ) WHERE (issues <> '[]' OR changes <> '[]') AND import_id IN (SELECT id FROM data_import WHERE file_id = ANY(${files}))`;
        await tx.$executeRaw`UPDATE data_import SET file_id = NULL WHERE file_id = ANY(${files})`;
        await tx.$executeRaw`
          UPDATE data_import SET scans_file_id = NULL, scans_found = NULL
          WHERE scans_file_id = ANY(${files})`;
        return removed;
      },
    },
    {
      policy: 'imports',
      most: 50,
      async remove(tx, cutoff, most) {
        const old = await tx.$queryRaw<Removed[]>`
          SELECT id, created_at AS at FROM data_import
          WHERE created_at < ${cutoff} AND state NOT IN ('checking', 'running', 'undoing')
          ORDER BY id LIMIT ${most}`;
        const ids = old.map(({ id }) => id);
        await tx.dataImportRow.deleteMany({ where: { importId: { in: ids } } });
        await tx.dataImport.deleteMany({ where: { id: { in: ids } } });
        return old;
      },
    },
  ],
};
