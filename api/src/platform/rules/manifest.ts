import { legalBases } from '../legal-bases.ts';
import type { ModuleManifest } from '../manifest.ts';
import { named, undivided, unknownProblem } from '../manifest-forms.ts';

export const manifest = {
  name: 'rules',
  folders: ['platform/rules'],
  permissions: undivided({
    'rule:read': ['查看法规规则', 'See the rules of law'],
    'rule:manage': ['设定与结束企业值', 'Set and end values of the company'],
  }),
  grants: {
    manager: ['rule:read@all'],
    'team-leader': ['rule:read@all'],
    head: ['rule:read@all'],
    'safety-officer': ['rule:read@all'],
    // The administrator grants rights and decides nothing of safety.
    'safety-head': ['rule:read@all', 'rule:manage@all'],
    inspector: ['rule:read@all'],
    maintainer: ['rule:read@all'],
    trainer: ['rule:read@all'],
    'privacy-officer': ['rule:read@all'],
    auditor: ['rule:read@all'],
    operator: ['rule:read@all'],
    admin: ['rule:read@all'],
  },
  problems: {
    'rule.unknown': unknownProblem('rule', '/rules'),
    'rule.override-unknown': unknownProblem('override', '/rules/{id}'),
    'rule.fixed': [
      422,
      'The rule has no value that a company can set',
      'Only rules with a number can be overridden, and no fine.',
    ],
    'rule.override-days': [
      422,
      'The days of the override cannot be',
      'It begins today or later, and ends on its first day or later. What was in force is not changed afterwards.',
    ],
    'rule.override-overlaps': [
      409,
      'The rule has an override in these days already',
      'End the one in current first, or take other days.',
    ],
    'rule.override-over': [409, 'The override has ended already', 'Reload the rule.'],
  },
  fields: {
    bound: [
      '数值的含义：正好、至少、至多。',
      'How the number is meant: exactly, at least, at most.',
    ],
    certainty: ['出处的核实程度。', 'How sure the source is.'],
    effectiveFrom: ['施行的首日。', 'The first day in force.'],
    effectiveTo: ['施行的末日；仍有效时为 null。', 'The last day in force; null while it is.'],
    instead: ['数值不明时以什么为准。', 'What counts while the value is not known.'],
    law: ['法律、规章或标准。', 'The law, order or standard.'],
    subject: ['所属领域。', 'What the rule is about.'],
  },
  audit: {
    entities: named({ 'rule-override': ['法规规则的企业值', 'override of a rule of law'] }),
    actions: named({ 'end-override': ['结束了', 'ended the'] }),
  },
  data: {
    policies: [
      {
        id: 'rule-overrides',
        name: { zh: '法规规则的企业值', en: 'Overrides of rules of law' },
        purpose: {
          zh: '追溯企业采用的期限与理由',
          en: 'Tracing which terms the company used, and why',
        },
        fields: {
          zh: ['规则', '值', '起止日期', '理由', '设定人与结束人'],
          en: ['rule', 'value', 'days', 'reason', 'who set and ended it'],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['safety-officer', 'safety-head', 'auditor'],
        retentionDays: null,
        retentionSource: { zh: '企业规定：长期保存', en: 'The company: kept' },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'rule-override',
        name: { zh: '法规规则的企业值', en: 'Override of a rule of law' },
        table: 'rule_override',
        key: 'id',
        api: '/api/v1/rules',
        policy: 'rule-overrides',
        source: "'anshi'",
        changed: 'coalesce(ended_at, set_at)',
        references: ['user'],
      },
    ],
  },
  records: { '/rule-overrides/:id': ['rule_override'] },
  tables: ['rule_override'],
} as const satisfies ModuleManifest;
