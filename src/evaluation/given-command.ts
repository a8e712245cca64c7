/** The command line of this program, quoted for a shell. */
export function givenCommand(): string {
  return ['tqstar', ...process.argv.slice(2)].map(shellWord).join(' ');
}

function shellWord(word: string): string {
  return /^[\w./:=,@+-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
