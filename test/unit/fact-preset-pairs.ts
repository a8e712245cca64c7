/** Drafts and rewrites of every preset that say the same: nothing must be reported. */
export const presetPairs: readonly (readonly [draft: string, rewrite: string])[] = [
  [
    'I am writing to let you know that the parcel, which was supposed to get here on Friday 9 October, did not turn up at all.',
    'The parcel due on Friday 9 October did not turn up.',
  ],
  [
    'Once the backup has been finished, you will be able to restart each one of the three servers.',
    'When the backup is finished, you can restart each of the three servers.',
  ],
  [
    'It would be really great if you could possibly send both your passport number and a copy of the lease to Mrs Adeyemi before noon on 3 June.',
    'Please send your passport number and a copy of the lease to Mrs Adeyemi before noon on 3 June.',
  ],
  [
    'Every single time that the job fails, it writes a message to the log, and that message is one that nobody ever reads.',
    'Whenever the job fails, it writes a message to the log that nobody reads.',
  ],
  [
    'The rent is going to go up to 1,450 euros a month, which will be from the 1st of February onwards.',
    'The rent rises to 1,450 euros per month from 1 February.',
  ],
  [
    'We had a meeting with Dr. Lindqvist from Norrland Energi, and in that meeting it was decided by us that the pilot will be run for six weeks.',
    'In a meeting with Dr. Lindqvist from Norrland Energi, we decided to run the pilot for six weeks.',
  ],
  [
    'Under no circumstances should anybody open the valve before the pressure has fallen below 2 bar.',
    'Nobody should open the valve before the pressure has fallen below 2 bar.',
  ],
  [
    "As far as I can see there isn't any reason at all why we couldn't ship version 2.4.1 today.",
    "I see no reason why we couldn't ship version 2.4.1.",
  ],
  [
    'The patch fixes CVE-2024-3094, which is a problem that has an effect on all of the machines that are running xz 5.6.0 or 5.6.1.',
    'The patch fixes CVE-2024-3094, which affects all machines running xz 5.6.0 or 5.6.1.',
  ],
  [
    'One of the things that Marta said in the course of the call was that the budget of $38,000 is not going to be enough.',
    'Marta said in the call that the budget of $38,000 will not be enough.',
  ],
  [
    'The form must be signed by the tenant and returned to Room 12B by 5 p.m. on Monday.',
    'The tenant must sign the form and return it to Room 12B by 5 p.m. on Monday.',
  ],
  [
    'Not until the invoice has been paid by Brightwell Ltd will the goods be released by the warehouse.',
    'The warehouse will not release the goods until Brightwell Ltd has paid the invoice.',
  ],
  [
    'Requests to the endpoint [1] that lack the header [2] are answered with 401 by the server.',
    'The server answers requests to the endpoint [1] that lack the header [2] with 401.',
  ],
  [
    'The application, it should be noted, was received on 14/08/2025, that is to say two days after the deadline.',
    'We received the application on 14/08/2025, two days after the deadline.',
  ],
  [
    'If it is the case that the key is lost by the user, a new one costing £25 must be requested from the porter.',
    'If the user loses the key, they must request a new one from the porter for £25.',
  ],
  [
    'No fewer than 40 volunteers are needed by Caritas for the collection in Graz.',
    'Caritas needs at least 40 volunteers for the collection in Graz.',
  ],
  [
    'There were 312 people interviewed by the team, of whom 57 per cent said that they had never used the bus.',
    'The team interviewed 312 people, and 57% of them said that they had never used the bus.',
  ],
  [
    'Data is kept by us for 90 days; after that it is deleted, and it cannot be recovered.',
    'We keep data for 90 days. Then we delete it, and nobody can recover it.',
  ],
  [
    'In the event that the temperature exceeds 80 °C, the pump is switched off by the controller after ten seconds.',
    'If the temperature exceeds 80 °C, the controller switches the pump off after 10 seconds.',
  ],
  [
    'It is only on weekdays between 9:00 and 17:30 that the office can be reached by phone on 030 5551234.',
    'You can reach the office by phone on 030 5551234 only on weekdays between 9:00 and 17:30.',
  ],
  [
    'Send me the figures for Q3 by Wednesday.',
    'Could you please send me the figures for Q3 by Wednesday? Thank you!',
  ],
  [
    'Your order 77-1043 is late. The supplier did not deliver.',
    "We're sorry that your order 77-1043 is late. Unfortunately, the supplier didn't deliver.",
  ],
  [
    'You must not park in front of gate 4. Fines are 60 euros.',
    "Please don't park in front of gate 4, as fines are 60 euros.",
  ],
  [
    'Tests are missing. I cannot merge this. Add tests for parseHeader.',
    "Thanks for this! I can't merge it yet because tests are missing. Could you add tests for parseHeader, please?",
  ],
  [
    'The Lisbon trip is cancelled. Ask Joana for a refund of €220.',
    "I'm afraid the Lisbon trip is cancelled. Please feel free to ask Joana for a refund of €220.",
  ],
  [
    'Bring your own laptop. We have none to lend.',
    'Please bring your own laptop, as we have none to lend.',
  ],
  [
    "Hey, just wanted to say the demo's on Tuesday at 3pm and we can't move it.",
    'I would like to inform you that the demonstration is on Tuesday at 3 p.m. and that we cannot move it.',
  ],
  [
    "We got a bunch of complaints about the new lift, so Kone's gonna send someone on the 5th.",
    'We received a number of complaints about the new lift, so Kone will send someone on the 5th.',
  ],
  [
    "I'm not happy with how the Henley job went and I want half of the deposit back, so that's £600.",
    'I am not satisfied with how the Henley job was carried out and I request the return of half of the deposit, which is £600.',
  ],
  [
    "Can you get the contract over to Yuki by Friday? She hasn't seen it yet.",
    'Would you please send the contract to Yuki by Friday? She has not yet seen it.',
  ],
  [
    "Nobody told us the API was going away in 2027, and that's no good.",
    'We were not informed by anyone that the API would be discontinued in 2027, and that is not acceptable.',
  ],
  [
    "There's no way we'd pay 15% more for the same thing.",
    'We would not pay 15% more for the same service.',
  ],
  [
    'i dont think we wont need it, but Sam said he didnt order 2 of them',
    "I don't think we won't need it, but Sam said he didn't order 2 of them.",
  ],
  [
    'She havent been their since march, and nobody dont know why.',
    "She hasn't been there since March, and nobody knows why.",
  ],
  [
    'The train were canceled so i cant be in Leeds untill half past ten.',
    "The train was cancelled, so I can't be in Leeds until half past ten.",
  ],
  [
    'We should of told Priyas team that the api isnt ready yet',
    "We should have told Priya's team that the API isn't ready yet.",
  ],
  [
    'Its not there fault that the payed invoice nr 4471 wasnt find.',
    "It's not their fault that the paid invoice no. 4471 wasn't found.",
  ],
  [
    'you shouldnt never use the port 8080 becuase it aint secure',
    "You should never use port 8080 because it isn't secure.",
  ],
  [
    'In januar we has 1200 visitors, wich is twenty procent more then in december.',
    'In January we had 1,200 visitors, which is twenty percent more than in December.',
  ],
  ['Me and tom havent got no time on monday.', "Tom and I don't have any time on Monday."],
  ['we wasnt able too find youre invoice', "We weren't able to find your invoice."],
  ['He dosent work here no more.', "He doesn't work here anymore."],
  ['Nobody never told me nothing about it.', 'Nobody ever told me anything about it.'],
  [
    'It is by no means certain that the train will run.',
    'It is not certain that the train will run.',
  ],
  ['In no way are we allowed to share the CSV.', 'We are not allowed to share the CSV.'],
  ['I do not at this point in time have any news.', 'I have no news at this point.'],
  [
    'There is no reason for you to be concerned about the noise.',
    'You need not be concerned about the noise.',
  ],
  ['Each one of the 8 boxes has one label on it.', 'Each of the 8 boxes has a label.'],
  [
    'The first one is free and every other one costs 4 pounds.',
    'The first is free, and each other one costs £4.',
  ],
  [
    'At one point both teams were waiting for each other.',
    'At one time the two teams waited for each other.',
  ],
  ['Once you have logged in, click Save.', 'After you log in, click Save.'],
  ['Take a second to read this.', 'Please read this.'],
  ['The report is published on a monthly basis.', 'The report is published every month.'],
  ["It's not only the API that is slow but also the UI.", 'Both the API and the UI are slow.'],
  ['i cant beleive its allready wensday', "I can't believe it's already Wednesday."],
  ['My apointment is on the 3rd of febuary at 9am', 'My appointment is on 3 February at 9 a.m.'],
  [
    "Without the permission of the owner, the project can't be deleted.",
    "The project can't be deleted without the owner's permission.",
  ],
  ["Don't you think we should ask Ines?", "We should ask Ines, don't you think?"],
  ['None of us have heard anything from DHL.', 'We have heard nothing from DHL.'],
  ["It hasn't ever been easier to export a PDF.", 'It has never been easier to export a PDF.'],
  ['The bundle has 212 kB of icons.', 'There are 212 kilobytes of icons in the bundle.'],
  ['It was slow at 9ish.', 'It was slow at around 9.'],
  ['The plant makes 40 kWh a day.', 'Each day, the plant makes 40 kWh.'],
  ['We had a 30-GB disk.', 'Our disk had 30 GB.'],
  ['It is not necessary to restart it.', "You don't have to restart it."],
  ['You must not restart it.', "You can't restart it."],
];
