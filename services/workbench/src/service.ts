import { defineService } from '@spectrawl/runtime';
import { WorkbenchConfig } from './config.ts';
import { FORWARDED } from './forwarded-services.ts';
import { HttpListener } from './http-listener.ts';
import { workbenchModule } from './workbench.module.ts';

/** Serves the page in which astronomers label, steer and harvest, and forwards what it asks to the other services. */
export const workbenchService = defineService({
  name: 'workbench',
  config: WorkbenchConfig,
  grpc: [],
  consumes: [],
  produces: [],
  calls: [],
  forwards: FORWARDED,
  listens: HttpListener,
  module: workbenchModule,
});
