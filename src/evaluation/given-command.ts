/** The command line this program was started with, as it can be typed again. */
export function givenCommand(): string {
  return ['tqstar', ...process.argv.slice(2)].map(shellWord).join(' ');
}

function shellWord(word: string): string {
  return /^[\w./:=,@+-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
