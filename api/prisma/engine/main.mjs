#!/usr/bin/env node
// Prisma's command line starts a native schema engine and talks JSON-RPC with it over its standard
// streams. This file stands in its place (PRISMA_SCHEMA_ENGINE_BINARY, see prisma.config.ts).
import process from 'node:process';
import { serve } from './rpc.ts';

await serve(process.argv.slice(2));
