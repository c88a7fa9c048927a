/**
 * Imported first by every child process: its parent decides when it ends. Ctrl-C in a terminal reaches the whole process group, and
 * must not take a computation from a parent that is shutting down in order; a parent that is gone must not leave a process behind.
 */
process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
