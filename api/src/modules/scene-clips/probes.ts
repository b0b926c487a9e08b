/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /incidents/:id/scene-clips': { finding: '01K0000000000000000000000A' },
};
