/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /area-fences/:id': { version: 1, active: false },
  'POST /area-fences/events/:id/acknowledge': { version: 1, note: 'looked at' },
};
