import { redacted } from '../protocol/secrets.ts';

/** The command line of this program, quoted for a shell, without secrets: reports name it. */
export function givenCommand(): string {
  return redacted(['tqstar', ...process.argv.slice(2)].map(shellWord).join(' '));
}

function shellWord(word: string): string {
  return /^[\w./:=,@+-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
