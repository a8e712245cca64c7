import assert from 'node:assert/strict';
import { builtInPresets } from '../../src/client/presets.ts';
import { acts } from '../../src/rewriting/checks/acts.ts';
import type { Answer, Kept } from '../../src/rewriting/checks/check.ts';
import { fragments } from '../../src/rewriting/checks/fragments.ts';

const { instruction, content } = builtInPresets.clearer;

function answer(draft: string, text: string, more: Partial<Answer> = {}): Answer {
  return {
    ...{ draft, text, instruction, content, length: undefined, language: 'en' },
    ...{ languageOf: () => 'en', kind: 'paragraph', correctsOnly: undefined, ...more },
  };
}

type Example = readonly [string, string, Partial<Answer>?];

describe('the check of what a sentence does', () => {
  const check = (...[draft, text, more]: Example): Kept | undefined =>
    acts(answer(draft, text, more));

  const changed: readonly Example[] = [
    // A statement that became a command.
    ['It never sends mail unless you press the button.', 'Do not send mail unless you press it.'],
    ['The recipe uses two eggs and a cup of milk.', 'Use two eggs and a cup of milk.'],
    ['The method relies on three cheap cameras.', 'Use three cheap cameras.'],
    ['The guard locks the gate at night.', 'Lock the gate at night.'],
    ['Maria cleans the tank every Friday.', 'Please clean the tank every Friday.'],
    ['The script deletes the old logs after a week.', 'Delete the old logs after a week.'],
    [
      'The train leaves at noon. We paid for the seats.',
      'The train leaves at noon. Pay for the seats.',
    ],
    [
      'A copy of the list was sent to Omar by the clerk.',
      'Could you please send Omar a copy of it?',
    ],
    ['The cook has washed the plates.', 'Would you mind washing the plates?'],
    // Words without a verb that became a request.
    ['Photos of our trip to the lake.', 'Could you please share the photos of our trip?'],
    ['Summary of the survey:', 'Please summarise the survey.'],
    [
      'Notes on the second lecture',
      'Please read the notes on the second lecture.',
      { kind: 'item' },
    ],
    // Something else that became a question.
    ['Choose a colour.', 'Which colour do you choose?'],
    ['This script removes old rows.', 'What does this script do? It removes old rows.'],
    ['The lamp is broken because the fuse blew.', 'Why is the lamp broken? The fuse blew.'],
    ['Wait for the green light.', 'How long do you wait for the green light?'],
    // Courtesy of a comment on code.
    ['This must count the rows.', 'Please count the rows.', { kind: 'comment' }],
    ['We try to find the key of the row.', 'Please find the key of the row.', { kind: 'comment' }],
    // Courtesy of a title.
    ['Change the oil of the pump', 'Please change the oil of the pump', { kind: 'heading' }],
    ['fix the search', 'could you please fix the search', { kind: 'subject' }],
  ];
  for (const example of changed) {
    it(`refuses "${example[1]}" for "${example[0]}"`, () => {
      const kept = check(...example);
      assert.match(kept?.text ?? '', /^The answer (?:makes|adds) .*\.$/u);
      assert.equal(check(example[0], example[0], example[2]), undefined);
    });
  }

  const same: readonly Example[] = [
    // A request in other words.
    ['Send me the list.', 'Could you please send me the list?'],
    ['Water the plants on Monday.', 'Please water the plants on Monday.'],
    ['Do not feed the ducks.', 'Could you please not feed the ducks?'],
    ['You should bring a coat, since it rains.', 'Bring a coat, since it rains.'],
    ['You need to sign the form twice.', 'Please sign the form twice.'],
    ['You are kindly requested to close the lid.', 'Please close the lid.'],
    ['It is important to check the seal first.', 'Check the seal first.'],
    ['The use of gloves is required in the lab.', 'Use gloves in the lab.'],
    ['The removal of the filter is to be done by hand.', 'Remove the filter by hand.'],
    ['Passwords must be changed each year.', 'Change passwords each year.'],
    ['What we would like to ask you to do is to sign below.', 'Please sign below.'],
    ['I would be grateful if you could call Ben.', 'Please call Ben.'],
    ['Smoking is not permitted in the hall.', 'Do not smoke in the hall.'],
    ['No parking in front of the gate.', 'Please do not park in front of the gate.'],
    ['Pls answer by noon', 'Please answer by noon.'],
    ['hey, the sink is blocked, call the plumber', 'The sink is blocked. Please call the plumber.'],
    [
      'If the light blinks, the thing to do is to press reset.',
      'If the light blinks, press reset.',
    ],
    ['Press [1] to save.', 'To save, press [1].'],
    ['A restart of the pump is done by pressing the red key.', 'Press the red key to restart it.'],
    ['Be there by nine.', 'Could you please be there by nine?'],
    ['Read the rules first.', 'Could you have a look at the rules first, and read them?'],
    ['Look at the drawing.', 'Do you have time to look at the drawing?'],
    ['Wash (rinse) the jars.', 'Please wash (rinse) the jars.'],
    ['I need your ladder on Sunday.', 'Can I borrow your ladder on Sunday?'],
    ['You can find the list in the hall.', 'See the list in the hall.'],
    ['The colour can be changed in the menu.', 'Change the colour in the menu.'],
    ['For help, the second page should be consulted.', 'For help, consult the second page.'],
    [
      'Stop that noise. People want to sleep.',
      'Please stop that noise, because people want to sleep.',
    ],
    // A question of the draft.
    ['Can you come on Friday?', 'Would you be able to come on Friday?'],
    ['Did you paint the door yet?', 'Could you confirm whether you painted the door?'],
    ['I was wondering whether we could meet.', 'Could we meet?'],
    ['Let me know when the tour starts.', 'When does the tour start?'],
    ['We should plan the trip soon.', 'Shall we plan the trip soon?'],
    // Statements that only look like commands.
    ['The rows are sorted by date.', 'Sorting is by date.'],
    ['There is support for two screens.', 'Support for two screens is there.'],
    ['Reports of errors have been sent.', 'Error reports were sent.'],
    ['The plan changed, which was a surprise.', 'Plan changes were a surprise.'],
    ['We are thankful for the cake that you made.', 'Thank you for the cake that you made.'],
    ['The shop is shut today.', 'Please note that the shop is shut today.'],
    ['The bill is attached.', 'Please find attached the bill.'],
    ['The pool is closed, which I regret.', 'Unfortunately, the pool is closed.'],
    ['We will meet on Sunday.', 'See you on Sunday.'],
    ['Do you want tea?', 'Would you like tea?'],
    // A summary of code and a title may be a command.
    ['This function counts the rows.', 'Count the rows.', { kind: 'comment' }],
    ['Do not call this twice.', 'Please do not call this twice.', { kind: 'comment' }],
    ['Installation of the pump', 'Install the pump', { kind: 'heading' }],
    ['Removal of the old parser', 'Remove the old parser', { kind: 'subject' }],
    // What was asked for.
    ['The lid is open.', 'Why is the lid open?', { instruction: 'Write a quiz question' }],
    ['The lid is open.', 'Close the lid.', { content: undefined }],
  ];
  for (const example of same) {
    it(`lets "${example[1]}" pass for "${example[0]}"`, () => {
      assert.equal(check(...example), undefined);
    });
  }
});

describe('the check for sentences without a verb', () => {
  const check = (...[draft, text, more]: Example): Kept | undefined =>
    fragments(answer(draft, text, more));

  const lost: readonly Example[] = [
    ['Use of the tags is to be made after the title.', 'Use of the tags after the title.'],
    [
      'There is a way for photos to be printed in colour.',
      'The print of photos in colour to be made.',
    ],
    ['We use the map that the city office has published.', 'The map published by the city office.'],
    ['The door was painted by Ann.', 'The door painted by Ann on a day.'],
    ['It shows the size of the file in bytes.', 'The size of the file in bytes.'],
    ['We looked for the gap, which is between the stones.', 'Gap between the two grey stones.'],
    ['The club needs new chairs for the summer.', 'New chairs for the club in summer.'],
    ['We painted it. It took two days.', 'We painted it. Two days of work for it.'],
    ['The lesson of the day was about the sea.', 'Lesson of the day about the sea.'],
  ];
  for (const [draft, text] of lost) {
    it(`refuses "${text}" for "${draft}"`, () => {
      assert.equal(check(draft, text)?.reason, 'grammar');
      assert.equal(check(draft, draft), undefined);
    });
  }

  const whole: readonly Example[] = [
    ['The build has failed on two machines.', 'The build fails on two machines.'],
    ['This function waits for the file to appear.', 'Waits for the file to appear.'],
    ['This method reads [1] and returns the rows.', 'Reads [1] and returns the rows.'],
    ['You must run [1] in order to start it.', 'Run [1] to start it again.'],
    ['You are asked to water the plants in the hall.', 'Water the plants in the hall.'],
    ['You should level the ground between the posts.', 'Level the ground between the posts.'],
    ['Book [1] for us, as we need it on Monday.', 'Book [1] for us on Monday.'],
    [
      'Ann has been with us for years and leads the team.',
      'Ann, with us for years, leads the team.',
    ],
    ['Version 3 has a need of 6 GB of memory.', 'Version 3 needs 6 GB of memory.'],
    ['The assistant was the one who sent[1] the bill.', 'The assistant sent[1] the bill to us.'],
    ['It was moved by Ann to the other room.', 'Ann moved it to the other room.'],
    ["We've decided that it is too late for that.", "It's too late for that, all in all."],
    ['I am sorry that it took so long.', 'Sorry for the long wait for it.'],
    ['I want to thank you for the lovely evening.', 'Thanks for the lovely evening with you.'],
    ['A list of all the rivers in the north.', 'All the rivers in the north, as a list.'],
    ['It is a guide to the parks of the town', 'Guide to the parks of the town'],
    ['It shows the size of the file.', 'The size of the file in bytes.', { content: undefined }],
    [
      'It shows the size of the file in bytes.',
      'The size of the file in bytes.',
      { instruction: 'Make a bullet list' },
    ],
  ];
  for (const example of whole) {
    it(`lets "${example[1]}" pass for "${example[0]}"`, () => {
      assert.equal(check(...example), undefined);
    });
  }
});
