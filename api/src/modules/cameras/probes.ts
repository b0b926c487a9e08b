/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /cameras/:camera/configuration': { version: 1, enabled: false },
  'POST /cameras/:camera/restoration': { version: 1, restore: 1 },
  'POST /cameras/:camera/fence': { version: 1, zone: 'gate' },
};
