import type { FastifyHelmetOptions } from '@fastify/helmet';

/** Where the hub of SAMP listens for pages: SAMP 1.3, section 5.2.1 (https://www.ivoa.net/documents/SAMP/). */
const SAMP_HUB = ['http://localhost:21012', 'http://127.0.0.1:21012'];

/**
 * What browsers let the page do: scripts, styles and data come from the workbench alone, and no other page may frame it. WebGL
 * libraries that compile code from text do not run under this.
 */
export function securityHeaders(encrypted: boolean): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'", ...SAMP_HUB],
        workerSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: encrypted,
  };
}
