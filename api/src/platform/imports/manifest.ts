import { legalBases } from '../legal-bases.ts';
import type { ModuleManifest } from '../manifest.ts';
import { named, unknownProblem, versionConflict } from '../manifest-forms.ts';

export const manifest = {
  name: 'imports',
  folders: ['platform/imports'],
  facts: true,
  problems: {
    'import.unknown': unknownProblem('import', '/imports'),
    'import.version-conflict': versionConflict('import'),
    'import.kind': [
      404,
      'There is nothing of this kind to import',
      'Take one of GET /import-kinds: they are those that your account may write.',
    ],
    'import.unreadable': [
      422,
      'The file cannot be read as a table',
      'Save it as .xlsx or .csv; the field fault says what is wrong with it.',
    ],
    'import.mapping': [
      422,
      'The columns are not assigned as they have to be',
      'Assign each required column once; the field errors names them.',
    ],
    'import.no-key': [
      422,
      'Rows of this kind are always new records',
      'Take existing as refuse: there is nothing that they could change.',
    ],
    'import.no-scans': [
      422,
      'Nothing of this kind has scans',
      'Bring scans with certificates only.',
    ],
    'import.scans': [
      422,
      'The file is no archive of scans',
      'Upload a zip of PDF, JPG and PNG files, announced as application/vnd.anshi.scans+zip.',
    ],
    'import.state': [
      409,
      'The import is not at the point for that',
      'Look at its state in current, and reload it.',
    ],
    'import.nothing-good': [
      422,
      'No row can be imported',
      'Correct the rows in the file, and bring it again.',
    ],
    'import.not-all-good': [
      422,
      'Not every row is good',
      'Correct the bad rows and bring the file again, or take the good rows only.',
    ],
    'import.too-many-for-all': [
      422,
      'Too many rows for all or nothing',
      'Up to 5,000 rows can be saved at once; divide the file, or take the good rows only.',
    ],
    'import.file-gone': [409, 'The file was removed after its term', 'Upload it again.'],
    'import.not-yours': [
      403,
      'Only the person who brought the file works on it',
      'It may hold what others are not to see. Upload it yourself.',
    ],
  },
  fields: {
    fileName: ['文件名。', 'Name of the file.'],
    headingRow: ['标题所在的行，从 1 起。', 'Row of the headings, from 1.'],
    mapping: [
      '文件的列对应的数据列，如 {"B": "employeeNo"}。',
      'By column of the file, what it means: {"B": "employeeNo"}.',
    ],
    processed: ['当前步骤已处理的行数。', 'Rows that the step at hand has gone through.'],
    good: ['可导入的行数。', 'Rows that can be imported.'],
    bad: ['须更正的行数。', 'Rows that have to be corrected.'],
    warned: ['有提示的行数。', 'Rows with a remark.'],
    updates: ['将更改已有记录的行数。', 'Good rows that change a record that exists.'],
    skipped: ['记录已存在且保持不变的行数。', 'Rows whose record exists and stays as it is.'],
    undone: ['已撤销的行数。', 'Rows that were taken back.'],
    sheet: ['工作表，从 0 起。', 'The sheet, from 0.'],
    sheets: ['工作表名称。', 'Names of the sheets.'],
    heading: ['标题。', 'The heading.'],
    samples: ['前几行的内容。', 'What the first rows have.'],
    cell: ['单元格，如 B17；整行为 null。', 'The cell, such as B17; null for the whole row.'],
    cure: ['如何处理。', 'What to do.'],
    issues: ['该行的问题。', 'What is wrong with the row.'],
    warning: ['是否仅为提示，该行仍可导入。', 'Whether it is a remark only: the row is good.'],
  },
  audit: {
    entities: named({ import: ['数据导入', 'import'] }),
    actions: named({
      'run-import': ['开始了', 'started the'],
      'undo-import': ['撤销了', 'took back the'],
    }),
  },
  data: {
    policies: [
      {
        id: 'import-files',
        name: { zh: '导入的文件', en: 'Imported files' },
        purpose: { zh: '核对与更正导入的数据', en: 'Checking and correcting what is imported' },
        fields: {
          zh: [
            '上传的表格（可含身份证号与电话）',
            '上传的扫描件压缩包',
            '有误单元格的内容（敏感列除外）',
          ],
          en: [
            'the uploaded table (it may hold identity numbers and phones)',
            'the uploaded archive of scans',
            'texts of wrong cells, but of sensitive columns',
          ],
        },
        classification: 'secret',
        personal: true,
        sensitive: true,
        legalBasis: legalBases.staffManagement,
        usedBy: ['safety-head'],
        retentionDays: 30,
        retentionSource: { zh: '企业规定', en: 'The company' },
        certainty: 'own',
        storage: {
          zh: '文件区，AES-256-GCM 加密，密钥另存',
          en: 'File store, encrypted by AES-256-GCM, keys kept apart',
        },
      },
      {
        id: 'imports',
        name: { zh: '导入记录', en: 'Records of imports' },
        purpose: { zh: '追溯数据的来源，撤销导入', en: 'Tracing where data came from, and undo' },
        fields: {
          zh: ['导入人', '文件名', '各行的工号等标识与结果', '被更改字段的原值（加密）'],
          en: [
            'who imported',
            'name of the file',
            'mark of each row and what became of it',
            'old values of what was changed (encrypted)',
          ],
        },
        classification: 'internal',
        personal: true,
        sensitive: false,
        legalBasis: legalBases.staffManagement,
        usedBy: ['safety-head'],
        retentionDays: 365,
        retentionSource: { zh: '企业规定', en: 'The company' },
        certainty: 'own',
        storage: { zh: '数据库', en: 'Database' },
      },
    ],
    catalogue: [
      {
        entity: 'import',
        name: { zh: '数据导入', en: 'Import' },
        table: 'data_import',
        key: 'id',
        api: '/api/v1/imports',
        policy: 'imports',
        source: "'anshi'",
        changed: 'coalesce(undone_at, finished_at, checked_at, created_at)',
        references: ['user'],
      },
    ],
  },
  records: { '/imports/:id': ['data_import'] },
  personColumns: {
    // Shows what an import did then; its undo follows the record.
    'data_import_row.person': {
      what: { zh: '导入的行', en: 'rows of imports' },
      merge: 'stays',
      why: { zh: '记录当时的导入，撤销导入时按记录进行', en: 'Shows what an import did then' },
    },
  },
  tables: ['data_import', 'data_import_row', 'import_heading'],
} as const satisfies ModuleManifest;
