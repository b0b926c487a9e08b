const day = '2026-11-25';

/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /persons/:id': { version: 1, name: 'taken over' },
  'POST /persons/:id/transfer': { departmentId: 'purchasing', post: null },
  'POST /persons/:id/leave': { on: day },
  'POST /persons/:id/return': { departmentId: 'purchasing', post: null, on: day },
  'POST /persons/:id/badges/:binding/settlement': { as: 'returned' },
  'POST /persons/:id/badges': { badge: 'badge-of-another' },
  'POST /persons/:id/reveal': { field: 'phone', reason: 'curiosity' },
  'POST /persons/:id/consents': {
    purpose: 'badge-tracking',
    noticeVersion: 1,
    decision: 'given',
    how: 'desk',
    note: 'nobody was asked',
  },
  'POST /persons/:id/consents/withdraw': { purpose: 'badge-tracking', note: 'nobody was asked' },
};
