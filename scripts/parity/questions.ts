import type { AskedPrompt, Conversation } from './reference.ts';

/** Texts whose logits are compared; a text counts up to its 24th token. */
export const texts: readonly string[] = [
  'The committee met on Monday and agreed that the report should be shorter.',
  'Dear Ms Nakamura,\n\nThank you for the samples. They arrived on 3 May, undamaged.',
  'def mean(values):\n    return sum(values) / len(values)  # no values: an error\n',
  'Die Prüfung ist vorbei; wir hören am Freitag, wie sie ausging.',
  '今天的会议改到下午三点。',
  '  1. eggs\n  2. flour\n\n\tand 250 ml of milk',
];

/** Strings on which tokenizers disagree. */
export const strings: readonly string[] = [
  ...['', ' ', '  ', '   a', 'a   ', ' a  b   c    d', '\n', '\n\n', 'a\n\n\nb', '\t\ta', ' \n \n'],
  ...['one\r\ntwo\r\n', 'a\rb', 'a\u00a0b', '10\u00a0000\u202fEUR', '\u3000x', '\u200bx\u200d'],
  ...[
    "it's we'll I'D",
    'HelloWorld snake_case camelCase',
    '3.14159 1000000 12 123 1234',
    '2024-05-01',
  ],
  ...['e\u0301 a\u0308 n\u0303', '\u00e9 \u00e4 \u00f1', '\ufb01 \u2460 \u00bd', 'I\u0307\u0131'],
  ...['🙂', '👩‍👩‍👧‍👦 🏳️‍🌈', '🇩🇪🇫🇷', 'x🙂y 👍🏽'],
  ...['今天天气很好。', '東京タワーで会いましょう', '안녕하세요 세계', 'مرحبا بالعالم', 'नमस्ते'],
  ...[
    '<|im_end|>',
    'a<|im_start|>b',
    '<|eot_id|> x',
    '</s>',
    '<s>',
    '<end_of_turn>\n',
    '<|endoftext|>',
  ],
  ...[
    '[INST] x [/INST]',
    '<think>\n\n</think>',
    '<unk>',
    '<pad>',
    '<0x0A>',
    '▁a',
    'Ġa',
    '<|im_end',
  ],
  ...[
    'https://example.org/a?b=c&d=%20',
    'a-b—c–d',
    '“quoted” ‘text’',
    '…',
    '$x^2$ \\alpha',
    '`code`',
  ],
  ...['\ufeffmark', 'a\u0000b', 'aaaaaaaaaaaaaaaaaaaa', '================'],
];

const user = (content: string) => ({ role: 'user' as const, content });
const assistant = (content: string) => ({ role: 'assistant' as const, content });
const system = (content: string) => ({ role: 'system' as const, content });

/** Conversations as programs lay them out. */
export const conversations: readonly Conversation[] = [
  { messages: [user('Hi')], addGenerationPrompt: true },
  { messages: [user('  Two\nlines \n')], addGenerationPrompt: true },
  { messages: [system('Be brief.'), user('Write to Ann.')], addGenerationPrompt: true },
  { messages: [system(''), user('Write to Ann.')], addGenerationPrompt: true },
  { messages: [user('Hi'), assistant('Hello.')], addGenerationPrompt: false },
  {
    messages: [user('Hi'), assistant(' Hello. '), user('Write to Ann: 🙂 今天')],
    addGenerationPrompt: true,
  },
  {
    messages: [
      ...[system('Be brief.'), user('One'), assistant('Two'), user('Three'), assistant('Four')],
      user('Five'),
    ],
    addGenerationPrompt: true,
  },
  {
    messages: [user('Hi'), assistant('<think>Hm.</think>\n\nHello.'), user('So?')],
    addGenerationPrompt: true,
  },
  { messages: [assistant('Hello.'), user('Hi')], addGenerationPrompt: true },
  { messages: [user('One'), user('Two')], addGenerationPrompt: true },
];

/** Prompts as `tqstar generate` sends them. */
export const prompts: readonly AskedPrompt[] = [
  { text: 'Write to Ann.' },
  { text: 'Write to Ann.\n\n> 10\u00a0000 EUR — “today”', system: 'Be brief.' },
  { text: '  Two spaces, 今天 🙂 ' },
];

/** Length of the continuations that are compared. */
export const newTokens = 32;
