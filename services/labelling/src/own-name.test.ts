import { LOCAL_CALLER, type Role } from '@spectrawl/grpc';
import { describe, expect, it } from 'vitest';
import { requireOwnName } from './own-name.ts';

const ada = (role: Role) => ({ subject: 'f81d4fae', name: 'ada', role });

describe('the name that somebody answers under', () => {
  it('is an annotator’s own', () => {
    expect(() => requireOwnName(ada('annotator'), 'ada')).not.toThrow();
    for (const other of ['Ada', 'grace', '', undefined]) {
      expect(() => requireOwnName(ada('annotator'), other)).toThrow('f81d4fae answers as "ada"');
    }
  });

  it('is any for an operator, and where nobody is asked who they are', () => {
    expect(() => requireOwnName(ada('operator'), 'oracle')).not.toThrow();
    expect(() => requireOwnName(LOCAL_CALLER, 'grace')).not.toThrow();
  });
});
