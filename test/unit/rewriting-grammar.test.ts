import assert from 'node:assert/strict';
import { grammar } from '../../src/rewriting/checks/grammar.ts';
import type { Kept } from '../../src/rewriting/checks/check.ts';

function check(text: string, draft: string, language = 'en'): Kept | undefined {
  return grammar({
    ...{ draft, text, language, instruction: 'Correct the text', length: undefined },
    ...{ languageOf: () => 'en', kind: 'paragraph', correctsOnly: true, content: undefined },
  });
}

const draft = 'The draft that somebody wrote.';

describe('the check of grammar', () => {
  const wrong: readonly (readonly [string, string])[] = [
    ['We have a idea for the party.', 'a idea'],
    ['The names are printed in full. addresses. So keep the list.', '. addresses'],
    ['Is it open? come in.', '? come'],
    ['A error was found.', 'A error'],
    ['She ate a [1]apple[/1].', 'a apple'],
    ['It takes an day.', 'an day'],
    ['He is an user of the app.', 'an user'],
    ['This is an useful list of an one-time offer.', 'an useful'],
    ['We waited a hour.', 'a hour'],
    ['It is a honest answer.', 'a honest'],
    ['Fetch a unopened box.', 'a unopened'],
    ['It does not works.', 'does not works'],
    ["The pump doesn't starts.", "doesn't starts"],
    ['How does the filter works?', 'does the filter works'],
    ['When does it really starts?', 'does it really starts'],
    ['It does not to start.', 'does not to'],
    ['It does [1]not[/1] to start.', 'does not to'],
    ['You should not to press it.', 'should not to'],
    ['Everybody have a key.', 'Everybody have'],
    ['The gate is open, so everyone have a seat.', 'everyone have'],
    ['Each room have a lamp.', 'Each room have'],
    ['Every guest have a lamp.', 'Every guest have'],
    ['Each of the rooms have a lamp.', 'Each of the rooms have'],
    ['Everyone that I have asked since then have said no.', 'Everyone that I have asked'],
    ['They has a dog.', 'They has'],
    ['When we has time, we read.', 'we has'],
    ['Go to the the station.', 'the the'],
    ['I want to to leave.', 'to to'],
    ['It is in a the box.', 'a the'],
    ['The end of of the week.', 'of of'],
  ];
  for (const [text, named] of wrong) {
    it(`refuses "${text}"`, () => {
      const kept = check(text, draft);
      assert.equal(kept?.reason, 'grammar');
      assert.ok(kept.text.includes(`"${named}`), kept.text);
      assert.equal(check(text, text), undefined);
    });
  }

  const right = [
    'An hour, an honest heir, an honour and a house.',
    'A user, a unit, a one-off, a European, a utility, a uniform and a usual day.',
    'An umbrella, an unusual box, an unidentified bird, an urgent call, an uninformed guest.',
    'An MRI, a URL, a NASA site, an FAQ, an SQL or a SQL query, an npm package, an x-axis.',
    'A url, a utf string and a ui.',
    'It was an 8 a.m. train, a 10 p.m. bus and an 11th hour.',
    'The options a and b, of which a is better.',
    'Plan A includes a trip, and plan B is for vitamin A eaters.',
    'It is a historic and an historic day.',
    'A [1] and an [2] are there.',
    'It does not pass, does not access files and does not discuss this.',
    'It does not always work, unless it does this.',
    'How does it handle files? What does the team need?',
    'Does the cat miss us? Does this process bring success?',
    'It is up to you whether or not to go; do not go.',
    'Let everybody have a seat. Does everyone have a key? Could everyone have one?',
    'Errors in each file have been fixed.',
    'The files of every user have moved.',
    'Everyone that I have met has a key.',
    'Everybody who they say you have met is here.',
    'Ann and I has-been is no word. Neither of them has one.',
    'I had had enough, and I know that that is so.',
    'Log in in the hall, turn it on on Monday.',
    'Bring cups, plates, etc. and a cake. It costs approx. ten euros.',
    'Write to help.desk at once... or do not. See readme.md. The rest is there.',
    'The best of the best. To be, or not to be.',
  ];
  for (const text of right) {
    it(`lets "${text}" pass`, () => {
      assert.equal(check(text, draft), undefined);
    });
  }

  it('leaves the errors of the draft to it, in any case of letters', () => {
    assert.equal(check('A idea came up.', 'we had a idea and it came up'), undefined);
    assert.equal(check('Everybody have to go.', 'but everybody have too go'), undefined);
    assert.equal(check('come at ten. bring tea.', 'we meet at ten. please bring tea.'), undefined);
    assert.notEqual(check('We had a idea.', 'We had an idea.'), undefined);
  });

  it('judges English only', () => {
    assert.equal(check('Wir haben a idea.', draft, 'de'), undefined);
  });
});
