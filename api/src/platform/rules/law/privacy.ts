import type { LawCertainty } from '../certainty.ts';
import type { Rule, Source } from '../types.ts';
import { dutyRule, lawOf, words } from './forms.ts';

const pipl = lawOf('《个人信息保护法》', 'Personal Information Protection Law');
const csl = lawOf('《网络安全法》', 'Cybersecurity Law');
const dsl = lawOf('《数据安全法》', 'Data Security Law');
const contracts = lawOf('《劳动合同法》', 'Labour Contract Law');
const wages = lawOf('《工资支付暂行规定》', 'Interim Provisions on Payment of Wages');

const duty = (
  id: string,
  source: Source,
  certainty: LawCertainty,
  [zh, en]: readonly [zh: string, en: string],
): Rule =>
  dutyRule(
    { id, subject: 'privacy', title: words(zh, en) },
    { source, certainty, text: words(zh, en) },
  );

/** What the laws on data ask. The page of compliance and the register of data refer to them by id. */
export const privacyDuties: readonly Rule[] = [
  duty('pipl-13', pipl.at('13'), 'text', [
    '处理须有合法性基础',
    'A lawful basis for each processing',
  ]),
  duty('pipl-14-17', pipl.at('14, 15, 17'), 'text', [
    '充分告知，自愿同意，可撤回；告知内容变更须重新取得同意',
    'Full notice, free consent that can be taken back; asked again when it changes',
  ]),
  duty('pipl-19', pipl.at('19'), 'text', [
    '保存期限为实现目的所必要的最短时间',
    'Kept no longer than the purpose needs',
  ]),
  duty('pipl-28-29', pipl.at('28, 29'), 'text', [
    '行踪轨迹、生物识别等敏感信息须取得单独同意',
    'Separate consent for tracks, biometrics and other sensitive data',
  ]),
  duty('pipl-44-47', pipl.at('44-47'), 'text', [
    '查阅、复制、更正、删除的权利',
    'The right to see, copy, correct and erase',
  ]),
  duty('pipl-51', pipl.at('51'), 'memory', [
    '分类管理、加密与去标识化、权限、培训与应急预案',
    'Classes, encryption, masking, authority, training and a plan for incidents',
  ]),
  duty('pipl-55-56', pipl.at('55, 56'), 'text', [
    '处理敏感个人信息前进行影响评估，报告至少保存三年',
    'An impact assessment before sensitive data are processed, kept three years at least',
  ]),
  duty('dsl-21-27', dsl.at('21, 27'), 'memory', [
    '数据分类分级保护，明确负责人，采取技术措施',
    'Data by class and grade, a person in charge, technical measures',
  ]),
  duty('csl-logs', csl.at('21(3)'), 'memory', [
    '网络日志留存不少于六个月',
    'Logs are kept six months at least',
  ]),
  duty('csl-encryption', csl.at('21(4)'), 'memory', [
    '数据分类、重要数据备份和加密',
    'Classes of data; backup and encryption of what matters',
  ]),
  duty('labour-contracts-kept', contracts.at('50'), 'memory', [
    '已解除的劳动合同文本至少保存二年',
    'Labour contracts that ended are kept two years at least',
  ]),
  duty('wage-records-kept', wages.at('6'), 'memory', [
    '工资支付的书面记录保存两年以上备查',
    'Written records of pay are kept two years at least',
  ]),
];
