import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'models',
  facts: true,
  feature: 'monitoring',
  permissions: {
    'model:read': { zh: '查看识别模型', en: 'See the models', undivided: true },
    'model:manage': {
      zh: '管理识别模型与复审',
      en: 'Manage and review the models',
      undivided: true,
    },
    'model:export': { zh: '导出训练图片', en: 'Export pictures for training', undivided: true },
  },
  grants: {
    manager: ['model:read@all'],
    'safety-officer': ['model:read@all'],
    'safety-head': ['model:read@all', 'model:manage@all', 'model:export@all'],
    admin: ['model:read@all', 'model:manage@all'],
  },
  problems: {
    'model.version-unknown': [
      404,
      'There is no such version of a model',
      'Check the id against /models/versions.',
    ],
    'model.already-so': [
      409,
      'The version is in this state already',
      'Reload it; a version that is retired can be activated again, and the other way round.',
    ],
    'model.still-running': [
      409,
      'The version still judges cameras',
      'Let the workers load another one first; the log shows which do.',
    ],
    'model.evidence': [
      422,
      'The bench result does not speak for this version',
      'Attach the JSON that "npm run -s bench -- ppe" or "fall" printed for these weights.',
    ],
    'model.bench-missed': [
      422,
      'The bench missed its target',
      'Say in missedReason why the version is put to use all the same, or attach the result of a bench that held.',
    ],
    'model.review-unknown': [
      404,
      'There is no such review',
      'Check the id against /models/reviews.',
    ],
    'model.review-open': [409, 'A review of the models is open', 'Close that one first.'],
    'model.purpose-off': [
      409,
      'Pictures may not be used for training',
      'The purpose "training-data" of the consents is switched off; the privacy office decides.',
    ],
    'model.export-too-large': [
      409,
      'Too many verdicts for one set',
      'Name a shorter time, or some rules or cameras.',
    ],
    'model.setting-conflict': [
      409,
      'Someone else changed the settings meanwhile',
      'Look at those in current, and change them again with their version.',
    ],
    'model.export-unknown': [
      404,
      'There is no such export',
      'Check the id against /models/label-exports.',
    ],
    'model.export-not-ready': [
      409,
      'The export has no archive',
      'Wait until it is ready; one that was removed at the end of its term can be made again.',
    ],
  },
  noticeKinds: {
    'model.version': {
      zh: '识别模型变更',
      en: 'A model changed',
      channels: 'usual',
      link: '/admin/models/versions/:id',
    },
    'model.drop': {
      zh: '识别准确率下降',
      en: 'A rule became less precise',
      channels: 'work',
      link: '/admin/models/precision',
    },
  },
  audit: {
    actions: {
      activate: { zh: '启用了', en: 'activated' },
      retire: { zh: '停用了', en: 'retired' },
      load: { zh: '加载了', en: 'loaded' },
      unload: { zh: '卸载了', en: 'unloaded' },
      drop: { zh: '记录了准确率下降：', en: 'noted a drop in precision of' },
      make: { zh: '生成了', en: 'built' },
    },
    entities: {
      'model-label-export': { zh: '训练图片集', en: 'labelled picture set' },
      'model-review': { zh: '模型复评', en: 'model review' },
      'model-setting': { zh: '模型管理设置', en: 'model settings' },
      'model-version': { zh: '模型版本', en: 'model version' },
    },
  },
  data: {
    policies: [
      {
        id: 'training-pictures',
        name: { zh: '训练图片', en: 'Pictures for training' },
        purpose: { zh: '改进识别模型', en: 'Improving the detectors' },
        fields: {
          zh: ['面部模糊的截图', '检测框', '结论'],
          en: ['crop with the face blurred', 'boxes', 'verdict'],
        },
        classification: 'secret',
        personal: true,
        sensitive: true,
        legalBasis: { zh: '单独同意（第二十九条）', en: 'Separate consent (PIPL 29)' },
        usedBy: ['safety-head'],
        retentionDays: 90,
        retentionSource: {
          zh: '企业规定：训练完成即删；可由审核结论重新生成',
          en: 'The company: removed once trained with; they can be made again from the verdicts',
        },
        certainty: 'own',
        storage: {
          zh: '证据库，AES-256-GCM 加密，密钥另存',
          en: 'Evidence store, encrypted by AES-256-GCM, keys kept apart',
        },
      },
    ],
  },
  records: {
    '/models/versions/:id': ['model_version'],
    '/models/reviews/:id': ['model_review'],
    '/models/label-exports/:id': ['model_label_export'],
  },
  tables: [
    'model_version',
    'model_announcement',
    'model_log',
    'model_decision',
    'model_review',
    'model_drop',
    'model_setting',
    'model_label_export',
  ],
} as const satisfies ModuleManifest;
