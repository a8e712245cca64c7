import assert from 'node:assert/strict';
import type { KeptReason } from '../../src/protocol/rewriting.ts';
import { faultOf } from '../../src/rewriting/checks/check-answer.ts';
import type { Answer, Kept } from '../../src/rewriting/checks/check.ts';
import { loadLanguageOf, type LanguageOf } from '../../src/rewriting/languages.ts';

const draft = 'We received your payment on Monday and will ship the order this week.';
const content = { lost: 0.5, added: 0.5 };
const german =
  'Wir haben Ihre Zahlung am Montag erhalten und versenden die Bestellung diese Woche.';

describe('the checks of an answer', () => {
  let languageOf: LanguageOf;
  before(async () => {
    languageOf = await loadLanguageOf();
  });

  const check = (text: string, more: Partial<Answer> = {}): Kept | undefined =>
    faultOf({
      ...{ draft, text, instruction: 'Rewrite the text so that it is clear and easy to follow' },
      ...{ length: undefined, language: 'en', languageOf },
      ...{ kind: 'paragraph', correctsOnly: undefined, content: undefined, ...more },
    });

  const faults: readonly (readonly [string, KeptReason, string, Partial<Answer>?])[] = [
    ['an empty answer', 'empty', ' '],
    ['an answer of marks only', 'empty', '[1]', { draft: 'We sent [1].' }],
    ['a refusal', 'refusal', "I'm sorry, but I am unable to help with that."],
    ['a plain refusal', 'refusal', 'I am unable to ship the order this week.'],
    ['a refusal of a machine', 'refusal', 'As an AI language model, I cannot rewrite this.'],
    ['a reply to the writer', 'refusal', 'Thank you for your message. We shipped it on Monday.'],
    ['an offer of help', 'refusal', "I'd be happy to help you with the order on Monday."],
    [
      'an echo of the prompt',
      'echo',
      `Keep its meaning, and answer with the new text only. ${draft}`,
    ],
    ['an echo of the instruction', 'echo', `Rewrite the text so that it is clear: ${draft}`],
    ['a note on the changes', 'echo', `${draft} I rewrote it in plain words.`],
    ['control tokens', 'echo', `${draft}<|im_end|>`],
    ['another language', 'language', german],
    ['another language than German', 'language', draft, { draft: german, language: 'de' }],
    ['a greeting', 'greeting', `Dear customer, ${draft}`],
    [
      'a second greeting',
      'greeting',
      `Hi Ann, hi. Hi Ann, ${draft}`,
      { draft: `Hi Ann, ${draft}` },
    ],
    ['a signature', 'greeting', `${draft} Best regards, The team`],
    ['a blank to fill in', 'greeting', `${draft} [Your Name]`],
    ['a wish of wellbeing', 'greeting', `I hope this message finds you well. ${draft}`],
    ['a lost mark', 'marks', 'We use [1] here.', { draft: 'We use [1] and [2] here.' }],
    ['a doubled mark', 'marks', 'We use [1] and [1].', { draft: 'We use [1].' }],
    ['a new mark', 'marks', 'We use [1] and [2].', { draft: 'We use [1].' }],
    ['half of a pair', 'marks', 'We [1]use it.', { draft: 'We [1]use[/1] it.' }],
    ['a repeated phrase', 'repetition', 'We will ship the order and we will ship the order.'],
    ['an apology again and again', 'repetition', "Sorry, I'm sorry, I'm sorry, we ship on Monday."],
    ['a word in a loop', 'repetition', 'We will ship ship ship the order this week, Monday.'],
    ['a longer text under Shorter', 'length', `${draft} We really will.`, { length: [0.2, 0.95] }],
    ['a text that says too little', 'length', 'We ship.', { length: [0.6, 1.6] }],
    [
      'a text of twice the length',
      'length',
      `${draft} Our people pack it with care, and then the carrier takes it.`,
      { length: [0.4, 1.25] },
    ],
    [
      'a command that the draft does not give',
      'meaning',
      'Ship the order this week, since your payment came on Monday.',
      { content },
    ],
    ['an error of grammar', 'grammar', 'We received your payment on Monday and ship a order.'],
    [
      'a sentence without a verb',
      'grammar',
      'We received your payment on Monday. The order of this week.',
      { content },
    ],
    ['a lost number', 'facts', 'It costs money.', { draft: 'It costs 30 euros.' }],
    ['a changed date', 'facts', 'Come on 30 May.', { draft: 'Come on 29 May.' }],
    ['an invented time', 'facts', 'Come to us at 10 a.m.', { draft: 'Come to us.' }],
    ['a lost negation', 'facts', 'We received it.', { draft: 'We have not received it.' }],
    ['a lost address', 'facts', 'Read the page.', { draft: 'Read https://example.org/a.' }],
  ];
  for (const [what, reason, text, more] of faults) {
    it(`find ${what}`, () => {
      const kept = check(text, more);
      assert.equal(kept?.reason, reason, kept?.text);
      assert.match(kept.text, /^[A-Z].*\.$/u);
    });
  }

  const fine: readonly (readonly [string, string, Partial<Answer>?])[] = [
    ['an honest rewrite', 'We got your payment on Monday and ship your order this week.'],
    ['a lost name, which the result names', 'She called.', { draft: 'Ann called.' }],
    [
      'what the draft itself says',
      draft,
      { draft: `${draft} As an AI, I am unable to sign.`.slice(0, draft.length) },
    ],
    [
      'a refusal that is the message',
      'Sorry, I am unable to come.',
      { draft: 'I am sorry but I am unable to come.' },
    ],
    [
      'a greeting of the draft',
      'Hi Ann, we ship on Monday.',
      { draft: 'Hi Ann, we will ship it on Monday.' },
    ],
    [
      'an apology of the draft',
      "I'm sorry, but I asked the desk to help you.",
      { draft: 'sorry but i asked the desk to help you' },
    ],
    [
      'a greeting that the draft writes without a comma',
      'Hello, I have bought the lamp.',
      { draft: 'hello i have buyed the lamp' },
    ],
    [
      'thanks of the draft',
      'Thank you for your message.',
      { draft: 'Thank you for your message, Tom.'.replace(', Tom', '') },
    ],
    [
      'a phrase that the draft repeats',
      'The end of the week is the end of the week.',
      { draft: 'At the end of the week comes the end of the week.' },
    ],
    ['short words of no language', 'Kubernetes Ingress rules', { draft: 'Kubernetes Ingress' }],
    [
      'names of another language',
      'Ann Müller lives in Straßburg now.',
      { draft: 'Ann Müller now lives in Straßburg.' },
    ],
    [
      'German for German',
      german,
      { draft: german.replace('diese Woche', 'in dieser Woche'), language: 'de' },
    ],
    [
      'two words more in a short text',
      'Please close the door now.',
      { draft: 'Close the door.', length: [0.6, 1.6] },
    ],
    ['marks in another order', 'With [2], use [1].', { draft: 'Use [1] with [2].' }],
  ];
  for (const [what, text, more] of fine) {
    it(`accept ${what}`, () => {
      assert.deepEqual(check(text, more), undefined);
    });
  }
});
