import { flag } from '@anshi/contracts/process';
import { z } from 'zod';
import { port, type Setting, url } from './setting-forms.ts';

/** The worker, the simulator, the gateway and the ports of the parts. */
export const partSettings = {
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
  ANSHI_WORKER_CAPACITY: {
    schema: z.coerce.number('must be a number').positive().max(100_000).optional(),
    default: '测得 / measured',
    zh: '分析进程每秒可分析的帧数；不设则自行测量',
    en: 'frames a second that a vision worker can analyse; without it what it measures',
  },
  ANSHI_WORKER_CAMERAS: {
    schema: z.coerce.number('must be a number').int().min(0).max(1000).optional(),
    default: '',
    zh: '一个分析进程最多负责的摄像机数；不设则不限',
    en: 'cameras that a vision worker takes at most; without it any number',
  },
  ANSHI_MODELS: {
    schema: z.string().default('models'),
    default: 'models',
    zh: '模型目录',
    en: 'folder of the models',
  },
  ANSHI_PPE_MODEL: {
    schema: z
      .string()
      .regex(
        /^[a-z0-9]+(-[a-z0-9]+)*$/,
        'must be the name of a folder of models, such as ppe-large',
      )
      .default('ppe'),
    default: 'ppe',
    zh: '替代 `ppe` 的检测模型（模型目录下的文件夹名）；`ppe-large` 找到的人更多，推理时间为两到三倍',
    en: 'the detector in place of `ppe`, a folder of the models; `ppe-large` finds more people and takes two to three times as long',
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
    zh: '模拟的声光报警器及其密钥（name=key,…；扬声器为 name:speaker=key，机器控制器为 name:control=key）；npm start 自动设置',
    en: 'simulated beacons and their keys (name=key,…; a speaker is name:speaker=key, the control of a machine name:control=key); `npm start` sets it',
  },
  ANSHI_SIM_GATES: {
    schema: z.string().default(''),
    default: '',
    zh: '模拟的开机读卡点及其密钥（name:machine=secret,…；门为 name:door/area=secret，末尾 @http://… 表示经网关询问）；npm start 自动设置',
    en: 'simulated readers at machines and their secrets (name:machine=secret,…; at a door name:door/area=secret, with @http://… at the end where it asks a gateway); `npm start` sets it',
  },
  ANSHI_SIM_GATE_SECONDS: {
    schema: z.coerce.number('must be a number').int().min(0).max(86_400).default(300),
    default: '300',
    zh: '模拟读卡点每隔多少秒自动刷卡一轮；0 为不自动刷卡',
    en: 'seconds between the rounds in which simulated readers show cards by themselves; 0 for none',
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
  ANSHI_MQTT_OTHER_URLS: {
    schema: z.string().optional(),
    default: '',
    zh: '同一 MQTT 服务在其他网络中的地址，以逗号分隔、不含用户（单独运行的网关）',
    en: 'the same broker in other networks, separated by commas, without a user (standalone gateway)',
  },
  ANSHI_MQTT_STAY_SECONDS: {
    schema: z.coerce.number().optional(),
    default: '30',
    zh: '改用其他地址后至少停留的秒数（单独运行的网关）',
    en: 'least seconds on another address than the first (standalone gateway)',
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
  ANSHI_OBSERVATIONS_HOURS: {
    schema: z.coerce.number('must be a number').min(0).max(8760).default(72),
    default: '72',
    zh: '为重放保留观测记录的小时数；0 表示不记录',
    en: 'hours for which observations are kept for replays; 0 records none',
  },
  ANSHI_OBSERVATIONS_MB: {
    schema: z.coerce.number('must be a number').min(1).max(1e6).default(2000),
    default: '2000',
    zh: '每个分析进程的观测记录最多占用的磁盘空间（MB），先删最旧的',
    en: 'disk that the observations of a worker may take, MB; the oldest go first',
  },
  ANSHI_ONVIF_HOSTS: {
    schema: z.string().default(''),
    default: '',
    zh: '查找摄像机时另外直接询问的主机（组播到不了的网段），逗号分隔',
    en: 'hosts that are asked besides when cameras are looked for, where multicast does not reach, with commas between',
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
    zh: '实时画面的端口范围（UDP 与 TCP），如 50000-50100；不设则任意',
    en: 'ports of the live picture, UDP and TCP, such as 50000-50100; without it any',
  },
  ANSHI_LIVE_ANNOUNCE: {
    schema: z.string().default(''),
    default: '',
    zh: '观看者能访问本机的其他地址，用逗号分隔，如转发端口的路由器的地址',
    en: 'further addresses, with commas between, at which viewers reach this machine, such as that of a router that forwards the ports',
  },
  ANSHI_LIVE_TCP: {
    schema: flag.default(true),
    default: '1',
    zh: 'UDP 被阻断时是否允许观看者用 TCP（仅 mediasoup）',
    en: 'whether viewers may come by TCP where UDP is blocked (mediasoup alone)',
  },
  ANSHI_LIVE_ENGINE: {
    schema: z
      .enum(
        ['auto', 'mediasoup', 'node-datachannel', 'node-rtsp-stream'],
        'must be auto, mediasoup, node-datachannel or node-rtsp-stream',
      )
      .default('auto'),
    default: 'auto',
    zh: '实时画面的发送方式：auto 在有 mediasoup 工作程序时用它，否则用 node-datachannel；WebRTC 不通时用 node-rtsp-stream；也可指定其一',
    en: 'what sends the live picture: auto takes mediasoup where its worker runs, else node-datachannel, and node-rtsp-stream where WebRTC does not get through; each can be forced',
  },
  ANSHI_LIVE_SUBSTREAMS: {
    schema: z.coerce.number().int().min(0).max(1024).default(64),
    default: '64',
    zh: '一个分析进程为小画面同时拉取的子码流数上限；0 表示不拉取',
    en: 'substreams that a worker pulls at a time for small tiles; 0 for none',
  },
  ANSHI_LIVE_MPEG1: {
    schema: z.coerce.number().int().min(0).max(256).default(8),
    default: '8',
    zh: '一个分析进程同时为看不到 WebRTC 的观看者编码（MPEG-1）的摄像机数上限；0 表示不编码',
    en: 'cameras that a worker encodes at a time (MPEG-1) for viewers without WebRTC; 0 for none',
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
