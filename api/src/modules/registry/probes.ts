const words = { zh: '别人的', en: "another's" };

/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PUT /areas/:id': {
    site: 'changzhou-1',
    name: words,
    kind: 'workshop',
    departmentId: 'purchasing',
  },
  'PUT /equipment/:id': { name: words, kind: 'lathe', departmentId: 'purchasing' },
  'PUT /departments/:id': { name: words, kind: 'production', parentId: 'purchasing' },
};
