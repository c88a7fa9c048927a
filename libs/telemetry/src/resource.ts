import { hostname } from 'node:os';
import type { TelemetrySettings } from './telemetry-settings.ts';

/** Who tells. */
export interface Identity {
  /** the service's word, such as `training`, or `all` */
  service: string;
  version: string;
}

/**
 * Attributes of the resource, https://opentelemetry.io/docs/specs/semconv/resource/: from the program, then from
 * `OTEL_RESOURCE_ATTRIBUTES`, then `OTEL_SERVICE_NAME`, each overriding the ones before.
 */
export function resourceAttributes(
  { service, version }: Identity,
  { serviceName }: Pick<TelemetrySettings, 'serviceName'>,
  environment: NodeJS.ProcessEnv,
): Record<string, string> {
  return {
    'service.namespace': 'spectrawl',
    'service.name': service,
    'service.version': version,
    // In a container the host is the pod and the process number always the same; on one machine it is the other way round.
    'service.instance.id': `${hostname()}-${process.pid}`,
    'process.runtime.name': 'nodejs',
    'process.runtime.version': process.versions.node,
    ...given(environment['OTEL_RESOURCE_ATTRIBUTES'] ?? ''),
    ...(serviceName === undefined ? {} : { 'service.name': serviceName }),
  };
}

/** `key=value,key=value`, values percent-encoded; what is not of this form is left out. */
function given(text: string): Record<string, string> {
  const pairs = text.split(',').flatMap((pair): [string, string][] => {
    const [key, ...value] = pair.split('=');
    if (!key?.trim() || value.length === 0) return [];
    try {
      return [[key.trim(), decodeURIComponent(value.join('=').trim())]];
    } catch {
      return [];
    }
  });
  return Object.fromEntries(pairs);
}
