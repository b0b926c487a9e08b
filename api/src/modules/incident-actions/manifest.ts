import type { ModuleManifest } from '../../platform/manifest.ts';
import { named } from '../../platform/manifest-forms.ts';

export const manifest = {
  name: 'incident-actions',
  facts: true,
  // Its permissions are those of commands, which it gives.
  feature: 'site-devices',
  problems: {
    'incident-action.not-here': [
      422,
      'The device does not take this action for this incident',
      'Take one of GET /incidents/{id}/actions, with one of its actions.',
    ],
  },
  audit: {
    entities: {},
    actions: named({ 'act-on-incident': ['发出了指令，针对', 'gave a command because of the'] }),
  },
  data: {
    catalogue: [
      {
        entity: 'incident-action',
        name: { zh: '针对事件的指令', en: 'Command given because of an incident' },
        table: 'incident_action',
        key: 'id',
        api: null,
        policy: 'commands',
        source: "'anshi'",
        changed: 'at',
        references: ['incident', 'command'],
      },
    ],
  },
  tables: ['incident_action'],
} as const satisfies ModuleManifest;
