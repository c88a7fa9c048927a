import { RefusedError } from './failure.ts';

/** Asks the workbench itself over plain HTTP. @throws {RefusedError} when it refuses, TypeError when it is away */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, init);
  if (response.ok) return response;
  const answer: unknown = await response.json().catch(() => undefined);
  const message =
    typeof answer === 'object' && answer !== null && 'message' in answer && typeof answer.message === 'string'
      ? answer.message
      : `the workbench answers ${response.status}`;
  throw new RefusedError(response.status, message);
}

/** Sends JSON. @throws {RefusedError} when it refuses, TypeError when it is away */
export function send(method: 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<Response> {
  return request(path, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
}
