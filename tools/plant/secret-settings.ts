import { z } from 'zod';
import type { Setting } from './setting-forms.ts';

/** Certificates, secrets and sessions. */
export const secretSettings = {
  ANSHI_TLS_CERT: {
    schema: z.string().optional(),
    default: '',
    zh: '网页与 API 的 TLS 证书（PEM）；设置后以 HTTPS 提供服务',
    en: 'TLS certificate of the dashboard and the API, PEM; where set, they are served by HTTPS',
  },
  ANSHI_TLS_KEY: {
    schema: z.string().optional(),
    default: '',
    zh: '其私钥（PEM）',
    en: 'its private key, PEM',
  },
  ANSHI_TLS_CLIENT_CA: {
    schema: z.string().optional(),
    default: '',
    zh: '仅接受此 CA 签发的客户端证书',
    en: 'CA of the clients: others are refused',
  },
  ANSHI_MQTT_CA: {
    schema: z.string().optional(),
    default: '',
    zh: 'MQTT 服务器证书的 CA（PEM）；不设则用系统信任的 CA',
    en: 'CA of the broker, PEM; without it those that the system trusts',
  },
  ANSHI_MQTT_CERT: {
    schema: z.string().optional(),
    default: '',
    zh: '连接 MQTT 服务器的客户端证书（PEM）',
    en: 'certificate that is shown to the broker, PEM',
  },
  ANSHI_MQTT_KEY: {
    schema: z.string().optional(),
    default: '',
    zh: '其私钥（PEM）',
    en: 'its private key, PEM',
  },
  ANSHI_MQTT_TLS_CERT: {
    schema: z.string().optional(),
    default: '',
    zh: '内置 MQTT 的 TLS 证书（PEM）',
    en: 'TLS certificate of the embedded broker, PEM',
  },
  ANSHI_MQTT_TLS_KEY: {
    schema: z.string().optional(),
    default: '',
    zh: '其私钥（PEM）',
    en: 'its private key, PEM',
  },
  ANSHI_MQTT_TLS_CLIENT_CA: {
    schema: z.string().optional(),
    default: '',
    zh: '内置 MQTT 仅接受此 CA 签发的客户端证书',
    en: 'CA of the clients of the embedded broker: others are refused',
  },
  ANSHI_TOKEN_SECRET: {
    schema: z.string().min(32, 'must have at least 32 characters').optional(),
    default: '',
    zh: '登录令牌的签名密钥（至少 32 字符）；内置数据库时自动生成',
    en: 'secret that signs access tokens, 32 characters or more; generated automatically with the embedded database',
  },
  ANSHI_WORKER_TOKEN: {
    schema: z.string().min(16, 'must have at least 16 characters').optional(),
    default: '',
    zh: '分析进程首次登记用的令牌（至少 16 字符）；首个分析进程启用自己的凭据 24 小时后失效；内置数据库时自动生成',
    en: 'token that vision workers enrol with, 16 characters or more; it ends 24 hours after the first worker used a credential of its own; generated automatically with the embedded database',
  },
  ANSHI_WORKER_SECRET: {
    schema: z.string().optional(),
    default: '',
    zh: '本分析进程自己的凭据（在“设备凭据”页面生成）；不设则自行生成并登记',
    en: 'credential of this vision worker, made on the page of devices; without it the worker makes one and enrols',
  },
  ANSHI_BUS_SECRET: {
    schema: z.string().min(32, 'must have at least 32 characters').optional(),
    default: '',
    zh: '消息总线的密钥（至少 32 字符），各分析进程的签名密钥由它得出；不设则自动生成',
    en: 'secret of the message bus, 32 characters or more: the keys of the workers follow from it; made by itself where it is not set',
  },
  ANSHI_BUS_KEY: {
    schema: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
      .optional(),
    default: '',
    zh: '单独运行的分析进程的签名密钥：npm run -s worker-key -- <标识>',
    en: 'key by which a vision worker that is run by itself signs: npm run -s worker-key -- <id>',
  },
  ANSHI_ACCESS_MINUTES: {
    schema: z.coerce.number('must be a number').int().min(1).max(720).default(15),
    default: '15',
    zh: '访问令牌的有效期（分钟）；登录由 Cookie 自动续期',
    en: 'minutes that an access token lasts; the session renews it automatically',
  },
  ANSHI_SESSION_IDLE_HOURS: {
    schema: z.coerce.number('must be a number').min(0.1).max(720).default(12),
    default: '12',
    zh: '多少小时未使用则须重新登录',
    en: 'hours after which an unused session ends',
  },
  ANSHI_SESSION_DAYS: {
    schema: z.coerce.number('must be a number').min(0.1).max(365).default(30),
    default: '30',
    zh: '一次登录最长有效的天数',
    en: 'days after which any session ends',
  },
} satisfies Record<string, Setting>;
