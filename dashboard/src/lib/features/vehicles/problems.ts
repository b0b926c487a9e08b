import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'vehicle.unknown': ['没有这辆车，或您无权查看。', 'There is no such vehicle within your reach.'],
  'vehicle.version-conflict': [
    '其他人已修改，请重新打开后再试。',
    'Someone else changed it meanwhile; open it again.',
  ],
  'vehicle.area-version-conflict': [
    '其他人已修改该区域，请重新打开后再试。',
    'Someone else changed the area meanwhile; open it again.',
  ],
  'vehicle.plate-taken': [
    '在用车辆中已有此车牌，请打开那辆车，或先将其注销。',
    'A vehicle in use has this plate: open that one, or retire it first.',
  ],
  'vehicle.fields': [
    '类型、部门、区域与设备须存在，并在您管辖范围内。',
    'Kind, department, areas and machine have to exist within your reach.',
  ],
  'vehicle.retired': [
    '该车辆已注销，请先恢复使用。',
    'The vehicle is retired: put it into use first.',
  ],
  'vehicle.tag-worn': [
    '该标签由人员佩戴，请先收回：标签只能属于人员或车辆之一。',
    'A person wears this tag: take it back first. A tag is a person’s or a vehicle’s.',
  ],
  'vehicle.tag-taken': [
    '该标签装在另一辆车上，请先取下，或更正编号。',
    'The tag is on another vehicle: take it off, or correct its number.',
  ],
  'vehicle.tag-unknown': ['该标签不在这辆车上。', 'The tag is not on this vehicle.'],
  'vehicle.event-unknown': [
    '没有这条事件，或您无权查看。',
    'There is no such event within your reach.',
  ],
  'vehicle.event-version-conflict': [
    '该事件已有变化，请重新打开后再试。',
    'The event has changed meanwhile; open it again.',
  ],
  'vehicle.acknowledged': ['该事件已处理。', 'The event is dealt with already.'],
  'vehicle.own': [
    '当时由您本人驾驶，须由他人处理。',
    'You drove the vehicle yourself: another person looks at it.',
  ],
});
