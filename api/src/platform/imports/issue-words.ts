import type { Bilingual } from '../manifest.ts';
import type { TableFaultCode } from './read/types.ts';
import type { Fault, ImportForm, IssueWords, LeftReason } from './types.ts';

const words = (
  zh: string,
  en: string,
  cureZh: string,
  cureEn: string,
  warning?: true,
): IssueWords => ({
  what: { zh, en },
  cure: { zh: cureZh, en: cureEn },
  ...(warning ? { warning } : {}),
});

/** The faults that every kind can have. */
export const issueWords: Readonly<Record<string, IssueWords>> = {
  required: words('单元格为空', 'The cell is empty', '填写该值。', 'Fill it in.'),
  formula: words(
    '单元格是公式，公式不计算，只作文本',
    'The cell is a formula; formulas are text here and never computed',
    '以值代替公式（选择性粘贴为数值）。',
    'Put the value in its place (paste as values).',
  ),
  'error-cell': words(
    '单元格是表格软件的错误值',
    'The cell is an error of the spreadsheet',
    '改正公式或填写该值。',
    'Mend the formula, or fill in the value.',
  ),
  merged: words(
    '单元格属于合并区域 {range}',
    'The cell lies in the merged range {range}',
    '取消合并，并在每一行填写该值。',
    'Split the cells, and fill the value into each row.',
  ),
  'lost-digits': words(
    '号码已丢失位数：表格软件把它存为数字，只保留 15 位',
    'The number lost digits: the spreadsheet kept it as a number, of which 15 digits stay',
    '把该列设为文本格式，重新输入完整号码；丢失的位数无法恢复。',
    'Set the column to text and enter the whole number again; the lost digits cannot be restored.',
  ),
  'full-width': words(
    '含全角字符，已按半角读取',
    'It has full-width characters, and was read with plain ones',
    '无需处理。',
    'Nothing to do.',
    true,
  ),
  'serial-day': words(
    '日期写为数字，读作 {day}',
    'The day is written as a number, and was read as {day}',
    '核对该日期。',
    'Look whether that is the day.',
    true,
  ),
  control: words(
    '含控制字符',
    'It has control characters',
    '删除不可见字符后重新输入。',
    'Enter it again without invisible characters.',
  ),
  'too-long': words(
    '超过 {most} 个字符',
    'It is longer than {most} characters',
    '缩短该值。',
    'Make it shorter.',
  ),
  form: words(
    '含不允许的字符',
    'It has characters that are not allowed',
    '只用字母、数字、点、下划线和连字符。',
    'Use letters, digits, dots, underscores and hyphens only.',
  ),
  'day-form': words(
    '不是日期',
    'It is not a day',
    '写作 2026-03-01、2026/3/1、2026年3月1日或 20260301。',
    'Write it as 2026-03-01, 2026/3/1 or 20260301.',
  ),
  'no-such-day': words(
    '没有这一天',
    'There is no such day',
    '核对月份与日期。',
    'Check the month and the day.',
  ),
  'day-range': words('年份不可能', 'The year cannot be', '核对年份。', 'Check the year.'),
  'double-in-file': words(
    '与 {other} 重复',
    'It is the same as {other}',
    '只保留一行，或更正其中之一。',
    'Keep one of the rows, or correct one.',
  ),
  taken: words(
    '系统中已有该值',
    'The system has it already',
    '该行如已录入则删除，否则更正。',
    'Remove the row where it was entered before, or correct it.',
  ),
  'of-another': words(
    '{other} 已用于另一人',
    '{other} has it for another person',
    '核对该值与人员。',
    'Check the value and the person.',
  ),
  exists: words(
    '系统中已有该记录，按选择不更改',
    'The record exists, and stays as it is as you chose',
    '无需处理。',
    'Nothing to do.',
    true,
  ),
  same: words(
    '与系统中的记录一致，没有更改',
    'The record has these values already',
    '无需处理。',
    'Nothing to do.',
    true,
  ),
  'changed-meanwhile': words(
    '检查之后有人更改了该记录',
    'The record was changed after the check',
    '重新检查文件，核对更改后再导入。',
    'Check the file again, and look at the changes before you import it.',
  ),
  'gone-meanwhile': words(
    '检查之后该记录已不存在',
    'The record went after the check',
    '重新检查文件。',
    'Check the file again.',
  ),
  'out-of-reach': words(
    '超出账号的权限范围',
    'It lies outside of what your account may write',
    '由有权限的人员导入该行。',
    'Let a person who may do so import the row.',
  ),
  'scan-missing': words(
    '压缩包中没有该扫描件',
    'The archive has no scan of this name',
    '核对文件名，或把扫描件放入压缩包后重新上传。',
    'Check the name, or put the scan into the archive and upload it again.',
  ),
  'scan-no-archive': words(
    '写了扫描件名，但没有上传压缩包',
    'It names a scan, and no archive of scans came with the table',
    '上传扫描件压缩包，或清空该列。',
    'Upload the archive of scans, or empty the column.',
  ),
  'scan-none': words(
    '压缩包中没有以该证号命名的扫描件，不带扫描件导入',
    'No scan is named after the number: it is imported without',
    '扫描件可以之后在资质页面补充。',
    'The scan can be added on the page of the record later.',
    true,
  ),
  'scan-twice': words(
    '有多个扫描件：{names}',
    'There are several scans for it: {names}',
    '只保留一个，或把多页合成一个 PDF，并在“扫描件”列写明文件名。',
    'Keep one, or join the pages in one PDF, and write its name into the column Scan.',
  ),
  'scan-large': words(
    '扫描件 {name} 有 {size} MB，最多 20 MB',
    'The scan {name} has {size} MB; at most 20 MB are taken',
    '以较低的分辨率重新扫描。',
    'Scan it again at a lower resolution.',
  ),
  'scan-type': words(
    '扫描件 {name} 的内容不是 PDF、JPG 或 PNG，或与扩展名不符',
    'By its content the scan {name} is no PDF, JPG or PNG, or not what its name says',
    '另存为 PDF、JPG 或 PNG。',
    'Save it as PDF, JPG or PNG.',
  ),
  'scan-script': words(
    '扫描件 {name} 含脚本或程序，已拒绝',
    'The scan {name} has a script or a program and is refused',
    '打印为新的 PDF。',
    'Print it as PDF again.',
  ),
  'scan-script-unknown': words(
    '扫描件 {name} 无法检查是否含脚本，已拒绝',
    'The scan {name} cannot be checked for scripts and is refused',
    '另存为 PDF/A 或图片。',
    'Save it as PDF/A or as a picture.',
  ),
  'scan-infected': words(
    '扫描件 {name} 含病毒，已拒绝',
    'The scan {name} has a virus and is refused',
    '检查来源的电脑，重新扫描证书。',
    'Check the computer that it came from, and scan the certificate again.',
  ),
  'scan-broken': words(
    '扫描件 {name} 已损坏，不能读取',
    'The scan {name} is broken and cannot be read',
    '重新扫描，或重新打包。',
    'Scan it again, or make the archive again.',
  ),
  'scan-pending': words(
    '病毒扫描程序没有应答，扫描件稍后检查，通过后才能打开',
    'The virus scanner does not answer: the scan is checked later, and opens then',
    '无需处理。',
    'Nothing to do.',
    true,
  ),
  refused: words(
    '保存被拒绝：{detail}',
    'It was refused: {detail}',
    '按提示更正后再次导入。',
    'Correct it as it says, and import the row again.',
  ),
};

/** Why a whole file cannot be read, and what to do. */
export const tableWords: Readonly<
  Record<TableFaultCode | 'no-permission' | 'not-stored' | 'all-refused', IssueWords>
> = {
  broken: words(
    '文件已损坏（{at}）',
    'The file is broken ({at})',
    '在表格软件中重新保存。',
    'Save it anew in the spreadsheet.',
  ),
  encoding: words(
    '文字编码未知',
    'The encoding of the text is not known',
    '另存为 UTF-8 或 GB18030 的 CSV。',
    'Save it as CSV in UTF-8 or GB 18030.',
  ),
  format: words(
    '不是 Excel 工作簿或 CSV',
    'It is no workbook and no CSV',
    '另存为 .xlsx 或 .csv。',
    'Save it as .xlsx or .csv.',
  ),
  'no-sheet': words(
    '没有可读的工作表',
    'There is no sheet to read',
    '选择有数据的工作表。',
    'Take a sheet that has data.',
  ),
  quote: words(
    '引号未闭合（第 {at} 行起）',
    'A quote is not closed (from row {at})',
    '补上或删除该引号。',
    'Close or remove the quote.',
  ),
  'too-complex': words(
    '文件过大或过于复杂',
    'The file is too large or too complex',
    '把数据复制到新的工作簿，或分成几个文件。',
    'Copy the data into a new workbook, or divide it.',
  ),
  'too-many-columns': words(
    '超过 200 列（第 {at} 行）',
    'There are more than 200 columns (row {at})',
    '删除无关的列。',
    'Remove columns that are not needed.',
  ),
  'too-many-rows': words(
    '超过 100,000 行',
    'There are more than 100,000 rows',
    '分成几个文件。',
    'Divide it into several files.',
  ),
  'too-slow': words(
    '读取时间过长',
    'Reading took too long',
    '分成几个文件。',
    'Divide it into several files.',
  ),
  'no-permission': words(
    '导入人已没有所需权限',
    'The person who imports no longer has the permission',
    '由有权限的人员重新导入。',
    'Let a person who has it import the file.',
  ),
  'not-stored': words(
    '数据库不接受文件中的内容',
    'The database does not take what the file has',
    '把数据只作为值复制到新的工作簿，重新上传；仍不行请联系管理员。',
    'Copy the data into a new workbook as values, and upload that; if it stays, tell the administrator.',
  ),
  'all-refused': words(
    '有一行被拒绝，全部未保存',
    'One row was refused, so nothing was saved',
    '更正该行，或只导入正确的行。',
    'Correct the row, or take the good rows only.',
  ),
};

/** Why records stay at an undo. */
export const leftWords: Readonly<Record<LeftReason, Bilingual>> = {
  changed: { zh: '导入后有人更改过，保留', en: 'It was changed since; it stays' },
  gone: { zh: '已不存在', en: 'It does not exist any more' },
  refused: {
    zh: '原值已不再被接受，保留',
    en: 'Its old values are not accepted any more; it stays',
  },
  'in-use': { zh: '已被其他记录引用，保留', en: 'Other records refer to it; it stays' },
  'out-of-reach': {
    zh: '超出账号的权限范围，保留',
    en: 'It lies outside of what the account may write; it stays',
  },
};

const fill = (text: string, params: Fault['params']): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => params?.[name] ?? '—');

/** A fault in words. @param known those of the kind, before the usual ones. */
export function explainFault(
  { code, params }: Fault,
  known: Readonly<Record<string, IssueWords>>,
): { what: Bilingual; cure: Bilingual; warning: boolean } {
  const { what, cure, warning = false } = known[code] ?? issueWords[code] ?? issueWords.refused!;
  return {
    what: { zh: fill(what.zh, params), en: fill(what.en, params) },
    cure: { zh: fill(cure.zh, params), en: fill(cure.en, params) },
    warning,
  };
}

export const isWarning = (form: Pick<ImportForm, 'issues'>, code: string): boolean =>
  (form.issues?.[code] ?? issueWords[code])?.warning ?? false;
