#!/usr/bin/env node
import { existsSync } from 'node:fs';

// `npx tqstar` runs this file, which exists before the build: npx links the program of a checkout
// only once, and only if the file exists.
const program = new URL('../dist/cli.js', import.meta.url);
if (existsSync(program)) {
  await import(program.href);
} else {
  console.error('tqstar is not built yet; run "npm start" once to set everything up.');
  process.exitCode = 1;
}
