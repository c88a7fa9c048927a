import { create, createFileRegistry, type DescService, type MessageInitShape } from '@bufbuild/protobuf';
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  type DescriptorProtoSchema,
  type FieldDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';

const PACKAGE = 'grpc.health.v1';

type Field = MessageInitShape<typeof FieldDescriptorProtoSchema>;
type Message = MessageInitShape<typeof DescriptorProtoSchema>;

const { OPTIONAL, REPEATED } = FieldDescriptorProto_Label;
const { STRING, ENUM, MESSAGE } = FieldDescriptorProto_Type;

const text = (name: string, number: number): Field => ({ name, number, label: OPTIONAL, type: STRING });
const message = (name: string, field: Field[] = [], nested: Partial<Exclude<Message, { $typeName: string }>> = {}) => ({
  name,
  field,
  ...nested,
});

/** google.golang.org/grpc/health: the answers' states, in the order of their numbers. */
const STATES = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

const RESPONSE = `.${PACKAGE}.HealthCheckResponse`;
const REQUEST = `.${PACKAGE}.HealthCheckRequest`;

/**
 * The health protocol (https://github.com/grpc/grpc-proto/blob/master/grpc/health/v1/health.proto). The descriptors that
 * grpc-health-check brings lack what marks a map's entries, so that strict readers such as grpcurl refuse them.
 */
const file = create(FileDescriptorProtoSchema, {
  name: 'grpc/health/v1/health.proto',
  package: PACKAGE,
  syntax: 'proto3',
  messageType: [
    message('HealthCheckRequest', [text('service', 1)]),
    message(
      'HealthCheckResponse',
      [{ name: 'status', number: 1, label: OPTIONAL, type: ENUM, typeName: `${RESPONSE}.ServingStatus` }],
      { enumType: [{ name: 'ServingStatus', value: STATES.map((name, number) => ({ name, number })) }] },
    ),
    message('HealthListRequest'),
    message(
      'HealthListResponse',
      [
        {
          name: 'statuses',
          number: 1,
          label: REPEATED,
          type: MESSAGE,
          typeName: `.${PACKAGE}.HealthListResponse.StatusesEntry`,
        },
      ],
      {
        nestedType: [
          {
            name: 'StatusesEntry',
            field: [text('key', 1), { name: 'value', number: 2, label: OPTIONAL, type: MESSAGE, typeName: RESPONSE }],
            options: { mapEntry: true },
          },
        ],
      },
    ),
  ],
  service: [
    {
      name: 'Health',
      method: [
        { name: 'Check', inputType: REQUEST, outputType: RESPONSE },
        {
          name: 'List',
          inputType: `.${PACKAGE}.HealthListRequest`,
          outputType: `.${PACKAGE}.HealthListResponse`,
        },
        { name: 'Watch', inputType: REQUEST, outputType: RESPONSE, serverStreaming: true },
      ],
    },
  ],
});

/** grpc.health.v1.Health */
export const HealthService = createFileRegistry(file, () => undefined).getService(`${PACKAGE}.Health`) as DescService;
