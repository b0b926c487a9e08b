import { slug } from '@anshi/contracts';
import { z } from 'zod';
import type { App } from '../../platform/http/app-types.ts';
import { historySchema } from '../../platform/kit/history.ts';
import { exportAnswer, sendMade } from '../../platform/kit/list-export.ts';
import { routesOf } from '../../platform/kit/routes.ts';
import type { createAreas } from './areas.ts';
import type { createByHand } from './by-hand.ts';
import type { VehicleEvents } from './events.ts';
import type { createVehicleList } from './list.ts';
import type { createPasses } from './passes.ts';
import type { createPlaces } from './places.ts';
import * as schema from './schema.ts';
import type { createTags } from './tags.ts';
import type { Vehicles } from './vehicles.ts';

export interface VehicleServices {
  list: ReturnType<typeof createVehicleList>;
  vehicles: Vehicles;
  tags: ReturnType<typeof createTags>;
  areas: ReturnType<typeof createAreas>;
  events: VehicleEvents;
  passes: ReturnType<typeof createPasses>;
  byHand: ReturnType<typeof createByHand>;
  places: ReturnType<typeof createPlaces>;
}

/** Vehicles, their tags, what counts in areas, what happened, and the gate log. */
export function registerVehicles(app: App, services: VehicleServices): void {
  registerRegister(app, services);
  registerControl(app, services);
}

function registerRegister(app: App, { list, vehicles, tags, places }: VehicleServices): void {
  const route = routesOf(app, 'vehicles');
  route.get('/vehicles', {
    permission: 'vehicle:read',
    operationId: 'listVehicles',
    summary: 'Lists vehicles by plate',
    query: schema.vehicleQuery,
    answer: schema.vehiclePage,
    handle: ({ user, query }) => list.list(user, query),
  });
  route.get('/vehicles/export', {
    permission: 'vehicle:read',
    operationId: 'exportVehicles',
    summary: 'The list of vehicles as a spreadsheet',
    query: schema.vehicleExport,
    file: exportAnswer,
    handle: async ({ user, query, reply }) => sendMade(reply, await list.export(user, query)),
  });
  route.get('/vehicles/places', {
    permission: 'location:read',
    operationId: 'listVehiclePlaces',
    summary: 'Lists where the vehicles are now, for the plan',
    answer: schema.livePlaces,
    handle: ({ user }) => places(user),
  });
  route.post('/vehicles', {
    permission: 'vehicle:manage',
    operationId: 'createVehicle',
    summary: 'Enters a vehicle',
    body: schema.vehicleInput,
    created: schema.vehicleSchema,
    problems: [409, 422],
    handle: ({ user, body }) => vehicles.create(user, body),
  });
  route.get('/vehicles/:id', {
    permission: 'vehicle:read',
    operationId: 'getVehicle',
    summary: 'Reads a vehicle with its tags and who has signed on',
    answer: schema.vehicleSchema,
    handle: ({ user, params }) => vehicles.get(user, params.id),
  });
  route.patch('/vehicles/:id', {
    permission: 'vehicle:manage',
    operationId: 'changeVehicle',
    summary: 'Changes a vehicle, blocks or retires it',
    body: schema.vehiclePatch,
    answer: schema.vehicleSchema,
    problems: [422],
    handle: ({ user, params, body }) => vehicles.change(user, params.id, body),
  });
  route.get('/vehicles/:id/history', {
    permission: 'vehicle:read',
    operationId: 'getVehicleHistory',
    summary: 'The changes of a vehicle, newest first',
    answer: historySchema,
    handle: ({ user, params }) => vehicles.history(user, params.id),
  });
  route.post('/vehicles/:id/tags', {
    permission: 'vehicle:manage',
    operationId: 'bindVehicleTag',
    summary: 'Puts a tag on a vehicle',
    description: 'A tag is a person’s or a vehicle’s at one time, never both.',
    body: schema.tagBody,
    created: schema.vehicleSchema,
    problems: [409],
    handle: async ({ user, params, body }) => {
      await tags.bind(user, params.id, body.tag);
      return vehicles.get(user, params.id);
    },
  });
  route.delete('/vehicles/:id/tags/:tag', {
    permission: 'vehicle:manage',
    operationId: 'releaseVehicleTag',
    summary: 'Takes a tag off a vehicle',
    handle: ({ user, params }) => tags.release(user, params.id, params.tag),
  });
}

function registerControl(app: App, { areas, events, passes, byHand }: VehicleServices): void {
  const route = routesOf(app, 'vehicles');
  route.get('/vehicle-areas', {
    permission: 'vehicle:read',
    operationId: 'listVehicleAreas',
    summary: 'Lists areas with what counts for vehicles in them',
    answer: schema.areaList,
    handle: ({ user }) => areas.list(user),
  });
  route.put('/vehicle-areas/:area', {
    permission: 'vehicle:manage',
    operationId: 'setVehicleArea',
    summary: 'Sets the speed limit of an area, and whether it is restricted',
    params: z.object({ area: slug }),
    body: schema.areaBody,
    answer: schema.areaSchema,
    handle: ({ user, params, body }) => areas.set(user, params.area, body),
  });
  route.get('/vehicle-events', {
    permission: 'vehicle:read',
    operationId: 'listVehicleEvents',
    summary: 'Lists what vehicles did that they may not, newest first',
    query: schema.eventQuery,
    answer: schema.eventPage,
    handle: ({ user, query }) => events.list(user, query),
  });
  route.get('/vehicle-events/:id', {
    permission: 'vehicle:read',
    operationId: 'getVehicleEvent',
    summary: 'Reads an event of a vehicle with its path',
    answer: schema.eventDetail,
    handle: ({ user, params }) => events.get(user, params.id),
  });
  route.post('/vehicle-events/:id/acknowledge', {
    permission: 'vehicle:review',
    operationId: 'acknowledgeVehicleEvent',
    summary: 'Notes what was found or done about an event',
    body: schema.acknowledgeBody,
    answer: schema.eventDetail,
    handle: ({ user, params, body }) => events.acknowledge(user, params.id, body),
  });
  route.get('/vehicle-passes', {
    permission: 'vehicle:read',
    operationId: 'listVehiclePasses',
    summary: 'The gate log of vehicles, newest first',
    query: schema.passQuery,
    answer: schema.passPage,
    handle: ({ user, query }) => passes.list(user, query),
  });
  route.post('/vehicle-passes', {
    permission: 'vehicle:review',
    operationId: 'enterVehiclePass',
    summary: 'Enters a pass by hand, such as that of a visitor’s truck without a tag',
    body: schema.passBody,
    created: schema.passSchema,
    problems: [422],
    handle: async ({ user, body }) => passes.get(user, await byHand.enter(user, body)),
  });
  route.get('/vehicle-passes/export', {
    permission: 'vehicle:read',
    operationId: 'exportVehiclePasses',
    summary: 'The gate log as a spreadsheet',
    query: schema.passExport,
    file: exportAnswer,
    handle: async ({ user, query, reply }) => sendMade(reply, await passes.export(user, query)),
  });
}
