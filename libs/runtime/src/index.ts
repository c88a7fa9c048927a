export { ConfigError, loadConfig, loadConfigFile } from './config.ts';
export type { Config } from './config.ts';
export { CLOCK, clientOf, CONFIG, DATABASE, LEDGER, LOGGER, OBJECT_STORE } from './injection.ts';
export type { Clock } from './injection.ts';
export { main } from './main.ts';
export { runServices } from './run.ts';
export type { RunningServices } from './run.ts';
export { answers, defineService, hears, says } from './service.ts';
export type { Consumption, EventConsumer, GrpcBinding, ServiceDefinition } from './service.ts';
