import type { Bilingual } from '@anshi/contracts';
import type { OutageFault } from './schema.ts';

type Rows<Name extends string> = Readonly<Record<Name, Bilingual>>;

/** What is wrong, as the end of a title: "Hall, west: gives no picture". */
export const faultWords: Rows<OutageFault> = {
  offline: { zh: '无画面', en: 'gives no picture' },
  delayed: { zh: '画面延迟', en: 'its pictures come late' },
  network: {
    zh: '主网络中断，画面经第二地址',
    en: 'its first network is lost, pictures come over the second',
  },
  black: { zh: '画面全黑', en: 'its picture is black' },
  frozen: { zh: '画面静止不动', en: 'its picture is frozen' },
  blurred: { zh: '画面失焦', en: 'its picture is out of focus' },
  turned: { zh: '摄像机被转动', en: 'it was turned' },
  covered: { zh: '镜头被遮挡', en: 'it is covered' },
};

const causes: Readonly<Record<string, Bilingual>> = {
  unreachable: { zh: '无法连接', en: 'it cannot be reached' },
  unauthorized: { zh: '用户名或密码被拒绝', en: 'user or password are refused' },
  'not-found': { zh: '没有这路视频', en: 'it has no such stream' },
  'no-video': { zh: '码流中没有视频', en: 'its stream has no video' },
  'untrusted-certificate': { zh: '证书不可信', en: 'its certificate is not trusted' },
  'unsupported-codec': { zh: '编码不支持', en: 'its codec is not supported' },
  'wrong-picture-size': { zh: '画面尺寸不符', en: 'its picture has another size' },
  stalled: { zh: '连接未断但没有画面', en: 'no pictures come over an open connection' },
  ended: { zh: '连接被摄像机断开', en: 'it closed the connection' },
  configuration: { zh: '配置有误', en: 'its configuration is wrong' },
  failed: { zh: '取流失败', en: 'its stream fails' },
  'worker-offline': { zh: '分析主机离线', en: 'the worker is away' },
  silent: { zh: '没有任何消息', en: 'nothing is heard of it' },
  unrecorded: {
    zh: '无记录：系统、主机或摄像机曾关闭',
    en: 'no record: the system, the worker or the camera was off',
  },
};

/** The cause in words; null where none is known. */
export const causeWords = (cause: string | null): Bilingual | null =>
  cause === null ? null : (causes[cause] ?? { zh: cause, en: cause });
