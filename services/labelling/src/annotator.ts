import { Annotator_Kind, type Annotator } from '@spectrawl/contracts';
import { ServiceError } from '@spectrawl/grpc';
import { ANNOTATOR_NAME, requireText } from './request-text.ts';
import type { AnsweringKind } from './tables.ts';

/** Somebody, or something, that answers tasks. */
export interface AnsweringAnnotator {
  name: string;
  kind: AnsweringKind;
}

/**
 * Reads who answers. Annotators are told apart by their name.
 * @throws {ServiceError} BAD_REQUEST
 */
export function answeringAnnotator(annotator: Annotator | undefined): AnsweringAnnotator {
  const name = requireText('annotator.name', annotator?.name ?? '', ANNOTATOR_NAME);
  switch (annotator?.kind) {
    case Annotator_Kind.PERSON:
      return { name, kind: 'person' };
    case Annotator_Kind.SIMULATED:
      return { name, kind: 'simulated' };
    default:
      throw new ServiceError(
        'BAD_REQUEST',
        `annotator.kind of "${name}" is ${annotator?.kind}: tasks are answered by KIND_PERSON or KIND_SIMULATED`,
      );
  }
}
