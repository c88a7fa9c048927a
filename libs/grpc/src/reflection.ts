import { toBinary, type DescFile, type DescService } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { ReflectionService } from '@grpc/reflection';
import { HealthService } from './health-contract.ts';

/** Server reflection for grpcurl and the like, made from the generated descriptors; it tells of the health service, too. */
export function reflectionOf(services: readonly DescService[]): ReflectionService {
  const files = new Map<string, Buffer>();
  const add = (file: DescFile): void => {
    if (files.has(file.name)) return;
    files.set(file.name, Buffer.from(toBinary(FileDescriptorProtoSchema, file.proto)));
    file.dependencies.forEach(add);
  };
  for (const service of [...services, HealthService]) add(service.file);
  const fileDescriptorProtos = [...files.values()];
  return new ReflectionService({
    'spectrawl.all': { format: 'Protocol Buffer 3 DescriptorProto', type: {}, fileDescriptorProtos },
  } as ConstructorParameters<typeof ReflectionService>[0]);
}
