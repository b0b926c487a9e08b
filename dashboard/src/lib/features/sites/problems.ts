import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'site.unknown': ['没有这个厂区。', 'There is no such site.'],
  'site.id-taken': [
    '这个编号已被使用，请另取一个。',
    'A site with this id is there already; take another id.',
  ],
  'site.version-conflict': [
    '其他人已修改，请重新打开后再试。',
    'Someone else changed this meanwhile; open it again.',
  ],
  'site.in-use': ['仍有内容使用这个厂区，不能移除。', 'The site is in use and cannot be removed.'],
  'floor-plan.unknown': [
    '没有这张平面图，或它没有图片。',
    'There is no such floor plan, or it has no picture.',
  ],
  'floor-plan.id-taken': [
    '这个编号已被本厂区或其他厂区的平面图使用，请另取一个。',
    'A floor plan of this or another site has this id; take another id.',
  ],
  'floor-plan.in-use': [
    '仍有内容使用这张平面图，不能移除。',
    'The floor plan is in use and cannot be removed.',
  ],
  'floor-plan.not-a-picture': [
    '这个文件不是图片：请上传 PNG、JPEG 或 WebP。',
    'The file is no picture: upload PNG, JPEG or WebP.',
  ],
  'floor-plan.shape': [
    '宽和高的比例与图片不符：填写宽度，高度由图片得出。',
    'Width and depth do not have the shape of the picture: give the width, and the depth follows.',
  ],
});
