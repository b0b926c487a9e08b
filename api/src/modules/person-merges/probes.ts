/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /person-merges/:id/undo': { reason: 'not mine', leaveChanged: false },
};
