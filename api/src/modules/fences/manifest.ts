import type { ModuleManifest } from '../../platform/manifest.ts';
import { named, unknownProblem, versionConflict } from '../../platform/manifest-forms.ts';

export const FEATURE = 'fences';

export const manifest = {
  name: 'fences',
  facts: true,
  seeds: true,
  feature: {
    id: 'fences',
    name: { zh: '电子围栏', en: 'Electronic fences' },
    description: {
      zh: '按岗位、资质、作业许可与时间限制进入区域；离开指定区域告警',
      en: 'Who may be in an area by post, qualification, permit and hours, and who leaves the assigned one',
    },
    dependsOn: ['positioning', 'qualifications'],
    presets: ['machinery', 'chemical', 'automotive', 'electronics', 'large-chemical'],
  },
  permissions: {
    'fence:read': { zh: '查看电子围栏事件', en: 'See what happened at electronic fences' },
    'fence:review': {
      zh: '确认电子围栏事件',
      en: 'Acknowledge what happened at electronic fences',
    },
    'fence:manage': { zh: '设置电子围栏', en: 'Set up electronic fences' },
  },
  grants: {
    'team-leader': ['fence:read@department', 'fence:review@department'],
    head: ['fence:read@department', 'fence:review@department', 'fence:manage@department'],
    'safety-officer': ['fence:read@all', 'fence:review@all', 'fence:manage@all'],
    'safety-head': ['fence:read@all', 'fence:review@all', 'fence:manage@all'],
    operator: ['fence:read@all', 'fence:review@all'],
  },
  problems: {
    'fence.unknown': unknownProblem('fence', '/area-fences'),
    'fence.version-conflict': versionConflict('fence'),
    'fence.fields': [
      422,
      'The fence cannot be entered so',
      'The area needs an outline on a plan and has to be within your reach; posts have to exist.',
    ],
    'fence.event-unknown': unknownProblem('event', '/area-fences/events'),
    'fence.event-version-conflict': versionConflict('event'),
    'fence.acknowledged': [
      409,
      'It is acknowledged already',
      'Read who acknowledged it, and the note.',
    ],
    'fence.own': [403, 'It is about you', 'Another person with the right has to look at it.'],
  },
  noticeKinds: {
    'fence.intrusion': {
      zh: '电子围栏：无权进入',
      en: 'Fence: in an area without the right',
      channels: 'always',
      link: '/area-fences/:id',
    },
    'fence.left': {
      zh: '电子围栏：离开指定区域',
      en: 'Fence: left the assigned area',
      channels: 'work',
      link: '/area-fences/:id',
    },
    'fence.own': {
      zh: '您触发了电子围栏',
      en: 'A fence concerns you',
      channels: 'always',
      link: '/me/fences/:id',
    },
  },
  audit: {
    entities: named({
      'area-fence': ['电子围栏', 'electronic fence'],
      'fence-event': ['电子围栏事件', 'event at a fence'],
    }),
    actions: named({ 'acknowledge-fence-event': ['确认了', 'acknowledged'] }),
  },
  data: {
    policies: [
      {
        id: 'fence-events',
        name: { zh: '电子围栏事件', en: 'Events at electronic fences' },
        purpose: {
          zh: '防止无权进入危险区域与离开指定区域，并追溯处理',
          en: 'Keeping people out of danger areas, noticing who leaves the assigned one, and tracing what was done',
        },
        fields: {
          zh: ['人员', '工牌', '区域', '起止时间', '原因', '确认人与备注'],
          en: ['person', 'badge', 'area', 'from and until', 'reasons', 'acknowledged by, note'],
        },
        classification: 'secret',
        personal: true,
        sensitive: true,
        legalBasis: { zh: '单独同意（第二十九条）', en: 'Separate consent (PIPL 29)' },
        usedBy: ['team-leader', 'head', 'safety-officer', 'safety-head', 'operator'],
        retentionDays: 180,
        retentionSource: { zh: '企业规定：半年', en: 'The company: half a year' },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'area-fence',
        name: { zh: '电子围栏', en: 'Electronic fence' },
        table: 'area_fence',
        key: 'id',
        api: '/api/v1/area-fences',
        policy: null,
        source: "'anshi'",
        changed: 'created_at',
        references: ['area', 'post'],
      },
      {
        entity: 'fence-event',
        name: { zh: '电子围栏事件', en: 'Event at a fence' },
        table: 'fence_event',
        key: 'id',
        api: '/api/v1/area-fences/events',
        policy: 'fence-events',
        source: "'anshi'",
        changed: 'coalesce(closed_at, opened_at)',
        references: ['person', 'badge', 'area', 'area-fence'],
      },
    ],
  },
  records: {
    '/area-fences/:id': ['area_fence'],
    '/area-fences/events/:id': ['fence_event'],
  },
  personColumns: {
    'fence_track.person_id': {
      what: { zh: '围栏旁的轨迹', en: 'track at a fence' },
      merge: 'moves',
      key: ['fence_id', 'badge'],
      follows: true,
    },
    'fence_event.person_id': {
      what: { zh: '围栏事件', en: 'event at a fence' },
      merge: 'moves',
      ignored: ['until_at', 'closed_at', 'closed_by', 'state'],
    },
    'fence_event_taken_out.person_id': {
      what: { zh: '围栏事件（工牌更正移出）', en: 'event at a fence, whose name was taken out' },
      merge: 'moves',
      key: ['event_id'],
    },
  },
  tables: ['area_fence', 'fence_track', 'fence_event', 'fence_event_taken_out'],
  liveTopics: { fences: { permission: 'fence:read', feature: 'fences' } },
} as const satisfies ModuleManifest;
