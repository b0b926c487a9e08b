import type { App } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import * as schema from './schema.ts';
import type { EmergencyAbility } from './service.ts';

/** What people can do in an emergency. */
export function registerEmergencyAbility(app: App, abilities: EmergencyAbility): void {
  const route = routesOf(app, 'emergency ability');
  route.get('/persons/:id/emergency-abilities', {
    permission: 'emergency:read',
    operationId: 'listPersonEmergencyAbilities',
    summary: 'Lists what a person was assessed to do in emergencies, and what their post misses',
    answer: schema.assessmentList,
    handle: ({ user, params }) => abilities.ofPerson(user, params.id),
  });
  route.post('/persons/:id/emergency-abilities', {
    permission: 'emergency:manage',
    operationId: 'addEmergencyAbility',
    summary: 'Enters an assessment of a person',
    body: schema.assessmentInput,
    created: schema.assessmentList,
    problems: [409, 422],
    handle: ({ user, params, body }) => abilities.add(user, params.id, body),
  });
  route.post('/emergency-abilities/:id/revoke', {
    permission: 'emergency:manage',
    operationId: 'revokeEmergencyAbility',
    summary: 'Revokes an assessment; the one before it counts again',
    body: schema.revokeBody,
    answer: schema.assessmentList,
    handle: ({ user, params, body }) => abilities.revoke(user, params.id, body),
  });
  route.get('/me/emergency-abilities', {
    permission: 'self',
    operationId: 'listOwnEmergencyAbilities',
    summary: 'Lists what you were assessed to do in emergencies',
    answer: schema.assessmentList,
    handle: ({ user }) => abilities.own(user),
  });
  route.get('/posts/:id/emergency-needs', {
    permission: 'emergency:read',
    operationId: 'getEmergencyNeeds',
    summary: 'What a post asks for in emergencies, and who of it lacks what',
    answer: schema.postNeeds,
    handle: ({ user, params }) => abilities.ofPost(user, params.id),
  });
  route.put('/posts/:id/emergency-needs', {
    permission: 'emergency:manage',
    operationId: 'putEmergencyNeeds',
    summary: 'Sets what a post asks for in emergencies',
    body: schema.needsInput,
    answer: schema.postNeeds,
    problems: [422],
    handle: ({ user, params, body }) => abilities.putNeeds(user, params.id, body),
  });
}
