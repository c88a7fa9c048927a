/** A backup cannot be made, or what lies there cannot be restored: what, where, and what to do. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
