/** Bodies that pass the schemas, for tests that ask for records of others. */
export const bodies: Record<string, object> = {
  'PATCH /cameras/:camera/configuration': { version: 1, enabled: false },
  'POST /cameras/:camera/restoration': { version: 1, restore: 1 },
  'POST /cameras/:camera/fence': { version: 1, zone: 'gate' },
  'POST /cameras/:camera/removal': { version: 1 },
  'POST /cameras/:camera/return': { version: 1, address: 'rtsp://192.0.2.1/stream' },
  'PATCH /sites/:site': { version: 99, name: { zh: '厂', en: 'Plant' } },
  'POST /sites/:site/floor-plans': {
    version: 99,
    id: 'floor',
    name: { zh: '层', en: 'Floor' },
    size: [10, 10],
  },
  'PATCH /sites/:site/floor-plans/:plan': { version: 99, size: [10, 10] },
};

export const queries: Record<string, string> = {
  'DELETE /sites/:site': 'version=99',
  'DELETE /sites/:site/floor-plans/:plan': 'version=99',
};
