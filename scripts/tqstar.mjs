#!/usr/bin/env node
import { existsSync } from 'node:fs';

// What `npx tqstar` runs. It is there before anything is built: npx links the program of a checkout
// once, and would never link one that it did not find.
const program = new URL('../dist/cli.js', import.meta.url);
if (existsSync(program)) {
  await import(program.href);
} else {
  console.error('tqstar is not built yet; run "npm start" once, which sets everything up.');
  process.exitCode = 1;
}
