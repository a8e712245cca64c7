import Module from 'node:module';
import fc from 'fast-check';

// StrykerJS 9 requires files of mocha without their ending, which is .cjs since mocha 12.
Module._extensions['.cjs'] ??= Module._extensions['.js'];

// A mutant is killed by the first counterexample, so none is made smaller. A property that holds
// for seconds is left, so that a survivor does not cost a minute.
fc.configureGlobal({ endOnFailure: true, interruptAfterTimeLimit: 20_000 });
