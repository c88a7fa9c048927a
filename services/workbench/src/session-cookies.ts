import { Inject, Injectable } from '@nestjs/common';
import { CLOCK, CONFIG, type Clock } from '@spectrawl/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { WorkbenchConfig } from './config.ts';
import { SealedText } from './sealed-text.ts';
import { sessionKey } from './session-key.ts';
import type { Session } from './session.ts';

/** Characters of one cookie's value: browsers keep 4096 bytes of a cookie with its name and attributes. */
const CHUNK = 3_600;
/** So many cookies make up a session at most: some identity providers give out tokens of many kilobytes. */
const CHUNKS = 8;

/** Keeps sessions in the browsers themselves, sealed: any replica can read them, also after a restart. */
@Injectable()
export class SessionCookies {
  readonly #key: Buffer;
  readonly #sealed: SealedText;
  readonly #seconds: number;
  readonly #clock: Clock;

  constructor(@Inject(CONFIG) config: WorkbenchConfig, @Inject(CLOCK) clock: Clock) {
    this.#key = sessionKey(config.sessionKeyFile);
    this.#sealed = this.sealedFor('session');
    this.#seconds = config.sessionSeconds;
    this.#clock = clock;
  }

  /** Seals other things with the key of the sessions. @param purpose what it is */
  sealedFor(purpose: string): SealedText {
    return new SealedText(this.#key, purpose);
  }

  /** @returns undefined where the browser has none, or one that is over or that this workbench has not sealed */
  read(request: FastifyRequest): Session | undefined {
    const name = cookieName(request);
    let sealed = '';
    for (let chunk = 0; chunk < CHUNKS; chunk += 1) {
      const piece = request.cookies[`${name}.${chunk}`];
      if (piece === undefined) break;
      sealed += piece;
    }
    const text = this.#sealed.open(sealed);
    if (text === undefined) return undefined;
    const session = JSON.parse(text) as Session;
    return session.expires > this.#clock().getTime() ? session : undefined;
  }

  /** Puts a session into the answer, good for the time that the configuration gives it. */
  write(request: FastifyRequest, reply: FastifyReply, session: Omit<Session, 'expires'>): Session {
    const whole = { ...session, expires: this.#clock().getTime() + this.#seconds * 1000 };
    const sealed = this.#sealed.seal(JSON.stringify(whole));
    const name = cookieName(request);
    const count = Math.ceil(sealed.length / CHUNK);
    if (count > CHUNKS)
      throw new RangeError(`the session has ${sealed.length} characters: browsers do not keep as many`);
    const options = { ...attributes(request), maxAge: this.#seconds };
    for (let chunk = 0; chunk < count; chunk += 1) {
      reply.setCookie(`${name}.${chunk}`, sealed.slice(chunk * CHUNK, (chunk + 1) * CHUNK), options);
    }
    this.#clear(request, reply, count);
    return whole;
  }

  /** Takes the session out of the browser. */
  clear(request: FastifyRequest, reply: FastifyReply): void {
    this.#clear(request, reply, 0);
  }

  #clear(request: FastifyRequest, reply: FastifyReply, from: number): void {
    const name = cookieName(request);
    for (let chunk = from; chunk < CHUNKS; chunk += 1) {
      const key = `${name}.${chunk}`;
      if (request.cookies[key] !== undefined) reply.clearCookie(key, attributes(request));
    }
  }
}

/** Browsers keep cookies by host and leave out the port: two workbenches on one machine must not take each other's. */
function cookieName(request: FastifyRequest): string {
  // The prefix makes browsers refuse it from anybody but this host over TLS (RFC 6265bis, section 4.1.3.2).
  if (isEncrypted(request)) return '__Host-spectrawl';
  const port = /:(\d+)$/.exec(request.host)?.[1];
  return port === undefined ? 'spectrawl' : `spectrawl-${port}`;
}

function attributes(request: FastifyRequest) {
  return { path: '/', httpOnly: true, sameSite: 'strict', secure: isEncrypted(request) } as const;
}

/** Whether the browser speaks TLS, if not with this process itself. */
export function isEncrypted(request: FastifyRequest): boolean {
  return request.protocol === 'https' || request.server.publicOrigin?.startsWith('https:') === true;
}
