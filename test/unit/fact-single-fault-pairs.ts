/** Drafts and rewrites with one fault, and what must be reported. */
export const singleFaultPairs: readonly (readonly [
  draft: string,
  rewrite: string,
  report: string,
])[] = [
  [
    'I am writing to let you know that the parcel did not turn up on Friday 9 October.',
    'The parcel turned up on Friday 9 October.',
    'missing: not',
  ],
  [
    'I wont be able to come to the standup.',
    'I will be able to come to the standup.',
    'missing: not',
  ],
  ['it dont help when you restart it', 'It helps when you restart it.', 'missing: not'],
  [
    'Do not under any circumstances unplug the printers.',
    'Under any circumstances, unplug the printers.',
    'missing: not',
  ],
  [
    'The patch fixes CVE-2024-3094 on all machines.',
    'The patch fixes CVE-2024-3049 on all machines.',
    'changed: CVE-2024-3094 -> CVE-2024-3049',
  ],
  [
    'The patch fixes CVE-2024-3094 on all machines.',
    'The patch fixes the vulnerability on all machines.',
    'missing: CVE-2024-3094',
  ],
  [
    'Your parcel has the tracking number QX553920GB.',
    'Your parcel has the tracking number QX553290GB.',
    'changed: QX553920GB -> QX553290GB',
  ],
  [
    'The server signs the JSON with an HMAC.',
    'The server signs the XML with an HMAC.',
    'changed: JSON -> XML',
  ],
  [
    'Requests without a valid HMAC are refused.',
    'Requests without a valid signature are refused.',
    'missing: HMAC',
  ],
  [
    'The rent rises to 1,450 euros a month from 1 February.',
    'The rent rises to 1,450 euros a year from 1 February.',
    'changed: a month -> a year',
  ],
  [
    'The rent rises to 1,450 euros a month from 1 February.',
    'The rent rises to 1,540 euros a month from 1 February.',
    'changed: 1,450 euros -> 1,540 euros',
  ],
  [
    'The meeting with Dr. Lindqvist is on Tuesday at 3 p.m.',
    'The meeting with Dr. Lindqvist is on Thursday at 3 p.m.',
    'changed: Tuesday -> Thursday',
  ],
  [
    'The meeting with Dr. Lindqvist is on Tuesday at 3 p.m.',
    'The meeting with Dr. Lindqvist is on Tuesday at 3 a.m.',
    'changed: 3 p.m. -> 3 a.m.',
  ],
  [
    'Send the file report-final.xlsx to Ana.',
    'Send the report to Ana.',
    'missing: report-final.xlsx',
  ],
  [
    'The team interviewed 312 people, and 57% of them said that they had never used the bus.',
    'The team interviewed 312 people, and 57% of them said that they had used the bus.',
    'missing: never',
  ],
  [
    'The team interviewed 312 people, and 57% of them never use the bus.',
    'The team interviewed people, and 57% of them never use the bus.',
    'missing: 312',
  ],
  [
    'You must request one new key from each of the two porters.',
    'You must request two new keys from each of the two porters.',
    'changed: one new -> two new',
  ],
  ['Run the job once.', 'Run the job twice.', 'changed: once -> twice'],
  [
    'The first payment is due in April and the second one in June.',
    'The first payment is due in April and the third one in June.',
    'changed: second -> third',
  ],
  [
    'Each request may carry only one value.',
    'Each request may carry several values.',
    'missing: one',
  ],
  [
    'No fewer than 40 volunteers are needed in Graz.',
    'No more than 40 volunteers are needed in Graz.',
    'changed: at least 40 -> at most 40',
  ],
  [
    'Nobody should open the valve before the pressure has fallen below 2 bar.',
    'Nobody should open the valve before the pressure has risen above 2 bar.',
    'changed: at most 2 -> at least 2',
  ],
  [
    'Marta said that the budget of $38,000 is not going to be enough.',
    'Marta said that the budget of $38,000 is going to be enough.',
    'missing: not',
  ],
  [
    'You can reach Joana at joana@ria.pt or on 030 5551234.',
    'You can reach Joana on 030 5551234.',
    'missing: joana@ria.pt',
  ],
  [
    'See https://example.org/a/b for the details.',
    'See https://example.org/a/c for the details.',
    'changed: https://example.org/a/b -> https://example.org/a/c',
  ],
  [
    'The form must be signed by the tenant and returned to Room 12B.',
    'The tenant must sign the form and return it to Room 12.',
    'missing: 12B; added: 12',
  ],
  [
    'We do not store your password, but we keep your address for 90 days.',
    'We store your password, but we do not keep your address for 90 days.',
    'missing: not',
  ],
  [
    'The Lisbon trip is cancelled. Ask Joana for a refund of €220.',
    'The Lisbon trip is cancelled. Ask us for a refund of €220.',
    'missing: Joana',
  ],
  [
    'Bring your own laptop to the workshop.',
    'Bring your own laptop to the workshop on Friday.',
    'added: Friday',
  ],
  [
    'The supplier delivered 40 chairs to Henley.',
    'The supplier Ikea delivered 40 chairs to Henley.',
    'added: Ikea',
  ],
  ['The supplier delivered the chairs.', 'The supplier delivered the 12 chairs.', 'added: 12'],
  [
    'You can change the colour in the settings.',
    'You cannot change the colour in the settings.',
    'added: not',
  ],
  [
    'I will pay the invoice of £600 if you send it to me.',
    'You will pay the invoice of £600 if I send it to you.',
    'changed: I -> you; changed: you -> I',
  ],
  [
    'The tests for parseHeader are missing.',
    'The tests for parseBody are missing.',
    'changed: parseHeader -> parseBody',
  ],
  [
    'The limit of 5 MB is set in [1] and can be raised in [2].',
    'The limit of 5 MB is set in [1] and can be raised.',
    'missing: [2]',
  ],
  [
    'The limit of 5 MB holds for each file.',
    'The limit of 5 GB holds for each file.',
    'changed: 5 MB -> 5 GB',
  ],
  ['She hasnt paid since March.', 'She has paid since March.', 'missing: not'],
  [
    'We close at half past ten on weekdays.',
    'We close at half past nine on weekdays.',
    'changed: half past ten -> half past nine',
  ],
  [
    'Neither Ben nor Aisha has the key to the NAS.',
    'Ben and Aisha have the key to the NAS.',
    'missing: neither',
  ],
  ['we wasnt able too find youre invoice', 'We were able to find your invoice.', 'missing: not'],
  ['He dosent work here.', 'He works here.', 'missing: not'],
  ['By no means open the box.', 'By all means open the box.', 'missing: no'],
  [
    'The report is published monthly.',
    'The report is published weekly.',
    'changed: monthly -> weekly',
  ],
  ['Export it as a PDF.', 'Export it as a CSV.', 'changed: PDF -> CSV'],
  ['Meet me in Room 4F.', 'Meet me in Room 4E.', 'changed: 4F -> 4E'],
  ["We can't share the file.", 'We can share the file.', 'missing: not'],
  ['Run it only once.', 'Run it often.', 'missing: once'],
  [
    'My appointment is on the 3rd of febuary.',
    'My appointment is on the 3rd of March.',
    'changed: 3rd of febuary -> 3rd of March',
  ],
  ['Meet me on monday.', 'Meet me on Tuesday.', 'changed: monday -> Tuesday'],
  ['She couldnt find no keys.', 'She could find the keys.', 'missing: not'],
  ['Use exactly one space.', 'Use exactly two spaces.', 'changed: one -> two'],
  ['Call me in two minuts.', 'Call me in two hours.', 'changed: two -> two hours'],
  ['The SLA is 99.9%.', 'The SLA is 99.99%.', 'changed: 99.9% -> 99.99%'],
  ['Your order 5521-A is here.', 'Your order 5521-B is here.', 'changed: 5521-A -> 5521-B'],
  [
    'The bundle has 212 kB of icons.',
    'The bundle has 212 MB of icons.',
    'changed: 212 kB -> 212 MB',
  ],
];
