import { LEAST_LOG_DAYS, LOG_POLICY } from './log-term.ts';

/** A class of data that law keeps for a time at least. */
interface LeastTerm {
  readonly days: number;
  readonly why: { readonly zh: string; readonly en: string };
}

/** By the id of the class of data; no term of the register is shorter. */
export const leastTerms: ReadonlyMap<string, LeastTerm> = new Map([
  [
    LOG_POLICY,
    {
      days: LEAST_LOG_DAYS,
      why: {
        zh: '《网络安全法》要求日志留存六个月',
        en: 'the Cybersecurity Law asks for six months of logs',
      },
    },
  ],
  [
    'attendance',
    {
      // Two years with a leap day.
      days: 731,
      why: {
        zh: '《工资支付暂行规定》第六条要求工资支付记录保存两年以上',
        en: 'Interim Provisions on Payment of Wages 6 asks for two years of records of pay',
      },
    },
  ],
]);
