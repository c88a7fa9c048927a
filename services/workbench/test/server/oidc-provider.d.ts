declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  /** What the tests use of it: https://github.com/panva/node-oidc-provider */
  export default class Provider {
    constructor(issuer: string, configuration: object);
    callback(): RequestListener;
  }
}
