import { fromJsonString, toJsonString } from '@bufbuild/protobuf';
import { IterationPlanSchema, type IterationPlan } from '#gen/spectrawl/selection/v1/iteration_pb.js';

/** A plan as the bytes of its object. */
export function encodeIterationPlan(plan: IterationPlan): Uint8Array {
  return new TextEncoder().encode(toJsonString(IterationPlanSchema, plan));
}

/** Bytes that should be a plan are none. */
export class UnreadablePlanError extends Error {
  override readonly name = 'UnreadablePlanError';
}

/** Reads a plan, also of a later release whose fields this one does not know. @throws {UnreadablePlanError} */
export function decodeIterationPlan(bytes: Uint8Array): IterationPlan {
  try {
    return fromJsonString(IterationPlanSchema, new TextDecoder().decode(bytes), { ignoreUnknownFields: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UnreadablePlanError(`the iteration's plan cannot be read: ${reason}`, { cause: error });
  }
}
