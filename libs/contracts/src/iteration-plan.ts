import { fromJsonString, toJsonString } from '@bufbuild/protobuf';
import { IterationPlanSchema, type IterationPlan } from '#gen/spectrawl/selection/v1/iteration_pb.js';

/** A plan as the bytes of its object. */
export function encodeIterationPlan(plan: IterationPlan): Uint8Array {
  return new TextEncoder().encode(toJsonString(IterationPlanSchema, plan));
}

/** Reads a plan, also of a later release whose fields this one does not know. @throws for bytes that are no plan */
export function decodeIterationPlan(bytes: Uint8Array): IterationPlan {
  return fromJsonString(IterationPlanSchema, new TextDecoder().decode(bytes), { ignoreUnknownFields: true });
}
