import assert from 'node:assert/strict';
import { proseUnits } from '../../src/documents/prose-units.ts';

const texts = async (source: string, language: string): Promise<string[]> =>
  (await proseUnits(source, language)).map(({ text }) => text);

const body = 'The boxes are in the hall, so please come before six.';

const endings = [
  'Thanks so much,\nIda',
  'Many thanks again,\nIda Lund',
  'Thank you for all your help!\nIda',
  'Love,\nIda and Per',
  'Lots of love and hugs,\nIda',
  'Have a nice weekend,\nIda',
  'Have a lovely rest of your week!\n\nIda',
  'Speak soon,\nIda',
  'Warmly,\nIda',
  'Cheers for now,\nIda',
  'Talk to you on Monday,\nIda',
  "We'll see you next week,\nIda & Per",
  'Still waiting by the door,\nIda\nHead of Boxes',
  'From the whole of our team,\n\nIda',
  'Best regards from the coast,\nIda',
  'Looking forward to it,\nIda',
  'Liebe Grüße aus Bern,\nIda',
  'Vielen Dank im Voraus,\nIda',
];

describe('The end of a letter', function () {
  for (const language of ['plaintext', 'markdown'])
    for (const ending of endings)
      it(`stays in ${language}: ${JSON.stringify(ending)}`, async () => {
        assert.deepEqual(await texts(`Hi Bo,\n\n${body}\n\n${ending}\n`, language), [body]);
      });

  it('is found in the paragraph of the letter itself', async () => {
    assert.deepEqual(await texts(`${body}\nThanks so much,\nIda\n`, 'plaintext'), [body]);
  });

  it('is no sentence that begins like one', async () => {
    const sentences = [
      'Thanks to you we have the keys of the new house.',
      'Love is all that we have to give in this house.',
      'See you are on the list of those who come by train.',
      'Have a look at the plan.',
      'Best of all is that the train leaves at noon.',
      'We came, we saw the house,\nand we went home again by train.',
    ];
    assert.deepEqual(
      await texts(sentences.join('\n\n'), 'plaintext'),
      sentences.map((sentence) => sentence.replace('\n', ' ')),
    );
  });
});
