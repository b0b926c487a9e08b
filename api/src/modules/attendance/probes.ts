/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'POST /attendance/corrections/:id/decision': { version: 1, approve: true, note: 'seen' },
  'PUT /attendance/settings/:site': {
    version: 0,
    timeZone: null,
    dayStarts: 240,
    phoneLocation: false,
    byPosition: true,
  },
};

/** Query strings that pass the schemas. */
export const queries: Record<string, string> = {
  'GET /attendance/people/:person': 'day=2026-11-02',
};
