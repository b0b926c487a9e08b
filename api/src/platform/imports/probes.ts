/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /imports/:id/check': { version: 1, sheet: 0, headingRow: 1, mapping: { A: 'employeeNo' } },
  'PUT /imports/:id/scans': { version: 1, file: null },
  'POST /imports/:id/run': { version: 1, mode: 'good-rows' },
  'POST /imports/:id/undo': { version: 1 },
};
