export { status } from '@grpc/grpc-js';
export { connect, RpcError } from './client.ts';
export type { CallOptions, Channel, ServiceClient } from './client.ts';
export { allPages, numberAfter, page, pageRequest } from './pages.ts';
export type { PageRequest } from './pages.ts';
export { createServer } from './server.ts';
export type { CallContext, GrpcServer, ServiceHandlers } from './server.ts';
export { REASONS, ServiceError } from './service-error.ts';
export type { Reason } from './service-error.ts';
