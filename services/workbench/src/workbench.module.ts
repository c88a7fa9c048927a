import type { ModuleMetadata } from '@nestjs/common';
import { clientsProvider } from './forwarded-services.ts';
import { HttpListener } from './http-listener.ts';
import { RpcProxy } from './rpc-proxy.ts';
import { SessionCookies } from './session-cookies.ts';
import { Sessions } from './sessions.ts';
import { LentFiles } from './lent-files.ts';
import { LentRoutes } from './lent-routes.ts';
import { UploadRoutes } from './upload-routes.ts';

export const workbenchModule: ModuleMetadata = {
  providers: [clientsProvider, HttpListener, RpcProxy, SessionCookies, Sessions, LentFiles, LentRoutes, UploadRoutes],
};
