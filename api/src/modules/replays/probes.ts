/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /cameras/:camera/draft-tests': { span: 'minute', zones: [] },
  'POST /cameras/:camera/near-misses': {
    from: '2026-01-05T08:00:00.000Z',
    to: '2026-01-05T09:00:00.000Z',
  },
};
