import { legalBases } from '../../platform/legal-bases.ts';
import type { ModuleManifest } from '../../platform/manifest.ts';

export const manifest = {
  name: 'auth',
  partOf: 'users',
  facts: true,
  seeds: true,
  problems: {
    'auth.required': [401, 'Signing in is needed', 'Sign in and send the access token as bearer.'],
    'auth.expired': [401, 'The session has ended', 'Sign in again.'],
    'auth.wrong': [
      401,
      'The user name or the password is wrong',
      'Check both; an administrator can set a new password.',
    ],
    'auth.too-many': [
      429,
      'Too many attempts to sign in',
      'Wait for the seconds named in the header retry-after, then try again.',
    ],
    'auth.busy': [
      503,
      'Too many are signing in at this moment',
      'Try again after the seconds named in the header retry-after.',
    ],
    'auth.totp-needed': [
      401,
      'A second factor is needed',
      'Send the code of the authenticator app, or a recovery code, as totp.',
    ],
    'auth.totp-wrong': [
      401,
      'The code is not right',
      'Take the code that the app shows now; each works once.',
    ],
    'auth.totp-state': [
      409,
      'The second factor is not in a state for this',
      'See GET /api/v1/auth/me for whether it is switched on, and set it up first.',
    ],
    'auth.origin': [
      403,
      'This is for pages of this server only',
      'Send the header Origin of the page; programs sign in with the access token alone.',
    ],
    'auth.password-due': [
      403,
      'A password of your own is due',
      'Choose one at POST /api/v1/auth/password; an administrator set the present one.',
    ],
    'auth.password-weak': [422, 'The password is too weak', 'Choose a longer one.'],
    'auth.password-wrong': [422, 'The current password is wrong', 'Enter it again.'],
    'auth.session-unknown': [404, 'There is no such session', 'It may have ended already.'],
    'auth.forbidden': [
      403,
      'Your role does not allow this',
      'Ask an administrator for a role with the permission.',
    ],
  },
  audit: {
    entities: { session: { zh: '会话', en: 'session' } },
    actions: {
      'sign-in': { zh: '登录了系统：', en: 'signed in as' },
      'sign-in-failed': { zh: '登录失败：', en: 'failed to sign in as' },
      'sign-in-blocked': { zh: '登录被暂停：', en: 'was kept from signing in as' },
      'sign-out': { zh: '退出了系统：', en: 'signed out as' },
      'session-ended': { zh: '结束了会话：', en: 'ended a session of' },
      'password-changed': { zh: '修改了密码：', en: 'changed the password of' },
      'totp-prepared': { zh: '准备了两步验证：', en: 'prepared the second factor of' },
      'totp-enabled': { zh: '启用了两步验证：', en: 'switched on the second factor of' },
      'totp-disabled': { zh: '停用了两步验证：', en: 'switched off the second factor of' },
    },
  },
  data: {
    policies: [
      {
        id: 'sessions',
        name: { zh: '登录会话', en: 'Sessions' },
        purpose: { zh: '登录与权限', en: 'Signing in' },
        fields: {
          zh: ['账号', '网络地址', '设备', '时间'],
          en: ['user', 'address', 'device', 'time'],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.statutoryDuty,
        usedBy: ['admin'],
        retentionDays: 180,
        retentionSource: {
          zh: '《网络安全法》：网络日志留存不少于六个月',
          en: 'Cybersecurity Law: logs of the network are kept six months at least',
        },
        certainty: { rule: 'csl-logs' },
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
  },
  records: {
    '/auth/sessions/:id': ['session'],
  },
  tables: ['session', 'refresh_token', 'sign_in_throttle', 'recovery_code'],
} as const satisfies ModuleManifest;
