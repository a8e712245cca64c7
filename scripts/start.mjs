import { run, setUp } from './set-up.mjs';

const given = process.argv.slice(2);
const hasPrompt = given.some((arg) => arg === '-' || arg.startsWith('--prompt'));
// The pair belongs together; another reward needs another baseline policy, or none.
const hasReward = given.some((arg) => arg.startsWith('--reward'));
const prompt = 'Write a short note to a colleague about a missed deadline.';

setUp();

console.log(`
A small language model answers twice, token by token: plain, and steered by Transfer Q* towards
clear writing, from a baseline policy (clear-dpo) that was aligned to that reward.
The prompt: "${prompt}"
`);

const exitCode = run([
  'dist/cli.js',
  'compare',
  ...(hasPrompt ? [] : ['--prompt', prompt]),
  ...(hasReward ? [] : ['--baseline', 'clear-dpo', '--reward', 'clear-writing', '--alpha', '0.25']),
  ...['--max-tokens', '60'],
  ...given,
]);

if (exitCode === 0) {
  console.log(`
What to try next:
  npx tqstar rewards
  npx tqstar compare --prompt "Invite a friend." --baseline warm-dpo --reward warm-tone --alpha 0.1
  npx tqstar generate --prompt "Explain what a budget is." --reward readability --alpha 0.1
  echo "We are unable to process your order because the warehouse is closed." |
    npx tqstar rewrite - --preset shorter --reward keeps-meaning
  npx tqstar doctor`);
}
process.exitCode = exitCode;
