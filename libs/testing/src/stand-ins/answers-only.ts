import type { DescService } from '@bufbuild/protobuf';
import type { ServiceHandlers } from '@spectrawl/grpc';

/** Some RPCs of a service, answered with messages of its contract; a call of any other one fails. */
export function answersOnly<S extends DescService>(
  service: S,
  handlers: Partial<ServiceHandlers<S>>,
): ServiceHandlers<S> {
  const others = service.methods.map(({ localName, name }) => [
    localName,
    () => {
      throw new Error(`the test's ${service.typeName} does not answer ${name}`);
    },
  ]);
  return { ...(Object.fromEntries(others) as ServiceHandlers<S>), ...handlers };
}
