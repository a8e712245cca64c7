import assert from 'node:assert/strict';
import type { DoneEvent } from '../../src/protocol/events.ts';
import type { Review } from '../../src/protocol/review.ts';
import type { Comparison, PanelStrings, StreamState } from '../../src/webview/panel/messages.ts';
import { announcementOf, summaryOf } from '../../src/webview/panel/summary.ts';

/** Each string is its own name, with the places of its values. */
const places: Readonly<Record<string, string>> = {
  factsKept: 'facts kept: {0} of {1}',
  missingFacts: 'missing: {0}',
  changedFacts: 'changed: {0}',
  newFacts: 'new: {0}',
  otherLanguage: '{0}, but the draft is {1}',
  shorter: '{0}% shorter than the draft',
  longer: '{0}% longer than the draft',
  words: 'words: {0}',
};
const strings = new Proxy({} as PanelStrings, {
  get: (_, name: string) => places[name] ?? name,
});
const kept = { missing: [], changed: [], added: [], kept: 2, total: 2 };
const english: Review = { language: 'en', draftLanguage: 'en', facts: kept };

function finished(text: string, review: Review | null, stop: DoneEvent['stop']): StreamState {
  const done = { text, reward: 0.708, stop } as DoneEvent;
  return { tokens: [], done, review };
}

function comparisonOf(aligned: StreamState, draft: string | null): Comparison {
  const plain = finished('Plain words.', null, 'eos');
  return { aligned, plain, draft, rewardTitle: 'Clear writing' } as Comparison;
}

function textsOf(comparison: Comparison): { good: string[]; problems: string[] } {
  const parts = summaryOf(strings, comparison, 'aligned');
  const pick = (wanted: boolean): string[] =>
    parts.filter(({ isProblem }) => isProblem === wanted).map(({ text }) => text);
  return { good: pick(false), problems: pick(true) };
}

describe('The summary of a text in the panel', function () {
  const draft = 'one two three four';

  it('says facts, language, length, end and reward of a good rewrite', function () {
    const shown = textsOf(comparisonOf(finished('one two three', english, 'eos'), draft));
    assert.deepEqual(shown, {
      good: [
        'facts kept: 2 of 2',
        'English',
        '25% shorter than the draft',
        'finished',
        'Clear writing 0.71',
      ],
      problems: [],
    });
  });

  it('names what a rewrite lost, and marks each problem', function () {
    const facts = {
      missing: ['29 May'],
      changed: [{ from: '4,200', to: '42,00' }],
      added: ['Ann'],
      kept: 0,
      total: 2,
    };
    const review: Review = { language: 'en', draftLanguage: 'de', facts };
    const { problems } = textsOf(comparisonOf(finished('a b c d e', review, 'length'), draft));
    assert.deepEqual(problems, [
      'missing: 29 May',
      'changed: 4,200 → 42,00',
      'new: Ann',
      'English, but the draft is German',
      'cutOff',
    ]);
  });

  it('counts the words of a text without a draft', function () {
    const review: Review = { language: null, draftLanguage: null, facts: null };
    const { good } = textsOf(comparisonOf(finished('one two', review, 'eos'), null));
    assert.deepEqual(good, ['words: 2', 'finished', 'Clear writing 0.71']);
  });

  it('is empty before the end', function () {
    const writing: StreamState = { tokens: [], done: null, review: null };
    assert.deepEqual(summaryOf(strings, comparisonOf(writing, draft), 'aligned'), []);
  });

  it('is announced with its problems and both rewards', function () {
    const comparison = comparisonOf(finished('one', english, 'cancelled'), draft);
    assert.equal(
      announcementOf(strings, comparison),
      'phaseDone · stoppedEarly · Clear writing 0.71, plainReward 0.71',
    );
  });
});
