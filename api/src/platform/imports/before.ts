import type { Transaction } from '../db/database.ts';
import type { SealedTable } from '../sealed/rotation.ts';
import type { Sealed } from '../sealed/sealed.ts';

const CLASS = 'person';
const TABLE = 'data_import_row';
const COLUMN = 'before_sealed';

/** For key rotation. */
export const sealedImportRows: SealedTable = {
  dataClass: CLASS,
  table: TABLE,
  rowId: `import_id || '/' || "row"`,
  columns: [{ sealed: COLUMN }],
};

/** A row of an import. */
export interface RowPlace {
  tenant: string;
  import: string;
  row: number;
}
const placeOf = ({ tenant, import: id, row }: RowPlace) => ({
  tenant,
  dataClass: CLASS,
  table: TABLE,
  column: COLUMN,
  row: `${id}/${row}`,
});

/** What a record was before an import changed it. It may hold sensitive values. */
export const sealBefore = (sealed: Sealed, tx: Transaction, at: RowPlace, before: object) =>
  sealed.seal(tx, placeOf(at), JSON.stringify(before));
export const openBefore = async (
  sealed: Sealed,
  tx: Transaction,
  at: RowPlace,
  value: string,
): Promise<object> => JSON.parse(await sealed.open(tx, placeOf(at), value));
