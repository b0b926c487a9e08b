import { linearSumAssignment } from 'linear-sum-assignment';
import { Matrix } from 'ml-matrix';

/**
 * Minimum-cost assignment of rows to columns (Jonker-Volgenant) that uses no pair above `limit`.
 *
 * @param cost of pairing row and column, finite; above `limit` for forbidden pairs.
 * @returns pairs in the order of the rows.
 */
export function assign(
  rows: number,
  columns: number,
  cost: (row: number, column: number) => number,
  limit: number,
): [row: number, column: number][] {
  if (rows === 0 || columns === 0) return [];
  const matrix = new Matrix(rows, columns);
  let possible = false;
  // A forbidden pair costs more than all allowed ones together, so that it never displaces one.
  const forbidden = (limit + 1) * (Math.min(rows, columns) + 1);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const value = cost(r, c);
      const allowed = value <= limit;
      possible ||= allowed;
      matrix.set(r, c, allowed ? value : forbidden);
    }
  }
  if (!possible) return [];
  const { rowAssignments } = linearSumAssignment(matrix, { maximaze: false });
  const pairs: [number, number][] = [];
  for (let r = 0; r < rows; r++) {
    const c = rowAssignments[r] ?? -1;
    // Computed again: the library modifies the cost matrix in place.
    if (c >= 0 && cost(r, c) <= limit) pairs.push([r, c]);
  }
  return pairs;
}
