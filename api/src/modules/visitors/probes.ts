/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /visits/:id': { version: 1, purpose: 'another' },
  'POST /visits/:id/cancel': { note: null },
  'POST /visits/:id/arrive': { induction: null, badge: null },
  'POST /visits/:id/leave': { badgeReturned: true },
  'POST /visits/:id/watch-decision': { decision: 'admit', reason: 'looked at' },
};
