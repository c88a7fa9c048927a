#!/usr/bin/env node
// The machine's own Node may be too old even to say so: its version is looked at before anything is loaded.
const NODE = 24;
if (Number(process.versions.node.split('.')[0]) < NODE) {
  process.stderr.write(
    `spectrawl: this is Node ${process.versions.node}, it needs ${NODE}: run it by npx, which finds the one that npm brought\n`,
  );
  process.exit(1);
}
await import('./dist/main.js');
