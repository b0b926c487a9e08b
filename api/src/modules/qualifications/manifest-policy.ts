import { legalBases } from '../../platform/legal-bases.ts';

/** Data policy of records that are kept, read and erased as the qualifications of the person. */
export const keptAsQualifications = {
  classification: 'internal',
  personal: true,
  sensitive: false,
  legalBasis: legalBases.statutoryDuty,
  usedBy: ['safety-officer', 'head', 'team-leader', 'trainer'],
  retentionDays: null,
  retentionSource: {
    zh: '企业规定：与人员资质相同',
    en: 'The company: as long as the qualifications',
  },
  certainty: 'own',
  storage: { zh: '数据库', en: 'Database' },
} as const;
