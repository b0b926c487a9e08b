/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /vehicles/:id': { version: 1, model: 'another' },
  'POST /vehicles/:id/tags': { tag: 'tag-of-another' },
  'PUT /vehicle-areas/:area': {
    restricted: true,
    speedKmh: 5,
    severity: 'warning',
    dwellSeconds: 3,
    version: 0,
  },
  'POST /vehicle-events/:id/acknowledge': { version: 1, note: 'looked at' },
};
