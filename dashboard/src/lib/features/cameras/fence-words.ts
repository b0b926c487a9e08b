import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  title: ['围栏', 'Fences'],
  hint: [
    '摄像机区域与台账区域的轮廓，对摄像机和工卡是同一道围栏',
    'Zones of cameras beside the areas of the register: one fence for cameras and badges',
  ],
  empty: [
    '还没有区域指向台账。在摄像机的区域配置下写 area: 台账区域的编号。',
    'No zone names an area. Write area: and its id under a zone of a camera.',
  ],
  states: {
    same: ['一致', 'Same'],
    different: ['不一致', 'Different'],
    'area-unknown': ['台账中没有', 'Not in the register'],
    'area-without-outline': ['区域没有轮廓', 'Area has no outline'],
    'other-plan': ['不在同一平面图', 'On another plan'],
    'not-calibrated': ['摄像机未标定', 'Not calibrated'],
    'out-of-sight': ['看不到该区域', 'Out of sight'],
    'without-camera': ['没有摄像机', 'Without camera'],
  },
  advice: {
    same: [
      '两个轮廓在画面可见的部分一致。',
      'Both outlines are the same, as far as the camera sees.',
    ],
    different: [
      '两个轮廓在画面可见的部分相差较大。以哪一个为准，就用它画出另一个。',
      'The outlines differ in what the camera sees. Decide which one is right, and draw the other from it.',
    ],
    'area-unknown': [
      '台账里没有这个编号的区域。请在“组织与场所”中新建，或改正摄像机配置。',
      'The register has no area of this id. Add it under organisation and places, or correct the camera.',
    ],
    'area-without-outline': [
      '台账区域还没有轮廓，可以由摄像机的区域画出。',
      'The area has no outline yet. It can be drawn from the zone of the camera.',
    ],
    'other-plan': [
      '台账区域画在另一张平面图上，无法比较。',
      'The area is drawn on another floor plan, so that the two cannot be compared.',
    ],
    'not-calibrated': [
      '摄像机没有可用的标定，无法在地面上比较。',
      'The camera has no calibration that can be used: the two cannot be compared on the floor.',
    ],
    'out-of-sight': [
      '按标定，这台摄像机看不到该区域。请检查标定和区域编号。',
      'By its calibration, the camera does not see the area. Check the calibration and the id of the area.',
    ],
    'without-camera': [
      '看这个区域的摄像机已移除，没有其他摄像机看它。请放回那台，或在另一台的区域中写上这个台账区域。',
      'The camera that watched the area was removed, and no other one does. Put it back, or name the area under a zone of another camera.',
    ],
  },
  apart: [
    (metres: string) => `最多相差 ${metres} 米`,
    (metres: string) => `up to ${metres} m apart`,
  ],
  overlap: [(share: string) => `重合 ${share}`, (share: string) => `${share} in common`],
  zone: ['摄像机的区域', 'Zone of the camera'],
  area: ['台账区域', 'Area of the register'],
  worst: ['相差最大处', 'Where they differ most'],
  camera: ['摄像机', 'Camera'],
  toArea: ['用摄像机的轮廓画台账区域', 'Draw the area from the zone'],
  toAreaAsk: [
    '台账区域的轮廓将被替换，旧轮廓保留在审计日志中。工卡围栏和区域统计随之改变。',
    'Replaces the outline of the area; the old one stays in the audit log. Fences of badges and figures of areas follow.',
  ],
  toAreaDone: ['台账区域的轮廓已更新', 'The area has the outline of the zone'],
  toZone: ['用台账区域画摄像机的轮廓', 'Draw the zone from the area'],
  toZoneAsk: [
    '摄像机区域的轮廓将成为新版本，数秒内生效，可在摄像机配置中恢复。',
    'The outline of the zone becomes a new version of the camera, within seconds. It can be restored in its configuration.',
  ],
  toZoneDone: ['摄像机区域的轮廓已更新', 'The zone has the outline of the area'],
  copy: ['复制台账轮廓到 cameras.yaml', 'Copy the area for cameras.yaml'],
  copied: [
    '已复制。替换 cameras.yaml 中该区域的 polygon 即可，无需重启。',
    'Copied. Put it in the place of the zone’s polygon in cameras.yaml; no restart is needed.',
  ],
  notCopied: [
    '浏览器不允许复制，请手动选择上面的文字。',
    'The browser does not allow copying. Select the text above.',
  ],
});
