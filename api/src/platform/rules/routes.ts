import type { App, Module } from '../http/app-types.ts';
import { routesOf } from '../kit/routes.ts';
import * as schema from './schema.ts';
import type { Rules } from './service.ts';

/** The rules of law, and the values that the company set in their place. */
export const rulesModule = (rules: Rules): Module => ({
  name: 'rules',
  register: (app: App) => registerRules(app, rules),
});

function registerRules(app: App, rules: Rules): void {
  const route = routesOf(app, 'rules');
  route.get('/rules', {
    permission: 'rule:read',
    operationId: 'listRules',
    summary: 'Lists the rules of law with what holds today, by id',
    query: schema.ruleQuery,
    answer: schema.rulePage,
    handle: ({ user, query }) => rules.list(user, query),
  });
  route.get('/rules/:id', {
    permission: 'rule:read',
    operationId: 'getRule',
    summary: 'Reads a rule of law with its versions and overrides',
    params: schema.ruleParams,
    answer: schema.ruleDetail,
    handle: ({ user, params }) => rules.get(user, params.id),
  });
  route.post('/rules/:id/overrides', {
    permission: 'rule:manage',
    operationId: 'overrideRule',
    summary: 'Sets a value of the company in place of that of the law',
    description: 'It holds from its first to its last day. The answer is the rule.',
    params: schema.ruleParams,
    body: schema.overrideInput,
    created: schema.ruleDetail,
    problems: [409, 422],
    handle: ({ user, params, body }) => rules.override(user, params.id, body),
  });
  route.post('/rule-overrides/:id/end', {
    permission: 'rule:manage',
    operationId: 'endRuleOverride',
    summary: 'Ends an override: the law counts again after its last day',
    description:
      'One that has not begun is withdrawn and never holds. What was in force stays so. The answer is the rule.',
    body: schema.overrideEnd,
    answer: schema.ruleDetail,
    problems: [409, 422],
    handle: ({ user, params, body }) => rules.end(user, params.id, body),
  });
}
