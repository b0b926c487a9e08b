/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /violations/:id/reveal': { reason: 'A complaint of the person' },
};
