import { z } from 'zod';
import { isTimeZone, port, type Setting, url } from './setting-forms.ts';

/** The address, the data folder, the database and the broker. */
export const baseSettings = {
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
} satisfies Record<string, Setting>;
