import type { Transaction } from '../../platform/db/database.ts';
import type { SealedTable } from '../../platform/sealed/rotation.ts';
import type { Sealed } from '../../platform/sealed/sealed.ts';

const CLASS = 'person';
const TABLE = 'data_request';

/** For key rotation. */
export const sealedRequests: SealedTable = {
  dataClass: CLASS,
  table: TABLE,
  rowId: 'id',
  columns: [{ sealed: 'text' }, { sealed: 'fields' }],
};

const placeOf = (tenant: string, row: string, column: 'text' | 'fields') => ({
  tenant,
  dataClass: CLASS,
  table: TABLE,
  column,
  row,
});

/** The text of a request is sealed: it may contain the sensitive value. */
export const requestText = (sealed: Sealed) => ({
  seal: (tx: Transaction, tenant: string, id: string, column: 'text' | 'fields', plain: string) =>
    sealed.seal(tx, placeOf(tenant, id, column), plain),
  open: (tx: Transaction, tenant: string, id: string, column: 'text' | 'fields', text: string) =>
    sealed.open(tx, placeOf(tenant, id, column), text),
});
