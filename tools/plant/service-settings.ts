import { flag } from '@anshi/contracts/process';
import { z } from 'zod';
import { type Setting, url } from './setting-forms.ts';

/** Files, backups, notices and the demonstration. */
export const serviceSettings = {
  ANSHI_CLAMAV: {
    schema: z.string().optional(),
    default: '',
    zh: 'ClamAV 守护进程：主机:端口或套接字路径；不设则上传文件不扫描',
    en: "ClamAV's daemon as host:port or the path of its socket; without it uploads are not scanned",
  },
  ANSHI_S3_ENDPOINT: {
    schema: url(/^https?$/, 'https://s3.example').optional(),
    default: '',
    zh: 'S3 对象存储地址；不设则证据与文件存于数据目录',
    en: 'S3 API that keeps evidence and files; without it they are in the data folder',
  },
  ANSHI_S3_BUCKET: {
    schema: z.string().optional(),
    default: '',
    zh: 'S3 存储桶',
    en: 'S3 bucket',
  },
  ANSHI_S3_REGION: {
    schema: z.string().default('us-east-1'),
    default: 'us-east-1',
    zh: 'S3 区域',
    en: 'S3 region',
  },
  ANSHI_S3_ACCESS_KEY: {
    schema: z.string().optional(),
    default: '',
    zh: 'S3 访问密钥标识',
    en: 'S3 access key',
  },
  ANSHI_S3_SECRET_KEY: {
    schema: z.string().optional(),
    default: '',
    zh: 'S3 访问密钥',
    en: 'S3 secret key',
  },
  ANSHI_S3_PATH_STYLE: {
    schema: flag.default(true),
    default: '1',
    zh: '0：存储桶写在主机名中，而非路径中',
    en: '0 where the bucket is a part of the host name, not of the path',
  },
  ANSHI_BACKUP_DIR: {
    schema: z.string().optional(),
    default: '',
    zh: '每日自动备份的目录；不设则不自动备份',
    en: 'folder of the daily backups; without it there are no automatic backups',
  },
  ANSHI_BACKUP_KEEP: {
    schema: z.coerce.number('must be a number').int().min(1).max(1000).default(14),
    default: '14',
    zh: '保留最近几份备份',
    en: 'how many of the newest backups are kept',
  },
  ANSHI_BACKUP_RECIPIENT: {
    schema: z.string().startsWith('age1', 'must be a public key of age').optional(),
    default: '',
    zh: '备份加密用的 age 公钥（age1…）',
    en: 'public key of age (age1…) that backups are encrypted for',
  },
  ANSHI_BACKUP_PASSPHRASE_FILE: {
    schema: z.string().optional(),
    default: '',
    zh: '备份口令文件（未设公钥时使用）',
    en: 'file with the passphrase of the backups, where no public key is set',
  },
  ANSHI_TRUST_PROXY: {
    schema: flag.default(false),
    default: '0',
    zh: '1：API 位于反向代理之后，采信其转发的客户端地址',
    en: '1 where a reverse proxy is before the API, whose word on the client address is taken',
  },
  ANSHI_INSECURE_HTTP: {
    schema: flag.default(false),
    default: '0',
    zh: '1：监听地址对网络开放而不加密也照常启动；密码和记录以明文传输',
    en: '1 starts on an address of the network without TLS or a proxy too: passwords and records are sent in the clear',
  },
  ANSHI_PUBLIC_URL: {
    schema: url(/^https?$/, 'https://anshi.example').optional(),
    default: '',
    zh: '用户访问系统的地址，用于邮件与群消息中的链接',
    en: 'where people reach the app, for links in mails and group messages',
  },
  ANSHI_SMTP_URL: {
    schema: url(/^smtps?$/, 'smtps://user:password@mail.example:465').optional(),
    default: '',
    zh: '发送通知邮件的服务器；不设则不发邮件',
    en: 'mail server for notices; without it no mail is sent',
  },
  ANSHI_MAIL_FROM: {
    schema: z.string().optional(),
    default: '',
    zh: '通知邮件的发件人，与上一项一起设置',
    en: 'sender of these mails; set with the one above',
  },
  ANSHI_PUSH_HOSTS: {
    schema: z.string().default(''),
    default: '',
    zh: '除常用浏览器之外允许的推送服务主机，逗号分隔',
    en: 'push services beside those of the usual browsers, separated by commas',
  },
  ANSHI_WEBHOOK_ALLOW: {
    schema: z.string().default(''),
    default: '',
    zh: '允许推送（webhook）和群机器人发送的内网主机、地址或网段，逗号分隔；不设则只允许外部地址',
    en: 'hosts, addresses or networks inside the plant that webhooks and robots of chat groups may be sent to, separated by commas; without it only outside addresses',
  },
  ANSHI_TURN_URLS: {
    schema: z.string().default(''),
    default: '',
    zh: '实时画面的中继服务器（TURN），逗号分隔，如 `turn:turn.example:3478, turns:turn.example:443?transport=tcp`；也可用 `stun:` 地址',
    en: 'relays for live pictures (TURN), separated by commas, such as `turn:turn.example:3478, turns:turn.example:443?transport=tcp`; `stun:` addresses too',
  },
  ANSHI_TURN_SECRET: {
    schema: z.string().min(16, 'must have at least 16 characters').optional(),
    default: '',
    zh: '中继服务器与 API 共用的密钥（coturn 的 `static-auth-secret`），至少 16 个字符',
    en: 'the secret that the relay shares with the API (coturn: `static-auth-secret`), 16 characters or more',
  },
  ANSHI_METRICS_TOKEN: {
    schema: z.string().min(16).optional(),
    default: '',
    zh: '读取 /metrics 的令牌（Bearer，至少 16 个字符）；不设则只有本机可读',
    en: 'bearer token that reads /metrics, 16 characters or more; without it only this machine does',
  },
  ANSHI_DEMO: {
    schema: flag.optional(),
    default: '',
    zh: '1：创建演示账号；不设时仅在内置数据库上创建，且只限本机访问时',
    en: '1 makes the demo accounts, 0 does not; without it only on the embedded database and where only this machine reaches it',
  },
  ANSHI_DEMO_PASSWORD: {
    schema: z.string().min(8, 'must have at least 8 characters').optional(),
    default: '',
    zh: '演示账号的密码；不设则随机生成并打印',
    en: 'password of the demo accounts; without it a random one is made, kept and printed',
  },
  ANSHI_SIMULATOR: {
    schema: flag.optional(),
    default: '',
    zh: '是否启动模拟工厂；不设时仅与内置数据库一起启动',
    en: 'whether the simulated plant is started; without it only beside the embedded database',
  },
} satisfies Record<string, Setting>;
