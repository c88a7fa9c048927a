import { getOption, type DescMethod } from '@bufbuild/protobuf';
import { RequiredRole, requiredRole } from '@spectrawl/contracts';
import type { Role } from './access.ts';

/**
 * The role that the contract demands of a method's callers.
 * @throws {TypeError} when the contract names none
 */
export function requiredRoleOf(method: DescMethod): Role {
  const option = getOption(method, requiredRole);
  switch (option) {
    case RequiredRole.VIEWER:
      return 'viewer';
    case RequiredRole.ANNOTATOR:
      return 'annotator';
    case RequiredRole.OPERATOR:
      return 'operator';
    case RequiredRole.UNSPECIFIED:
      throw new TypeError(
        `${method.parent.typeName}/${method.name} names no role: give it option (spectrawl.access.v1.required_role)`,
      );
  }
}
