/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /vehicles/:id': { version: 1, model: 'another' },
  'POST /vehicles/:id/tags': { tag: 'tag-of-another' },
  'POST /vehicle-events/:id/acknowledge': { version: 1, note: 'looked at' },
};
