import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import {
  named,
  undivided,
  unknownProblem,
  versionConflict,
} from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'incident-notes',
  facts: true,
  feature: 'monitoring',
  permissions: undivided({
    'incident-note:write': ['记录违章事件备注', 'Write notes on incidents'],
  }),
  grants: {
    operator: ['incident-note:write@all'],
    'safety-officer': ['incident-note:write@all'],
    'safety-head': ['incident-note:write@all'],
  },
  problems: {
    'incident-note.unknown': unknownProblem('note', '/incidents/{id}/notes'),
    'incident-note.version-conflict': versionConflict('note'),
    'incident-note.not-own': [403, 'Only its author corrects a note', 'Write a note of your own.'],
    'incident-note.too-many': [
      409,
      'The incident has as many notes as it can have',
      'Correct one of your own notes.',
    ],
  },
  audit: { entities: named({ 'incident-note': ['事件备注', 'note on an incident'] }) },
  data: {
    policies: [
      {
        id: 'incident-notes',
        name: { zh: '违章事件备注', en: 'Notes on incidents' },
        purpose: {
          zh: '说明事件处置中谁在何时记录了什么',
          en: 'Showing who wrote what, and when, while an incident was handled',
        },
        fields: { zh: ['备注', '记录人', '时间'], en: ['text', 'author', 'times'] },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['operator', 'safety-officer', 'safety-head', 'manager', 'auditor'],
        retentionDays: null,
        retentionSource: {
          zh: '企业规定：随违章事件保存',
          en: 'The company: as long as the incident',
        },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'incident-note',
        name: { zh: '违章事件备注', en: 'Note on an incident' },
        table: 'incident_note',
        key: 'id',
        api: '/api/v1/incidents/{id}/notes',
        policy: 'incident-notes',
        source: "'anshi'",
        changed: 'coalesce(corrected_at, at)',
        references: ['incident', 'user'],
      },
    ],
  },
  records: { '/incident-notes/:id': ['incident_note'] },
  tables: ['incident_note'],
} as const satisfies ModuleManifest;
