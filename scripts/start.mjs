import { run, setUp } from './set-up.mjs';

const given = process.argv.slice(2);
const hasPrompt = given.some((arg) => arg === '-' || arg.startsWith('--prompt'));
const prompt = 'Write a short note to a colleague about a missed deadline.';

setUp();

console.log(`
A small language model answers twice, token by token: plain, and steered by Transfer Q* towards a
positive tone. The prompt: "${prompt}"
`);

const exitCode = run([
  'dist/cli.js',
  'compare',
  ...(hasPrompt ? [] : ['--prompt', prompt]),
  ...['--reward', 'positive-tone', '--alpha', '0.25', '--max-tokens', '60'],
  ...given,
]);

if (exitCode === 0) {
  console.log(`
What to try next:
  npx tqstar rewards
  npx tqstar compare --prompt "Explain what a budget is." --reward readability --alpha 0.1
  npx tqstar generate --prompt "Invite a friend to dinner." --reward positive-tone --alpha 0.25
  echo "We are unable to process your order because the warehouse is closed." |
    npx tqstar rewrite - --preset shorter --reward keeps-meaning
  npx tqstar doctor`);
}
process.exitCode = exitCode;
