/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /locations/conditions/:id/acknowledge': { note: 'I go there' },
  'POST /locations/conditions/:id/close': { finding: 'as-bound' },
};
