/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /suppliers/:id': { version: 1, name: 'taken over' },
  'POST /suppliers/:id/status': { version: 1, status: 'blocked', reason: 'not mine' },
  'POST /suppliers/:id/qualifications': {
    kind: 'iso-45001',
    number: '1',
    issuer: 'x',
    validFrom: '2026-01-01',
    validUntil: null,
  },
  'PATCH /suppliers/:id/qualifications/:qualification': { version: 1, revoked: true },
  'POST /suppliers/:id/qualifications/:qualification/confirmation': { version: 1 },
  'POST /suppliers/:id/lots': {
    number: '1',
    product: 'x',
    quantity: 1,
    unit: 'kg',
    deliveredOn: '2026-11-27',
  },
  'POST /supplier-lots/:id/results': {
    version: 1,
    results: [{ item: 'x', value: 1, unit: '%' }],
  },
  'POST /supplier-lots/:id/decision': { version: 1, decision: 'reject' },
  'POST /suppliers/:id/disposals': {
    waste: 'HW08',
    quantity: 1,
    unit: 't',
    manifestNo: '1',
    handedOn: '2026-11-27',
  },
};
