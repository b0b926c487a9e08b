import { CAMERA_VARIABLE_PREFIX } from '@anshi/contracts';
import { flag, readSettings, SettingsError } from '@anshi/contracts/process';
import { isLoopback, requireEncryption } from '@anshi/contracts/tls';
import { z } from 'zod';

const port = z.coerce
  .number('must be a port number')
  .int('must be a whole number')
  .min(0, 'must be 0 to 65535')
  .max(65_535, 'must be 0 to 65535');

const url = (protocols: RegExp, example: string) =>
  z.url({ protocol: protocols, error: `must be an address such as ${example}` });

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}

interface Setting {
  schema: z.ZodType;
  /** Shown in the README; empty where there is none. */
  default: string;
  zh: string;
  en: string;
}

/**
 * Every environment variable that the processes read, in the order of the README's table. The table
 * is checked against this list by a test, and `npm start` checks the values before it starts
 * anything.
 */
export const settings = {
  ANSHI_HTTP_PORT: {
    schema: port.default(8080),
    default: '8080',
    zh: '网页与 API 的端口',
    en: 'port of the dashboard and the API',
  },
  ANSHI_HTTP_HOST: {
    schema: z.string().default('127.0.0.1'),
    default: '127.0.0.1',
    zh: '监听地址；0.0.0.0 表示对整个网络开放',
    en: 'address to listen on; 0.0.0.0 opens it to the network',
  },
  ANSHI_HTTP_HEADERS_SECONDS: {
    schema: z.coerce.number('must be a number').min(1).max(60).default(15),
    default: '15',
    zh: '一个连接多少秒内须发完请求头，否则关闭',
    en: 'seconds within which a connection has to send the headers of its request, else it is closed',
  },
  ANSHI_HTTP_REQUEST_SECONDS: {
    schema: z.coerce.number('must be a number').min(60).max(3_600).default(300),
    default: '300',
    zh: '一个请求多少秒内须全部到达',
    en: 'seconds within which a whole request has to arrive',
  },
  ANSHI_HTTP_CONNECTIONS: {
    schema: z.coerce.number('must be a number').int().min(100).max(100_000).default(10_000),
    default: '10000',
    zh: 'HTTP 连接总数上限',
    en: 'connections of HTTP at once',
  },
  ANSHI_HTTP_CONNECTIONS_OF_ADDRESS: {
    schema: z.coerce.number('must be a number').int().min(20).max(100_000).default(2_000),
    default: '2000',
    zh: '同一地址的 HTTP 连接上限',
    en: 'connections of HTTP of one address',
  },
  ANSHI_HTTP_UNASKED_OF_ADDRESS: {
    schema: z.coerce.number('must be a number').int().min(10).max(100_000).default(200),
    default: '200',
    zh: '同一地址尚未发出请求的连接上限',
    en: 'connections of one address that have not asked anything yet',
  },
  ANSHI_DEVICE_TRIES: {
    schema: z.coerce.number('must be a number').int().min(10).max(100_000).default(120),
    default: '120',
    zh: '同一地址的设备每分钟可用错误凭据尝试的次数',
    en: 'wrong secrets a minute that devices of one address may try',
  },
  ANSHI_DATA_DIR: {
    schema: z.string().default('.anshi'),
    default: '.anshi',
    zh: '数据目录：数据库、证据、日志、密钥',
    en: 'data folder: database, evidence, logs, secrets',
  },
  ANSHI_DATABASE_DIR: {
    schema: z.string().optional(),
    default: '',
    zh: '本机数据库所在目录，监视其磁盘；内置数据库自动设置',
    en: 'folder of a database on this machine, whose disk is watched; set by itself for the embedded one',
  },
  ANSHI_KEYRING: {
    schema: z.string().optional(),
    default: '<data>/keyring.json',
    zh: '主密钥文件，须与数据库备份分开保存；不设则首次启动时生成',
    en: 'file of the key-encryption keys, to be kept apart from copies of the database; made at the first start where it is not set',
  },
  ANSHI_CAMERAS: {
    schema: z.string().default('cameras.yaml'),
    default: 'cameras.yaml',
    zh: '摄像机、区域与规则的配置文件',
    en: 'file of the cameras, zones, lines and rules',
  },
  ANSHI_CAMERAS_FROM: {
    schema: z.enum(['database', 'file']).default('database'),
    default: 'database',
    zh: '摄像机配置以何为准：database 为数据库（首次启动时由该文件导入），file 为该文件',
    en: 'what holds the cameras: the database, which that file seeds at the first start, or the file',
  },
  ANSHI_TENANT: {
    schema: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case letters, digits and hyphens')
      .default('demo'),
    default: 'demo',
    zh: '租户标识，也用于 MQTT 主题',
    en: 'tenant, also part of the MQTT topics',
  },
  ANSHI_TIME_ZONE: {
    schema: z
      .string()
      .refine(isTimeZone, 'must be a time zone such as Asia/Shanghai')
      .default('Asia/Shanghai'),
    default: 'Asia/Shanghai',
    zh: '计算工作日、工作时间与免打扰时段的时区',
    en: 'time zone of working days, working hours and quiet hours',
  },
  DATABASE_URL: {
    schema: url(/^postgres(ql)?$/, 'postgresql://anshi@db/anshi').optional(),
    default: '',
    zh: 'PostgreSQL（应用角色）；不设则启动内置数据库',
    en: 'PostgreSQL, application role; without it an embedded one is started',
  },
  ANSHI_DATABASE_ADMIN_URL: {
    schema: url(/^postgres(ql)?$/, 'postgresql://owner@db/anshi').optional(),
    default: '',
    zh: 'PostgreSQL（所有者角色）；设置后启动时执行迁移',
    en: 'PostgreSQL, owner role; where set, migrations run at the start',
  },
  ANSHI_MQTT_URL: {
    schema: url(/^(mqtts?|wss?)$/, 'mqtts://broker:8883').optional(),
    default: '',
    zh: 'MQTT 服务器；不设则启动内置服务器',
    en: 'MQTT broker; without it an embedded one is started',
  },
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
  ANSHI_WORKER_ID: {
    schema: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case letters, digits and hyphens')
      .optional(),
    default: 'worker-1',
    zh: '分析进程标识（单独运行时）',
    en: 'id of a standalone vision worker',
  },
  ANSHI_WORKER_DIR: {
    schema: z.string().optional(),
    default: '<data>/workers/<id>',
    zh: '分析进程目录：录像环、待发事件（单独运行时）',
    en: 'folder of a standalone vision worker: ring, outbox, state',
  },
  ANSHI_API_URL: {
    schema: url(/^https?$/, 'https://anshi.example').optional(),
    default: '',
    zh: '分析进程访问 API 的地址（单独运行时）',
    en: 'where a standalone vision worker reaches the API',
  },
  ANSHI_INFERENCE_THREADS: {
    schema: z.coerce.number('must be a number').int().min(1).max(256).optional(),
    default: '核数 / cores',
    zh: '每个分析进程的推理线程数',
    en: 'inference threads of each vision worker',
  },
  ANSHI_MODELS: {
    schema: z.string().default('models'),
    default: 'models',
    zh: '模型目录',
    en: 'folder of the models',
  },
  ANSHI_MODELS_MADE: {
    schema: z.string().default('.anshi/models'),
    default: '.anshi/models',
    zh: '安装时生成的模型权重目录',
    en: 'folder of the weights that set-up makes',
  },
  ANSHI_DASHBOARD_DIR: {
    schema: z.string().default('dashboard/build'),
    default: 'dashboard/build',
    zh: '已构建的网页',
    en: 'the built dashboard',
  },
  ANSHI_SIM_CLIPS: {
    schema: z.string().default('simulator/clips'),
    default: 'simulator/clips',
    zh: '模拟器播放的视频目录',
    en: 'folder of the clips that the simulator plays',
  },
  ANSHI_POSTGRES_PORT: {
    schema: port.default(0),
    default: '0',
    zh: '内置数据库端口；0 表示取空闲端口（下同）',
    en: 'port of the embedded database; 0 takes a free one, also below',
  },
  ANSHI_MQTT_PORT: {
    schema: port.default(0),
    default: '0',
    zh: '内置 MQTT 端口',
    en: 'port of the embedded broker',
  },
  ANSHI_SIM_RTSP_PORT: {
    schema: port.default(0),
    default: '0',
    zh: '模拟器 RTSP 端口',
    en: "port of the simulator's RTSP server",
  },
  ANSHI_SIM_CONTROL_PORT: {
    schema: port.default(0),
    default: '0',
    zh: '模拟器控制端口',
    en: "port of the simulator's control API",
  },
  ANSHI_WORKER_HTTP_PORT: {
    schema: port.default(0),
    default: '0',
    zh: '分析进程 HTTP 端口',
    en: "port of a vision worker's HTTP server",
  },
  ANSHI_MQTT_HOST: {
    schema: z.string().default('127.0.0.1'),
    default: '127.0.0.1',
    zh: '内置 MQTT 监听地址（单独运行时）',
    en: 'address of the embedded broker when it runs standalone',
  },
  ANSHI_SIM_HOST: {
    schema: z.string().default('127.0.0.1'),
    default: '127.0.0.1',
    zh: '模拟器监听地址',
    en: 'address that the simulator listens on',
  },
  ANSHI_SIM_SEED: {
    schema: z.string().default('anshi'),
    default: 'anshi',
    zh: '模拟工牌噪声的随机种子',
    en: "seed of the simulated badges' noise",
  },
  ANSHI_SIM_ACTUATORS: {
    schema: z.string().default(''),
    default: '',
    zh: '模拟的声光报警器及其密钥（name=key,…）；npm start 自动设置',
    en: 'simulated beacons and their keys (name=key,…); `npm start` sets it',
  },
  ANSHI_GATEWAY_ID: {
    schema: z.string().optional(),
    default: 'gateway-1',
    zh: '单独运行的网关的名称，与其凭据一致',
    en: 'name of a standalone gateway, as in its credential',
  },
  ANSHI_GATEWAY_CONFIG: {
    schema: z.string().optional(),
    default: 'gateway.yaml',
    zh: '网关的设备清单（单独运行时）',
    en: 'the devices of a standalone gateway',
  },
  ANSHI_GATEWAY_DIR: {
    schema: z.string().optional(),
    default: '.anshi/gateway',
    zh: '网关目录：已执行的编号，重启后须保留（单独运行时）',
    en: 'folder of a standalone gateway: what was carried out; must survive restarts',
  },
  ANSHI_SIM_BADGE_SIGMA: {
    schema: z.coerce.number('must be a number').min(0).max(100).default(0.3),
    default: '0.3',
    zh: '模拟工牌的定位误差（米）',
    en: 'standard deviation of the simulated badges, metres',
  },
  ANSHI_API_ID: {
    schema: z.string().optional(),
    default: '主机名 / host name',
    zh: 'API 实例标识，用于 MQTT 会话',
    en: 'id of the API instance, for its MQTT session',
  },
  ANSHI_WORKER_HTTP_HOST: {
    schema: z.string().default('127.0.0.1'),
    default: '127.0.0.1',
    zh: '分析进程 HTTP 监听地址',
    en: "address that a vision worker's HTTP server listens on",
  },
  ANSHI_WORKER_HTTP_URL: {
    schema: url(/^https?$/, 'http://vision:8090').optional(),
    default: '',
    zh: 'API 访问该分析进程的地址；不设则为其监听地址',
    en: 'where the API reaches the worker; without it the address it listens on',
  },
  ANSHI_RING_SECONDS: {
    schema: z.coerce.number('must be a number').int().min(30).max(3600).default(60),
    default: '60',
    zh: '为证据保留的录像时长（秒）',
    en: 'seconds of video that are kept for evidence',
  },
  ANSHI_STALL_SECONDS: {
    schema: z.coerce.number('must be a number').min(1).max(300).default(20),
    default: '20',
    zh: '多少秒没有画面算停滞',
    en: 'no picture for so many seconds is a stall',
  },
  ANSHI_LIVE_BIND: {
    schema: z.string().optional(),
    default: '',
    zh: '实时画面的本机地址；不设则为全部地址',
    en: 'address of this machine that viewers of the live picture reach; without it all',
  },
  ANSHI_LIVE_PORTS: {
    schema: z
      .string()
      .regex(/^\d+-\d+$/, 'must be two ports such as 50000-50100')
      .optional(),
    default: '',
    zh: '实时画面的 UDP 端口范围，如 50000-50100；不设则任意',
    en: 'UDP ports of the live picture, such as 50000-50100; without it any',
  },
  ANSHI_LOG_LEVEL: {
    schema: z
      .enum(
        ['trace', 'debug', 'info', 'warn', 'error'],
        'must be trace, debug, info, warn or error',
      )
      .default('info'),
    default: 'info',
    zh: '日志级别',
    en: 'log level',
  },
} satisfies Record<string, Setting>;

type Shape = { [Name in keyof typeof settings]: (typeof settings)[Name]['schema'] };
const schema = z.object(
  Object.fromEntries(Object.entries(settings).map(([name, { schema: s }]) => [name, s])) as Shape,
);
export type Settings = z.infer<typeof schema>;

/** Names that commands and tests read, beside the {@link settings} of the processes. */
const others = new Set([
  'ANSHI_CHROMIUM',
  'ANSHI_SHARED',
  'ANSHI_NEW_PASSWORD',
  'ANSHI_SUPERUSER_PASSWORD',
  'ANSHI_SUPERUSER_URL',
  'ANSHI_TEST_LOG',
  'ANSHI_TRACE',
]);

/** Variables that look like settings and are none: most likely misspelled ones. */
export function unknownSettings(env: Record<string, string | undefined>): string[] {
  return Object.keys(env).filter(
    (name) =>
      name.startsWith('ANSHI_') &&
      !name.startsWith(CAMERA_VARIABLE_PREFIX) &&
      !(name in settings) &&
      !others.has(name),
  );
}

/**
 * Reads and checks every setting.
 *
 * @throws SettingsError that names each variable that is wrong, and those that a database of the
 *   user's own, or an address on the network, asks for.
 */
export function readPlantSettings(env: Record<string, string | undefined>): Settings {
  const read = readSettings(schema, env);
  if (read.DATABASE_URL !== undefined) {
    const missing = (['ANSHI_TOKEN_SECRET', 'ANSHI_WORKER_TOKEN'] as const).filter(
      (name) => read[name] === undefined,
    );
    if (missing.length > 0) {
      throw new SettingsError(
        missing.map(
          (name) =>
            `  ${name}: must be set where DATABASE_URL names a database of yours (for example by \`openssl rand -hex 32\`)`,
        ),
      );
    }
  }
  const makesDemo = read.DATABASE_URL === undefined && read.ANSHI_DEMO === undefined;
  if (makesDemo && !isLoopback(read.ANSHI_HTTP_HOST)) {
    throw new SettingsError([
      `  ANSHI_DEMO: must be set where ANSHI_HTTP_HOST (${read.ANSHI_HTTP_HOST}) opens the product to the network: 1 makes demo accounts that share a password, 0 makes none`,
    ]);
  }
  requireEncryption({
    host: read.ANSHI_HTTP_HOST,
    tls: read.ANSHI_TLS_CERT !== undefined,
    trustProxy: read.ANSHI_TRUST_PROXY,
    insecure: read.ANSHI_INSECURE_HTTP,
  });
  return read;
}

/** The table of the README. */
export function settingsTable(language: 'zh' | 'en'): string {
  const head =
    language === 'zh'
      ? ['| 环境变量 | 默认值 | 含义 |', '| --- | --- | --- |']
      : ['| variable | default | what for |', '| --- | --- | --- |'];
  const rows = Object.entries(settings).map(
    ([name, setting]) =>
      `| \`${name}\` | ${setting.default === '' ? '' : `\`${setting.default}\``} | ${setting[language]} |`,
  );
  return [...head, ...rows].join('\n');
}
