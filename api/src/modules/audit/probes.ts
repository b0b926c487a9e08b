/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /audit/findings/:id/handle': { note: 'nothing to see' },
};
