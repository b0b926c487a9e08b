/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /readers/:id': { note: 'hangs above the door', version: 1 },
};
