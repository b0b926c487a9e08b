import type { ModuleProblems } from '$lib/api/module-problems.ts';

export const problems: ModuleProblems = {
  'device.unknown': {
    zh: '没有这个凭据，请刷新列表。',
    en: 'There is no such credential. Reload the list.',
  },
  'device.name-taken': {
    zh: '该类型和名称的设备已有凭据。请更换它，或先吊销。',
    en: 'A device of this kind and name has a credential. Rotate that one, or revoke it first.',
  },
  'device.version-conflict': {
    zh: '凭据已被他人修改，请重新打开后再试。',
    en: 'Someone else changed this credential. Open it again and retry.',
  },
  'device.is-revoked': {
    zh: '该凭据已吊销，请新建一个。',
    en: 'The credential is revoked. Make a new one.',
  },
  'device.of-settings': {
    zh: '共享令牌由设置 ANSHI_WORKER_TOKEN 决定，只能在此吊销。',
    en: 'The shared token is the setting ANSHI_WORKER_TOKEN; here it can only be revoked.',
  },
  'device.key-taken': {
    zh: '该密钥编号已被使用，请为分析进程生成新的密钥。',
    en: 'The key id of this secret is in use. Make a new secret for the worker.',
  },
  'device.evidence-key-refused': {
    zh: '该签名密钥不被接受。',
    en: 'The key that signs evidence is not taken.',
  },
  'device.too-many': {
    zh: '来自该地址的错误密钥过多，请更正设备的密钥，稍后再试。',
    en: 'Too many wrong secrets came from this address. Correct the secret of the device, and try again later.',
  },
};
