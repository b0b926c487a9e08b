import type { ModuleManifest } from '../../platform/manifest.ts';
import {
  named,
  undivided,
  unknownProblem,
  versionConflict,
} from '../../platform/manifest-forms.ts';
import { dictionaries } from './manifest-dictionaries.ts';

export const manifest = {
  name: 'posts',
  feature: 'people',
  seeds: true,
  facts: true,
  imports: true,
  permissions: undivided({
    'post:read': ['查看岗位', 'See posts'],
    'post:manage': ['维护岗位及其要求', 'Manage posts and what they ask for'],
  }),
  grants: {
    'team-leader': ['post:read@all'],
    head: ['post:read@all'],
    manager: ['post:read@all'],
    'safety-officer': ['post:read@all'],
    'safety-head': ['post:read@all', 'post:manage@all'],
    trainer: ['post:read@all'],
    'privacy-officer': ['post:read@all'],
    auditor: ['post:read@all'],
    admin: ['post:read@all'],
  },
  problems: {
    'post.unknown': unknownProblem('post', '/posts'),
    'post.version-conflict': versionConflict('post'),
    'post.code-taken': [409, 'Another post has this code', 'Open that post, or give another code.'],
    'post.name-taken': [
      409,
      'The department has a post of this name already',
      'Open that post, or give another name or department.',
    ],
    'post.held': [
      409,
      'People hold this post',
      'Move them to another post first; then it can be taken out of use.',
    ],
    'post.word-unknown': [
      422,
      'A word, a department, an area or a machine is not known',
      'Take active words of the dictionaries, and ids of /departments, /areas and /equipment.',
    ],
  },
  fields: {
    kindName: ['字典中的名称。', 'The word of the dictionary.'],
    skills: ['所需技能及最低等级。', 'Skills that it needs, with the least level.'],
    exposures: ['接触的有害因素及途径。', 'What people are exposed to, and by which route.'],
    minCrew: ['最少人数。', 'How many people it needs at least.'],
    holders: ['在岗人数。', 'How many people hold it.'],
  },
  audit: { entities: named({ post: ['岗位', 'post'] }) },
  dictionaries,
  data: {
    catalogue: [
      {
        entity: 'post',
        name: { zh: '岗位', en: 'Post' },
        table: 'post',
        key: 'id',
        api: '/api/v1/posts',
        policy: null,
        source: "'anshi'",
        changed: 'updated_at',
        references: ['department', 'area', 'equipment'],
      },
      {
        entity: 'post-holding',
        name: { zh: '任岗记录', en: 'Holding of a post' },
        table: 'post_holding',
        key: 'id',
        api: null,
        policy: 'person-file',
        source: "'anshi'",
        changed: 'coalesce(until_at, since_at)',
        references: ['post', 'person'],
      },
    ],
  },
  records: { '/posts/:id': ['post'] },
  personColumns: {
    'post_holding.person_id': { what: { zh: '任职', en: 'post that was held' }, merge: 'own' },
  },
  tables: ['post', 'post_holding'],
  published: ['post', 'post_holding'],
} as const satisfies ModuleManifest;
