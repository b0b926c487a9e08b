import { problemTexts } from '$lib/api/problem-texts.ts';

export const problems = problemTexts({
  'import.version-conflict': [
    '该导入已有变化，请重新打开。',
    'The import changed meanwhile: open it again.',
  ],
  'import.unreadable': [
    '文件不能作为表格读取，请另存为 .xlsx 或 .csv。',
    'The file cannot be read as a table: save it as .xlsx or .csv.',
  ],
  'import.mapping': [
    '请为每个必填列指定一次对应的列。',
    'Assign each required column, and none twice.',
  ],
  'import.state': [
    '该导入不在可进行此操作的步骤，请重新打开。',
    'The import is not at the point for that: open it again.',
  ],
  'import.scans': [
    '这不是扫描件压缩包，请上传内含 PDF、JPG 或 PNG 的 zip。',
    'The file is no archive of scans: upload a zip of PDF, JPG or PNG files.',
  ],
  'import.no-scans': ['只有证书可以附带扫描件。', 'Only certificates come with scans.'],
  'import.no-key': [
    '这种数据的行总是新记录，不能更改已有的记录。',
    'Rows of this kind are always new records: they change none.',
  ],
  'import.nothing-good': [
    '没有可导入的行，请更正文件后再次上传。',
    'No row can be imported: correct the file and bring it again.',
  ],
  'import.not-all-good': [
    '有须更正的行。请更正后再次上传，或只导入正确的行。',
    'Some rows are bad: correct them and bring the file again, or take the good rows only.',
  ],
  'import.too-many-for-all': [
    '全部或都不最多 5,000 行，请分成几个文件，或只导入正确的行。',
    'All or nothing takes up to 5,000 rows: divide the file, or take the good rows only.',
  ],
  'import.file-gone': [
    '文件已按期限删除，请重新上传。',
    'The file was removed after its term: upload it again.',
  ],
  'import.not-yours': [
    '只有上传文件的人可以处理，请自行上传。',
    'Only the person who brought the file works on it: upload it yourself.',
  ],
});
