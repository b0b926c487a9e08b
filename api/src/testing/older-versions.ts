/** Rows of databases of older versions, for tests of upgrades. */

/** People of a version in which the post was a text: department, text of the post, and whether the person works here. */
export const withWords = [
  ['press', '焊工', 'active'],
  ['press', ' 焊工 ', 'active'],
  ['store', 'Driver', 'active'],
  ['store', 'driver', 'left'],
  ['press', 'DRIVER', 'active'],
  ['press', '退休岗', 'left'],
  ['press', '', 'active'],
  ['press', null, 'active'],
] as const;

/** Permissions of the first version, which had no scopes. */
export const rights = [
  'violation:read',
  'violation:review',
  'camera:read',
  'live:watch',
  'location:read',
  'machine:read',
  'system:read',
];

/** Entries of the register: as the program made them, and as a company wrote them. */
export const registered = {
  'hazard-records': ['reporter', 'place', 'text', 'photos', 'rectification'],
  'own-list': ['车牌', 'driver'],
};
