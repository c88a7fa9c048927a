import {
  ScalarType,
  toJson,
  type DescMessage,
  type JsonObject,
  type JsonValue,
  type MessageShape,
} from '@bufbuild/protobuf';

const LONG_TYPES: readonly ScalarType[] = [
  ScalarType.INT64,
  ScalarType.UINT64,
  ScalarType.SINT64,
  ScalarType.FIXED64,
  ScalarType.SFIXED64,
];

/**
 * A message as plain JSON for people's scripts: protobuf JSON with every field present, and 64-bit integers as numbers instead of
 * strings (none of ours reaches 2^53).
 */
export function plain<Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>): JsonObject {
  return withNumbers(schema, toJson(schema, message, { alwaysEmitImplicit: true }) as JsonObject);
}

function withNumbers(schema: DescMessage, json: JsonObject): JsonObject {
  if (schema.typeName.startsWith('google.protobuf.')) return json;
  const result = { ...json };
  for (const field of schema.fields) {
    const value = json[field.jsonName];
    if (value === undefined || value === null) continue;
    if (field.fieldKind === 'map') continue;
    const convert = (one: JsonValue): JsonValue => {
      if (field.message) return isObject(one) ? withNumbers(field.message, one) : one;
      return field.scalar !== undefined && LONG_TYPES.includes(field.scalar) ? Number(one) : one;
    };
    result[field.jsonName] = Array.isArray(value) ? value.map(convert) : convert(value);
  }
  return result;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
