import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';
import { named } from '../../platform/manifest-forms.ts';

/** The class of data of clips that were kept by themselves and that no account asked for. */
export const UNASKED_POLICY = 'scene-clips-unasked';

export const manifest = {
  name: 'scene-clips',
  partOf: 'violations',
  facts: true,
  feature: 'monitoring',
  audit: {
    entities: named({
      'scene-clip': ['现场其他摄像机录像', 'clip of another camera of the scene'],
    }),
    actions: named({
      'order-clips': ['调取了其他摄像机录像：', 'asked for the clips of the other cameras of'],
    }),
  },
  data: {
    policies: [
      {
        id: UNASKED_POLICY,
        name: {
          zh: '自动留存而无人调取的其他摄像机录像',
          en: 'Clips of other cameras that were kept by themselves and not asked for',
        },
        purpose: {
          zh: '录像缓存短于复核所需时间：高等级违章的现场录像留待复核人调取；事件被排除后，下一次清理时删除',
          en: 'The recording buffers are shorter than the time until a review: the scene of violations of high severity stays until a reviewer asks; once the finding is dismissed, the next purge removes it',
        },
        fields: { zh: ['录像', '检测框'], en: ['clip', 'boxes'] },
        classification: 'secret',
        personal: true,
        sensitive: true,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['safety-officer', 'safety-head', 'operator'],
        retentionDays: 7,
        retentionSource: {
          zh: '企业规定：足以复核；被调取的录像按证据期限保存',
          en: 'The company: enough to review; what was asked for has the term of the evidence',
        },
        certainty: 'own',
        storage: {
          zh: '证据库，AES-256-GCM 加密，密钥另存',
          en: 'Evidence store, encrypted by AES-256-GCM, keys kept apart',
        },
      },
    ],
  },
  records: { '/incidents/:id/scene-clips/:clip': ['incident', 'scene_clip'] },
  tables: ['scene_clip'],
} as const satisfies ModuleManifest;
