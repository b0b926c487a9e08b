/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /shift-handovers/:id/acceptance': { note: null },
};
