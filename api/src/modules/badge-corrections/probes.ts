/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /badge-corrections/:id/undo': { reason: 'not mine', digest: '0'.repeat(64) },
};
