import { moduleWords } from '$lib/i18n/module-words.svelte.ts';

export const words = moduleWords({
  any: ['任意', 'Any'],
  none: ['不指定', 'None'],
  types: {
    title: ['隐患类型', 'Hazard types'],
    hint: [
      '上报时从这里选择类型。停用的类型不再可选，已有隐患保持不变。',
      'Who reports chooses one of these. A type that is off is not offered any more; hazards that have it keep it.',
    ],
    add: ['新增类型', 'Add a type'],
    name: ['名称', 'Name'],
    level: ['默认等级', 'Usual level'],
    levelHint: ['上报人可以改。', 'Who reports can change it.'],
    rules: ['由违章转来', 'From violations'],
    rulesHint: [
      '摄像机发现这些违章并转为隐患时，默认为这个类型。',
      'A violation of these rules that becomes a hazard gets this type.',
    ],
    state: ['状态', 'State'],
    active: ['可选', 'Offered'],
    inactive: ['已停用', 'Off'],
    isActive: ['上报时可选', 'Offered to those who report'],
    sort: ['排列顺序', 'Position'],
    sortHint: ['数字小的排在前面。', 'Small numbers come first.'],
    empty: ['还没有隐患类型', 'There are no types yet'],
    emptyHint: ['应用一个行业预设，或自己新增。', 'Apply a preset, or add your own.'],
  },
  routing: {
    title: ['隐患分派', 'Hazard routing'],
    hint: [
      '审核通过的隐患按这张表分派到部门。说得最具体的规则优先：区域重于类型，类型重于等级。没有规则适用时，分派给区域的负责部门，再其次是安全部门。',
      'A hazard that passed the review goes to a department by this table. The rule that says most wins: an area outweighs a type, a type outweighs a level. Where none fits, it is the department of the area, then the safety department.',
    ],
    add: ['新增规则', 'Add a rule'],
    examples: ['填入示例', 'Fill in examples'],
    examplesDone: [
      (n: number) => `已填入 ${n} 条示例，保存后生效`,
      (n: number) => `Examples filled in: ${n}. They count once you save.`,
    ],
    noExamples: [
      '没有可补充的示例：相应的部门或类型不存在，或规则已经有了。',
      'Nothing to fill in: the departments or types are not there, or the rules are already.',
    ],
    type: ['隐患类型', 'Type of hazard'],
    level: ['等级', 'Level'],
    area: ['区域', 'Area'],
    department: ['分派到', 'Goes to'],
    assignee: ['整改人', 'Rectified by'],
    assigneeHead: ['由部门负责人指定', 'The head of the department decides'],
    assigneeSet: ['已指定', 'A person is set'],
    remove: ['删除这条规则', 'Remove this rule'],
    save: ['保存分派表', 'Save the table'],
    saved: ['分派表已保存', 'The table is saved'],
    discard: ['放弃修改', 'Discard changes'],
    unsaved: ['有未保存的修改', 'There are changes that are not saved'],
    version: [
      (n: number) => (n === 0 ? '系统自带，尚未更改' : `第 ${n} 版`),
      (n: number) => (n === 0 ? 'As built in' : `Version ${n}`),
    ],
    empty: ['还没有分派规则', 'There are no rules yet'],
    emptyHint: [
      '隐患会分派给区域的负责部门；没有负责部门时交给安全部门。',
      'Hazards go to the department of their area, and to the safety department where it has none.',
    ],
    preview: ['试算', 'Preview'],
    previewHint: [
      '看一条隐患按已保存的分派表会到哪里。',
      'Where a hazard would go by the saved table.',
    ],
    ask: ['试算', 'Try'],
    goesTo: [
      (department: string) => `分派到：${department}`,
      (department: string) => `Goes to: ${department}`,
    ],
    nowhere: [
      '没有可分派的部门，请先在“部门与场所”里设置安全部门。',
      'There is no department to send it to: add a safety department under "Places".',
    ],
    why: {
      rule: [(n: number) => `依据第 ${n} 条规则`, (n: number) => `By rule ${n}`],
      area: ['没有规则适用，按区域的负责部门', 'No rule fits: by the department of the area'],
      safety: [
        '没有规则适用，区域也没有负责部门，交给安全部门',
        'No rule fits and the area has no department: the safety department',
      ],
    },
  },
  laws: {
    title: ['法规依据', 'Legal basis'],
    hint: [
      '隐患流程的期限和步骤遵循这些条文。条文会变：每条都有施行日期、出处和核实程度，引用前请核对原文。',
      'The deadlines and steps of the flow follow these rules. Texts change: each has its date, source and how sure it is. Check the original before you rely on it.',
    ],
    source: ['出处', 'Source'],
    from: [(day: string) => `${day} 起施行`, (day: string) => `in force from ${day}`],
    until: [(day: string) => `${day} 止`, (day: string) => `until ${day}`],
    empty: ['还没有条文', 'There are no rules of law yet'],
  },
  sites: {
    title: ['厂区位置', 'Sites'],
    hint: [
      '填写厂区的经纬度后，系统会核对整改照片的拍摄地点：在厂区之外拍摄的照片会提示审核人。没有填写的厂区不做核对。',
      'With the coordinates of a site, photos of a rectification are checked: one that was taken outside is shown to the reviewer. Sites without coordinates are not checked.',
    ],
    site: ['厂区', 'Site'],
    place: ['经纬度', 'Coordinates'],
    radius: ['半径', 'Radius'],
    metres: [(n: number) => `${n} 米`, (n: number) => `${n} m`],
    notSet: ['未设置，不核对地点', 'Not set: places are not checked'],
    latitude: ['纬度', 'Latitude'],
    longitude: ['经度', 'Longitude'],
    radiusHint: [
      '以这个点为中心，多少米以内算厂区。GPS 有误差，建议比厂区大 100 米以上。',
      'Metres around this point that belong to the site. GPS is not exact: take 100 m more than the site has.',
    ],
    here: ['用本机当前位置', 'Use the position of this device'],
    hereFailed: [
      '取不到本机位置：请允许浏览器使用位置，或手工填写。',
      'The position of this device is not known: allow the browser to use it, or type it in.',
    ],
    empty: ['还没有厂区', 'There are no sites yet'],
    emptyHint: [
      '厂区在摄像机配置文件 cameras.yaml 的 sites 里登记。',
      'Sites are named in the file of the cameras, cameras.yaml.',
    ],
  },
});
