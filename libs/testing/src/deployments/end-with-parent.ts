// Loaded before a service's own main program: however the process that has started the service ends, the service ends with it. The
// other end of its standard input is held there.
process.stdin.on('end', () => process.kill(process.pid, 'SIGKILL'));
process.stdin.on('error', () => process.kill(process.pid, 'SIGKILL'));
process.stdin.resume();
// It alone keeps no process alive.
process.stdin.unref();
