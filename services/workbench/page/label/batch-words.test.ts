import { create } from '@bufbuild/protobuf';
import { PresenceSchema } from '@spectrawl/contracts';
import { expect, it } from 'vitest';
import type { Failure } from '../app/failure.ts';
import { connectionText, othersText } from './batch-words.ts';

const failure: Failure = {
  message: 'the connection is broken',
  reason: undefined,
  service: 'labelling',
  away: true,
  passing: true,
  signedOut: false,
};

it('others are named with what they look at, oneself is not', () => {
  const present = [
    create(PresenceSchema, { annotator: 'ada', spectrumId: 'spec-1', recentLabels: 60 }),
    create(PresenceSchema, { annotator: 'bob' }),
    create(PresenceSchema, { annotator: 'me', spectrumId: 'spec-2' }),
  ];
  expect(othersText(present, 'me')).toBe('ada looks at spec-1 (12/min) · bob was here');
});

it('a dead service is named, and where answers are', () => {
  expect(connectionText(undefined, 0)).toBe('');
  expect(connectionText(failure, 0)).toBe('The service labelling does not answer; trying again');
  expect(connectionText({ ...failure, service: 'workbench' }, 1)).toBe(
    'The workbench does not answer; 1 answer is kept in this browser and sent as soon as possible',
  );
  expect(connectionText({ ...failure, away: false }, 2)).toContain('The connection is broken; 2 answers are kept');
  expect(connectionText({ ...failure, signedOut: true }, 2)).toContain('sign in');
  expect(connectionText(undefined, 3)).toBe('3 answers are on the way');
});
