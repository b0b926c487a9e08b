import type { Module } from '../../platform/http/app-types.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import {
  consentOverview,
  consentRequest,
  consents,
  ownConsent,
  personParams,
  purposeInput,
  purposeList,
  purposeParams,
  purposeSchema,
  withdrawRequest,
} from './schema.ts';
import type { ConsentService } from './service.ts';

export function consentModule(service: ConsentService): Module {
  return {
    name: 'consent',
    register(app) {
      const route = routesOf(app, 'consent');
      route.get('/consent-purposes', {
        permission: 'self',
        operationId: 'listConsentPurposes',
        summary: 'Lists what personal data are collected for, with the notices',
        answer: purposeList,
        handle: ({ user }) => service.purposes(user),
      });
      route.put('/consent-purposes/:id', {
        permission: 'privacy:manage',
        operationId: 'putConsentPurpose',
        summary: 'Adds a purpose, or a new version of its notice',
        params: purposeParams,
        body: purposeInput,
        answer: purposeSchema,
        problems: [409],
        handle: ({ user, params, body }) => service.putPurpose(user, params.id, body),
      });
      route.get('/privacy/consents', {
        permission: 'privacy:manage',
        operationId: 'countConsents',
        summary: 'Counts for each purpose how people who work here answered',
        answer: consentOverview,
        handle: ({ user }) => service.overview(user),
      });
      route.get('/me/consents', {
        permission: 'self',
        operationId: 'listOwnConsents',
        summary: 'Lists what one agreed to, and what one is asked',
        answer: consents,
        problems: [404],
        handle: ({ user }) => service.own(user),
      });
      route.post('/me/consents', {
        permission: 'self',
        operationId: 'decideOwnConsent',
        summary: 'Agrees, refuses or takes an agreement back',
        description:
          'At a refusal or withdrawal, collected positions are removed at once; training sets are out of use.',
        body: ownConsent,
        answer: consents,
        problems: [404, 409],
        handle: ({ user, body }) => service.decideOwn(user, body),
      });
      route.get('/persons/:id/consents', {
        permission: 'person:read',
        operationId: 'listConsents',
        summary: 'Lists what a person agreed to',
        params: personParams,
        answer: consents,
        handle: ({ user, params }) => service.of(user, params.id),
      });
      route.post('/persons/:id/consents', {
        permission: 'person:manage',
        operationId: 'recordConsent',
        summary: 'Records an answer that was given on paper or at the desk',
        params: personParams,
        body: consentRequest,
        answer: consents,
        problems: [409],
        handle: ({ user, params, body }) => service.record(user, params.id, body),
      });
      route.post('/persons/:id/consents/withdraw', {
        permission: 'person:manage',
        operationId: 'withdrawConsent',
        summary: 'Records that a person takes an agreement back',
        params: personParams,
        body: withdrawRequest,
        answer: consents,
        problems: [409],
        handle: ({ user, params, body }) => service.withdraw(user, params.id, body),
      });
    },
  };
}
