import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

/** English has a form for one. */
const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

export const words = moduleWords({
  title: ['厂区与平面图', 'Sites and floor plans'],
  hint: [
    '平面图的图片和实际尺寸（米）。保存后，平面图页、区域、标定、读写器和分析主机立即使用，无需重启。',
    'Pictures of floor plans, and how large they are in metres. What is saved is used at once by the plan page, areas, calibration, readers and workers.',
  ],
  addSite: ['新增厂区', 'Add a site'],
  renameSite: ['修改厂区', 'Rename the site'],
  removeSite: ['移除厂区', 'Remove the site'],
  addPlan: ['新增平面图', 'Add a floor plan'],
  download: ['下载图片', 'Download picture'],
  editPlan: ['修改', 'Change'],
  removePlan: ['移除', 'Remove'],
  empty: ['还没有厂区', 'No site yet'],
  emptyHint: [
    '先新增厂区，再为它上传平面图，然后新增摄像机。',
    'Add a site, then upload its floor plan, then add cameras.',
  ],
  noPlans: ['还没有平面图。', 'No floor plan yet.'],
  readOnly: [
    '厂区与平面图由 cameras.yaml 决定（ANSHI_CAMERAS_FROM=file），请在文件中修改。',
    'Sites and floor plans are those of cameras.yaml (ANSHI_CAMERAS_FROM=file). Change them there.',
  ],
  fields: {
    name: ['名称', 'Name'],
    id: ['编号', 'Id'],
    picture: ['图片', 'Picture'],
    size: ['实际尺寸', 'Real size'],
    width: ['宽（东西，米）', 'Width, east-west (m)'],
    depth: ['高（南北，米）', 'Depth, north-south (m)'],
  },
  idHint: [
    '小写字母、数字和连字符，由英文名称得出，保存后不能修改。',
    'Lower-case letters, digits and hyphens, made of the English name. It cannot be changed once saved.',
  ],
  metres: [
    (width: string, depth: string) => `${width} × ${depth} 米`,
    (width: string, depth: string) => `${width} × ${depth} m`,
  ],
  counts: [
    (cameras: number, areas: number) => `${cameras} 台摄像机，${areas} 个区域`,
    (cameras: number, areas: number) =>
      `${count(cameras, 'camera', 'cameras')}, ${count(areas, 'area', 'areas')}`,
  ],
  used: ['已用于', 'Used by'],
  noPicture: ['没有图片', 'No picture'],
  grid: [
    (step: string) => `网格 ${step} 米，原点在左下角`,
    (step: string) => `Grid of ${step} m; the origin is the lower left corner`,
  ],
  scale: [(metres: string) => `${metres} 米`, (metres: string) => `${metres} m`],
  choosePicture: ['选择图片', 'Choose a picture'],
  replacePicture: ['更换图片', 'Replace the picture'],
  pictureHint: [
    'PNG、JPEG 或 WebP，最大 40 MB，上方为北。SVG 请先导出为 PNG。',
    'PNG, JPEG or WebP, up to 40 MB, north at the top. Export an SVG as PNG first.',
  ],
  notAPicture: [
    '浏览器无法显示这个文件：请选择 PNG、JPEG 或 WebP 图片。',
    'The browser cannot show this file: choose a PNG, JPEG or WebP picture.',
  ],
  uploading: [(percent: number) => `上传 ${percent}%`, (percent: number) => `Sending, ${percent}%`],
  checking: ['正在检查…', 'Being checked…'],
  ready: ['图片已上传', 'The picture is there'],
  sizeHow: ['尺寸的来源', 'How the size is known'],
  how: {
    width: ['填写宽度', 'By its width'],
    distance: ['两点距离', 'By two points'],
  },
  widthHint: ['高度由图片的比例得出。', 'The depth follows from the shape of the picture.'],
  freeHint: ['没有图片时，宽和高都要填写。', 'Without a picture, give both.'],
  distanceHint: [
    '在图片上点两处（如两根柱子），再填写它们之间的实际距离。点可拖动，或选中后用方向键移动。',
    'Click two places on the picture, such as two columns, and give the distance between them. Points can be dragged, or moved by the arrow keys.',
  ],
  pointOf: [(n: number) => `第 ${n} 点`, (n: number) => `Point ${n}`],
  distance: ['两点之间的距离（米）', 'Distance between the points (m)'],
  addPoints: ['在图片上放两点', 'Put two points on the picture'],
  result: [(size: string) => `平面图为 ${size}`, (size: string) => `The plan is ${size}`],
  otherShape: [
    '新图片的比例不同：请重新给出尺寸。',
    'The new picture has another shape: give its size again.',
  ],
  usedWarning: [
    '这张平面图上已有内容，坐标按米从左下角计，不随图片或尺寸改变。保存后请核对：',
    'The plan is in use. What is on it keeps its metres from the lower left corner, whatever the picture and the size. Check these afterwards:',
  ],
  removeSiteAsk: [(name: string) => `移除“${name}”？`, (name: string) => `Remove "${name}"?`],
  removeText: [
    '只有没有任何内容使用时才会移除。审计日志保留它的内容。',
    'It is removed only where nothing uses it. The audit log keeps what it was.',
  ],
  removed: ['已移除', 'Removed'],
  saved: ['已保存', 'Saved'],
  inUseTitle: ['仍在使用，不能移除', 'In use, so it stays'],
  inUseHint: [
    '先移动或移除下列内容，再试一次。记录会一直保留，因此有记录的厂区和平面图不能移除。',
    'Move or remove what is listed, and try again. Records stay, and so do the sites and floor plans that they name.',
  ],
  uses: {
    'floor-plan': [
      (n: number) => `${n} 张平面图`,
      (n: number) => count(n, 'floor plan', 'floor plans'),
    ],
    camera: [(n: number) => `${n} 台摄像机`, (n: number) => count(n, 'camera', 'cameras')],
    area: [(n: number) => `${n} 个区域`, (n: number) => count(n, 'area', 'areas')],
    department: [
      (n: number) => `${n} 个部门`,
      (n: number) => count(n, 'department', 'departments'),
    ],
    reader: [(n: number) => `${n} 个读写器`, (n: number) => count(n, 'reader', 'readers')],
    reference: [
      (n: number) => `${n} 组 GPS 参考点`,
      (n: number) => count(n, 'set of GPS points', 'sets of GPS points'),
    ],
    hazard: [(n: number) => `${n} 条隐患`, (n: number) => count(n, 'hazard', 'hazards')],
    violation: [(n: number) => `${n} 条违章`, (n: number) => count(n, 'violation', 'violations')],
    incident: [(n: number) => `${n} 个违章事件`, (n: number) => count(n, 'incident', 'incidents')],
    'safety-entry': [
      (n: number) => `${n} 条安全档案记录`,
      (n: number) => count(n, 'entry of a safety file', 'entries of safety files'),
    ],
    'shift-note': [
      (n: number) => `${n} 条值班记录`,
      (n: number) => count(n, 'note of the shift log', 'notes of the shift log'),
    ],
    'shift-handover': [
      (n: number) => `${n} 次交接班`,
      (n: number) => count(n, 'handover', 'handovers'),
    ],
    'clock-event': [(n: number) => `${n} 次打卡`, (n: number) => count(n, 'clocking', 'clockings')],
  },
  more: [(n: number) => `另有 ${n} 个`, (n: number) => `${n} more`],
  open: ['查看', 'Open'],
  setup: {
    title: ['还没有设置厂区', 'The plant is not set up yet'],
    hint: [
      '按顺序完成三步，无需修改任何文件。',
      'Three steps, in this order. No file has to be edited.',
    ],
    steps: {
      site: ['新增厂区', 'Add a site'],
      plan: ['新增平面图', 'Add a floor plan'],
      camera: ['新增摄像机', 'Add a camera'],
    },
    done: ['已完成', 'Done'],
    start: ['开始', 'Start'],
    ask: ['请管理员设置。', 'Ask an administrator to set it up.'],
  },
});
