import type { Prisma } from '../../generated/prisma/client.ts';

export type Text = { zh: string; en: string };
export type Policy = Omit<Prisma.DataPolicyCreateManyInput, 'tenantId' | 'version' | 'createdBy'>;

export const pipl = (article: string): Text => ({
  zh: `《个人信息保护法》第${article}条`,
  en: `PIPL article ${article}`,
});
export const consentBasis: Text = {
  zh: '单独同意（第二十九条）',
  en: 'Separate consent (PIPL 29)',
};
export const dutyBasis: Text = {
  zh: '履行法定职责或法定义务所必需（第十三条第三项）',
  en: 'Needed for a duty by law (PIPL 13(3))',
};
export const workBasis: Text = {
  zh: '依法制定的劳动规章实施人力资源管理所必需（第十三条第二项）',
  en: 'Needed for managing staff by lawful rules (PIPL 13(2))',
};
export const none: Text = { zh: '非个人信息', en: 'Not personal data' };
export const database: Text = { zh: '数据库', en: 'Database' };
export const sealedDatabase: Text = {
  zh: '数据库，AES-256-GCM 加密，密钥另存',
  en: 'Database, encrypted by AES-256-GCM, keys kept apart',
};
export const sealedFiles: Text = {
  zh: '证据库，AES-256-GCM 加密，密钥另存',
  en: 'Evidence store, encrypted by AES-256-GCM, keys kept apart',
};
