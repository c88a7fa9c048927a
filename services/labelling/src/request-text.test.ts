import { create } from '@bufbuild/protobuf';
import { Annotator_Kind, AnnotatorSchema } from '@spectrawl/contracts';
import { describe, expect, it } from 'vitest';
import { answeringAnnotator } from './annotator.ts';
import { ANNOTATOR_NAME, COMMENT, requireText } from './request-text.ts';

describe('a text of a request', () => {
  it('is taken as it is', () => {
    expect(requireText('annotator', ' Petr Škoda', ANNOTATOR_NAME)).toBe(' Petr Škoda');
    expect(requireText('comment', '', COMMENT)).toBe('');
  });

  it('is counted in characters, not in code units', () => {
    expect(requireText('annotator', '🔭'.repeat(128), ANNOTATOR_NAME)).toHaveLength(256);
    expect(() => requireText('annotator', '🔭'.repeat(129), ANNOTATOR_NAME)).toThrow(/annotator has 129 characters/);
  });

  it.each([
    ['empty', ''],
    ['blank', ' \t'],
    ['with a NUL, which PostgreSQL can not store', 'a\0b'],
  ])('is refused when %s', (_, text) => {
    expect(() => requireText('annotator', text, ANNOTATOR_NAME)).toThrow(
      expect.objectContaining({ reason: 'BAD_REQUEST' }),
    );
  });
});

describe('an annotator of tasks', () => {
  it('is a person or a simulation', () => {
    expect(answeringAnnotator(create(AnnotatorSchema, { name: 'petr', kind: Annotator_Kind.PERSON })).kind).toBe(
      'person',
    );
    expect(answeringAnnotator(create(AnnotatorSchema, { name: 'sky', kind: Annotator_Kind.SIMULATED })).kind).toBe(
      'simulated',
    );
  });

  it.each([Annotator_Kind.UNSPECIFIED, Annotator_Kind.IMPORT])('is not of kind %s', (kind) => {
    expect(() => answeringAnnotator(create(AnnotatorSchema, { name: 'petr', kind }))).toThrow(
      expect.objectContaining({ reason: 'BAD_REQUEST' }),
    );
  });
});
