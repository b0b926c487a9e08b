import { callerOf } from '../../platform/access/caller.ts';
import type { Module } from '../../platform/http/app-types.ts';
import { problems } from '../../platform/http/problems.ts';
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

const tags = ['consent'];
const self = { permission: 'self' } as const;
const written = problems(400, 401, 403, 404, 409, 503);

export function consentModule(service: ConsentService): Module {
  return {
    name: 'consent',
    register(app) {
      app.get(
        '/api/v1/consent-purposes',
        {
          config: self,
          schema: {
            tags,
            operationId: 'listConsentPurposes',
            summary: 'Lists what personal data are collected for, with the notices',
            response: { 200: purposeList, ...problems(401, 503) },
          },
        },
        (request) => service.purposes(callerOf(request)),
      );
      app.put(
        '/api/v1/consent-purposes/:id',
        {
          config: { permission: 'privacy:manage' },
          schema: {
            tags,
            operationId: 'putConsentPurpose',
            summary: 'Adds a purpose, or a new version of its notice',
            params: purposeParams,
            body: purposeInput,
            response: { 200: purposeSchema, ...written },
          },
        },
        (request) => service.putPurpose(callerOf(request), request.params.id, request.body),
      );
      app.get(
        '/api/v1/privacy/consents',
        {
          config: { permission: 'privacy:manage' },
          schema: {
            tags,
            operationId: 'countConsents',
            summary: 'Counts for each purpose how people who work here answered',
            response: { 200: consentOverview, ...problems(401, 403, 503) },
          },
        },
        (request) => service.overview(callerOf(request)),
      );
      app.get(
        '/api/v1/me/consents',
        {
          config: self,
          schema: {
            tags,
            operationId: 'listOwnConsents',
            summary: 'Lists what one agreed to, and what one is asked',
            response: { 200: consents, ...problems(401, 404, 503) },
          },
        },
        (request) => service.own(callerOf(request)),
      );
      app.post(
        '/api/v1/me/consents',
        {
          config: self,
          schema: {
            tags,
            operationId: 'decideOwnConsent',
            summary: 'Agrees, refuses or takes an agreement back',
            description:
              'At a refusal or withdrawal, collected positions are removed at once; training sets are out of use.',
            body: ownConsent,
            response: { 200: consents, ...problems(400, 401, 404, 409, 503) },
          },
        },
        (request) => service.decideOwn(callerOf(request), request.body),
      );
      app.get(
        '/api/v1/persons/:id/consents',
        {
          config: { permission: 'person:read' },
          schema: {
            tags,
            operationId: 'listConsents',
            summary: 'Lists what a person agreed to',
            params: personParams,
            response: { 200: consents, ...problems(401, 403, 404, 503) },
          },
        },
        (request) => service.of(callerOf(request), request.params.id),
      );
      app.post(
        '/api/v1/persons/:id/consents',
        {
          config: { permission: 'person:manage' },
          schema: {
            tags,
            operationId: 'recordConsent',
            summary: 'Records an answer that was given on paper or at the desk',
            params: personParams,
            body: consentRequest,
            response: { 200: consents, ...written },
          },
        },
        (request) => service.record(callerOf(request), request.params.id, request.body),
      );
      app.post(
        '/api/v1/persons/:id/consents/withdraw',
        {
          config: { permission: 'person:manage' },
          schema: {
            tags,
            operationId: 'withdrawConsent',
            summary: 'Records that a person takes an agreement back',
            params: personParams,
            body: withdrawRequest,
            response: { 200: consents, ...written },
          },
        },
        (request) => service.withdraw(callerOf(request), request.params.id, request.body),
      );
    },
  };
}
