import { readFileSync } from 'node:fs';
import './stryker-mocha.mjs';
import { Stryker } from '@stryker-mutator/core';

/** The names that braces stand for, which mocha does not expand. */
const expanded = (pattern) => {
  const [, before, names, after] = /^(.*)\{(.*)\}(.*)$/u.exec(pattern) ?? [];
  return names?.split(',').map((name) => `${before}${name}${after}`) ?? [pattern];
};

/** What is mutated, and the tests that have to notice. */
const parts = {
  decoding: {
    mutate: ['src/decoding/**/*.ts'],
    // Tests of single parts first: they notice most, in milliseconds. The last two take seconds.
    spec: [
      'test/unit/decoding-{refusals,options,numbers,ledger,look-ahead,scorer,text,step}.test.ts',
      'test/unit/decoding-{reports,asked,watching,committing,value,generate,horizon}.test.ts',
      'test/unit/decoding-!(algorithm1|lazy).test.ts',
      'test/unit/sampled-rollouts.test.ts',
      'test/unit/decoding-{algorithm1,lazy}.test.ts',
    ].flatMap(expanded),
  },
  evaluation: {
    mutate: ['src/evaluation/{metrics,judge,suites}/*.ts'],
    spec: ['test/unit/evaluation-*.test.ts'],
  },
  rewards: {
    mutate: ['src/engine/reward/{*,text/*}.ts', '!**/*.d.ts'],
    spec: ['test/unit/reward-*.test.ts'],
  },
};

// Names of parts, and then files to mutate, or lines of them (src/decoding/value.ts:10-20).
const given = process.argv.slice(2);
const files = given.filter((each) => each.includes('/'));
const asked = given.filter((each) => !each.includes('/'));
const unknown = asked.filter((name) => !(name in parts));
if (unknown.length > 0 || (files.length > 0 && asked.length !== 1)) {
  const names = Object.keys(parts).join(', ');
  console.error(
    unknown.length > 0
      ? `There is no part ${unknown.join(', ')}; the parts are ${names}.`
      : `Files need one part before them, whose tests run: ${names}.`,
  );
  process.exit(2);
}

for (const name of asked.length > 0 ? asked : Object.keys(parts)) {
  const { mutate, spec } = parts[name];
  const report = `.cache/mutation/${name}`;
  await new Stryker({
    mutate: files.length > 0 ? files : mutate,
    testRunner: 'mocha',
    plugins: ['@stryker-mutator/mocha-runner'],
    mochaOptions: { spec },
    testRunnerNodeArgs: ['--import=./scripts/stryker-mocha.mjs', '--import=tsx'],
    coverageAnalysis: 'perTest',
    // The tests of a mutant are few and take seconds; more at a time only slow each other.
    concurrency: 1,
    ignorePatterns: ['/.cache', '/dist', '/docs', '/media', '/models/smollm2-135m-instruct'],
    tempDirName: '.cache/stryker',
    reporters: ['progress-append-only', 'html', 'json'],
    htmlReporter: { fileName: `${report}.html` },
    jsonReporter: { fileName: `${report}.json` },
  }).runMutationTest();
  show(name, JSON.parse(readFileSync(`${report}.json`, 'utf8')));
}

/** Prints the score of each file, and every mutant that no test noticed. */
function show(name, { files }) {
  const mutants = Object.entries(files).flatMap(([file, { mutants, source }]) =>
    mutants.map((mutant) => ({ ...mutant, file, source })),
  );
  const counted = mutants.filter(
    ({ status }) => !['Ignored', 'CompileError', 'RuntimeError'].includes(status),
  );
  const isKilled = ({ status }) => status === 'Killed' || status === 'Timeout';
  const score = (some) => {
    const killed = some.filter(isKilled).length;
    return `${((100 * killed) / some.length).toFixed(1)}% (${killed} of ${some.length})`;
  };
  for (const mutant of counted.filter((each) => !isKilled(each))) {
    const { file, location, replacement, source, status } = mutant;
    const line = source.split('\n')[location.start.line - 1].trim();
    console.log(`${status}: ${file}:${location.start.line}:${location.start.column}`);
    console.log(
      `    ${line}\n    -> ${(replacement ?? '').replaceAll(/\s+/gu, ' ').slice(0, 120)}`,
    );
  }
  for (const file of Object.keys(files)) {
    const own = counted.filter((mutant) => mutant.file === file);
    if (own.length > 0) console.log(`${file}: ${score(own)}`);
  }
  console.log(`${name}: ${score(counted)}`);
}
