import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  test: {
    title: ['试连', 'Try the address'],
    hint: [
      '由分析主机试连：登录、码流与第一幅画面，最长约 30 秒。不保存任何内容。',
      'A worker tries it: sign-in, stream and first picture, for up to 30 s. Nothing is stored.',
    ],
    run: ['试连', 'Try it'],
    running: ['分析主机正在试连…', 'The worker is trying it …'],
    steps: {
      connect: ['连接', 'Connection'],
      signIn: ['登录', 'Sign-in'],
      stream: ['码流', 'Stream'],
      picture: ['第一幅画面', 'First picture'],
    },
    marks: { ok: ['正常', 'works'], bad: ['失败', 'failed'], open: ['未进行', 'not reached'] },
    ms: [(ms: number) => `${ms} 毫秒`, (ms: number) => `${ms} ms`],
    seconds: [(seconds: string) => `${seconds} 秒后`, (seconds: string) => `after ${seconds} s`],
    signedIn: ['摄像机允许登录', 'the camera lets the worker in'],
    stream: [
      (codec: string, size: string, fps: string) => `${codec}，${size}，每秒 ${fps} 帧`,
      (codec: string, size: string, fps: string) => `${codec}, ${size}, ${fps} frames a second`,
    ],
    still: ['试连得到的画面，人脸已模糊', 'The picture that came, faces blurred'],
    notBlurred: [
      '画面已收到，但其中的人脸未能及时模糊，因此不显示。',
      'A picture came; faces in it could not be blurred in time, so it is not shown.',
    ],
    by: [(worker: string) => `由 ${worker} 试连`, (worker: string) => `Tried by ${worker}`],
    outcomes: {
      ok: ['可以使用', 'It works'],
      slow: ['可以使用，但较慢', 'It works, but slowly'],
      'name-not-found': ['找不到主机名', 'The name is not found'],
      refused: ['连接被拒绝', 'The connection is refused'],
      'no-answer': ['没有应答', 'No answer'],
      'wrong-password': ['用户或密码不正确', 'Wrong user or password'],
      'no-stream': ['没有这个码流', 'There is no such stream'],
      'no-video': ['没有视频', 'There is no video'],
      codec: ['既不是 H.264 也不是 H.265', 'Neither H.264 nor H.265'],
      'untrusted-certificate': ['证书不受信任', 'The certificate is not trusted'],
      invalid: ['地址无法使用', 'The address cannot be used'],
      failed: ['没有得到画面', 'It gives no picture'],
    },
    advice: {
      ok: ['保存后数秒内开始分析。', 'Saved, it is watched within seconds.'],
      slow: [
        '检查网络；把关键帧间隔设为 1 至 2 秒。',
        'Check the network, and set the camera to a key frame every 1 to 2 s.',
      ],
      'name-not-found': [
        '检查主机名，或填写 IP；由分析主机的网络解析。',
        'Check the name, or write the IP. It is looked up in the network of the worker.',
      ],
      refused: [
        '主机在，但该端口没有服务：检查端口（RTSP 通常为 554）与摄像机的 RTSP 设置。',
        'The host is there and nothing listens at the port. Check the port (554 for RTSP) and that the camera has RTSP on.',
      ],
      'no-answer': [
        '检查地址、网线、供电与防火墙。',
        'Check the address, the cable, the power and the firewall.',
      ],
      'wrong-password': [
        '改正后再试；多次错误可能使摄像机锁定该用户。',
        'Correct them before you try again: cameras lock a user after some wrong ones.',
      ],
      'no-stream': [
        '改正地址中的路径；各厂家不同。',
        'Correct the path of the address; each maker has its own.',
      ],
      'no-video': ['改用视频码流的路径。', 'Take the path of the stream with video.'],
      codec: ['在摄像机中把编码设为 H.264 或 H.265。', 'Set the camera to H.264 or H.265.'],
      'untrusted-certificate': [
        '先保存，再在“区域与规则”的 tls 中指定其证书。',
        'Save it first, then name its certificate by tls in Zones and rules.',
      ],
      invalid: ['按下面的说明改正地址。', 'Correct the address as said below.'],
      failed: ['下面是分析主机给出的原因。', 'The reason of the worker stands below.'],
    },
  },
  find: {
    open: ['查找摄像机', 'Find cameras'],
    title: ['在网络中查找摄像机', 'Find cameras in the network'],
    hint: [
      '由分析主机用 ONVIF 在其网络中查找，约需 4 秒。',
      'A worker looks for ONVIF cameras in its network. It takes about 4 s.',
    ],
    worker: ['分析主机', 'Worker'],
    workerHint: ['留空则由任一在线的分析主机查找。', 'Left out, any that is there.'],
    run: ['查找', 'Search'],
    again: ['再次查找', 'Search again'],
    running: ['正在查找…', 'Searching …'],
    found: [(n: number) => `找到 ${n} 台`, (n: number) => (n === 1 ? '1 found' : `${n} found`)],
    by: [
      (worker: string, networks: string) => `${worker}：${networks}`,
      (worker: string, networks: string) => `${worker}: ${networks}`,
    ],
    unnamed: ['未命名的设备', 'Device without a name'],
    there: ['已配置', 'Configured'],
    none: ['没有找到摄像机', 'No camera was found'],
    problems: {
      none: [
        '摄像机须开启 ONVIF，并与分析主机在同一网段。也可直接填写其地址。',
        'Cameras need ONVIF on, and the same subnet as the worker. You can also type an address.',
      ],
      container: [
        '分析主机在容器中运行，组播出不了容器的网络：使用主机网络，或直接填写地址，或设置 ANSHI_ONVIF_HOSTS。',
        'The worker runs in a container, which multicast does not leave: give it the network of the host, type an address, or set ANSHI_ONVIF_HOSTS.',
      ],
      'no-multicast': [
        '分析主机的网络不允许组播：直接填写地址，或设置 ANSHI_ONVIF_HOSTS。',
        'The network of the worker does not take multicast: type an address, or set ANSHI_ONVIF_HOSTS.',
      ],
      'no-network': ['分析主机没有可用的网络接口。', 'The worker has no network.'],
    },
    address: ['设备地址', 'Address of the device'],
    addressHint: [
      '不在列表中的设备：填写 IP 或其 ONVIF 地址。',
      'A device that is not in the list: its IP, or the address of its ONVIF service.',
    ],
    use: ['使用此地址', 'Use this address'],
    badAddress: [
      '请填写 IP、主机名，或以 http:// 或 https:// 开头的地址。',
      'Write an IP, a name, or an address that begins with http:// or https://.',
    ],
    back: ['返回列表', 'Back to the list'],
    user: ['用户', 'User'],
    password: ['密码', 'Password'],
    loginHint: [
      '摄像机的用户（许多型号须另建 ONVIF 用户）。密码只用于读取，保存摄像机时才加密保存。',
      'A user of the camera; many models want one of their own for ONVIF. The password is used to ask, and sealed when the camera is saved.',
    ],
    read: ['读取码流', 'Read its streams'],
    reading: ['正在读取…', 'Asking the device …'],
    profiles: ['码流', 'Streams'],
    noStream: ['没有 RTSP 地址', 'No address by RTSP'],
    takeProfile: ['试连并新增', 'Try it and add'],
    outcomes: {
      ok: ['已读取', 'Read'],
      'name-not-found': ['找不到主机名', 'The name is not found'],
      refused: [
        '连接被拒绝：检查端口，并在摄像机中开启 ONVIF',
        'The connection is refused: check the port, and that ONVIF is on',
      ],
      'no-answer': ['没有应答：检查地址与网络', 'No answer: check the address and the network'],
      'wrong-password': [
        '用户或密码不正确；多次错误可能使摄像机锁定该用户',
        'Wrong user or password. Cameras lock a user after some wrong ones',
      ],
      'not-onvif': ['该地址不是 ONVIF 设备', 'There is no ONVIF device at this address'],
      'no-media': ['该设备没有提供码流', 'The device offers no stream'],
      'untrusted-certificate': [
        '其证书不受信任：改用 http:// 地址',
        'Its certificate is not trusted: take its http:// address',
      ],
      failed: ['设备的回答无法使用', 'The device gives no answer that can be used'],
    },
  },
});
