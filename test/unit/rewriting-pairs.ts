/** A draft and a text that a model might write for it. */
export interface Pair {
  readonly preset: 'shorter' | 'clearer' | 'friendlier' | 'more-formal';
  readonly draft: string;
  readonly text: string;
}

function pairs(preset: Pair['preset'], texts: readonly (readonly [string, string])[]): Pair[] {
  return texts.map(([draft, text]) => ({ preset, draft, text }));
}

/** Rewrites that say what their draft says. */
export const goodPairs: readonly Pair[] = [
  ...pairs('shorter', [
    [
      'I am writing in order to let you know that the delivery has been moved to Tuesday.',
      'The delivery has been moved to Tuesday.',
    ],
    [
      'Due to the fact that the bridge is closed, the bus is going to take a longer route.',
      'Because the bridge is closed, the bus takes a longer route.',
    ],
    [
      'In the event that you are not able to attend, please make sure to tell Karin by noon.',
      'If you cannot attend, please tell Karin by noon.',
    ],
    [
      'It is important to note that the backup has to be finished prior to the upgrade being started.',
      'The backup must be finished before the upgrade starts.',
    ],
    [
      'What we would really like to ask you to do is to sign the form and send it back to us.',
      'Please sign the form and send it back.',
    ],
    [
      'At this point in time there is a total of 12 people who have said that they will be coming.',
      'So far, 12 people have said they will come.',
    ],
    [
      'The reason why the test fails is because of the fact that the file has not been closed.',
      'The test fails because the file is not closed.',
    ],
    [
      'You are able to change the colour of the background by means of the menu that is at the top.',
      'You can change the background colour in the top menu.',
    ],
    [
      'There are several customers who have made complaints with regard to the noise of the fan.',
      'Several customers complained about the noise of the fan.',
    ],
    [
      'We made the decision to postpone the launch until such time as the new manual is ready.',
      'We decided to postpone the launch until the new manual is ready.',
    ],
    [
      'I just wanted to quickly check in and see whether or not you had a chance to read the contract.',
      'Have you had a chance to read the contract?',
    ],
    [
      'The cable that is red in colour needs to be connected to the socket that is on the left-hand side.',
      'Connect the red cable to the left socket.',
    ],
    [
      'Each and every visitor is required to wear a helmet for the entire duration of the tour.',
      'Every visitor must wear a helmet during the tour.',
    ],
    [
      'In my own personal opinion, the second proposal is a great deal better than the first one is.',
      'I think the second proposal is much better than the first.',
    ],
    [
      'Please do not hesitate to get in touch with me if there is anything at all that is unclear to you.',
      'Please contact me if anything is unclear.',
    ],
    [
      'The committee came to an agreement that the fee would be increased by 3 euros as of next year.',
      'The committee agreed to raise the fee by 3 euros next year.',
    ],
    [
      'This function makes it possible for callers to read a file without having to wait for the disk.',
      'This function lets callers read a file without waiting for the disk.',
    ],
  ]),
  ...pairs('clearer', [
    [
      'The commencement of the works is anticipated by the contractor for 4 March.',
      'The contractor expects the work to start on 4 March.',
    ],
    [
      'It was by the night shift that the leak in the cold room was discovered.',
      'The night shift discovered the leak in the cold room.',
    ],
    [
      'Utilisation of the lift by unaccompanied children is not permitted.',
      'Children must not use the lift alone.',
    ],
    [
      'Subsequent to the installation of the update, a restart of the machine is required.',
      'After you install the update, restart the machine.',
    ],
    [
      'The determination of the price is made by the supplier on a monthly basis.',
      'The supplier sets the price every month.',
    ],
    [
      'Should the lamp start to blink, the removal of the battery must be carried out at once.',
      'If the lamp starts to blink, remove the battery at once.',
    ],
    [
      'The provision of lunch will be undertaken by the hotel in the garden, weather permitting.',
      'The hotel will provide lunch in the garden if the weather permits.',
    ],
    [
      'An evaluation of the two methods was conducted by us on the same data.',
      'We evaluated the two methods on the same data.',
    ],
    [
      'The keys are stored in memory only, as a consequence of which they are lost upon a restart.',
      'The keys are stored in memory only, so a restart loses them.',
    ],
    [
      'It is the responsibility of each team to make sure that its own logs are deleted.',
      'Each team must delete its own logs.',
    ],
    [
      'The settings, which were changed by Lena yesterday, have had the effect of slowing down the search.',
      'The settings that Lena changed yesterday slow down the search.',
    ],
  ]),
  ...pairs('friendlier', [
    [
      'Send me the figures by Thursday.',
      'Could you please send me the figures by Thursday? Thank you!',
    ],
    [
      'You filled in the form wrong. Do it again.',
      'There is a small mistake in the form. Could you please fill it in again?',
    ],
    ['We cannot give you a refund.', "We're sorry, but we can't give you a refund."],
    [
      'Your parcel is late because of the snow.',
      "We're sorry that your parcel is late because of the snow.",
    ],
    ['Close the window before you leave.', 'Please close the window before you leave, thank you.'],
    [
      'The room is booked until 3 p.m. Use the other one.',
      'The room is booked until 3 p.m., so please use the other one.',
    ],
    [
      'I need the laptop back tomorrow.',
      'I would be glad to have the laptop back tomorrow, please.',
    ],
    ['The meeting starts at 9. Be on time.', 'The meeting starts at 9. Please be on time.'],
    [
      'We got your report. It lacks a summary.',
      'Thank you for your report. We noticed that it lacks a summary.',
    ],
    [
      'Read the instructions if the printer jams.',
      'If the printer jams, please take a look at the instructions.',
    ],
    ['Pay the invoice by 2 June.', "We'd be grateful if you could pay the invoice by 2 June."],
  ]),
  ...pairs('more-formal', [
    [
      "We can't fix the door this week, sorry.",
      'We regret that we cannot repair the door this week.',
    ],
    [
      'Hey, got your note, the slides are fine by me.',
      'I received your note, and I approve the slides.',
    ],
    [
      "The boss wants to know why the numbers don't add up.",
      'The manager would like to know why the numbers do not add up.',
    ],
    [
      'We need to talk about the budget asap.',
      'We need to discuss the budget as soon as possible.',
    ],
    [
      "Just drop the keys off at the desk when you're done.",
      'Please leave the keys at the desk when you have finished.',
    ],
    [
      "I'm gonna be out of the office till Wednesday.",
      'I will be out of the office until Wednesday.',
    ],
    [
      'Thanks a lot for helping out with the move!',
      'Thank you very much for your help with the move.',
    ],
    [
      "We've got a bunch of new orders from Spain.",
      'We have received several new orders from Spain.',
    ],
    [
      "If the alarm goes off, get out right away and don't grab your stuff.",
      'If the alarm sounds, leave immediately and do not take your belongings.',
    ],
    [
      "Sorry for the mix-up, we'll send the right size today.",
      'We apologise for the confusion and will send the correct size today.',
    ],
    [
      'Can you guys tell us what the job pays?',
      'Could you please tell us what the salary of the position is?',
    ],
  ]),
];

/** Fluent texts that lose, reverse or invent something. */
export const badPairs: readonly Pair[] = [
  ...pairs('shorter', [
    ['If the pump makes a noise, switch it off and call Ben.', 'Switch it off and call Ben.'],
    [
      'Water the plants in the hall unless it has rained during the week.',
      'Water the plants in the hall during the week.',
    ],
    [
      'We will write to you as soon as the samples have arrived from the laboratory.',
      'We will not write to you until the samples have arrived.',
    ],
    [
      'Please write your name and the number of your locker on the label of the bag.',
      'Please write on the label of the bag.',
    ],
    [
      'Anyone who still has a borrowed helmet should give it back to Maria before the race.',
      'Maria should give back the helmet before the race.',
    ],
    [
      'The driver waits for ten minutes, after which the parcel goes back to the depot.',
      'The driver waits for ten minutes at the depot.',
    ],
    [
      'The samples are kept in the fridge until the doctor has signed the list.',
      'The doctor has signed the list in the fridge.',
    ],
    [
      'We parse the file again because the cache does not know that the settings have changed.',
      'The cache has changed the settings.',
    ],
    [
      'The museum opens at 10, but the tower stays closed while the stairs are being repaired.',
      'The museum opens at 10, and the stairs are repaired.',
    ],
    [
      'You should take the stairs instead of the lift when there is a fire in the building.',
      'Take the stairs and the lift.',
    ],
    [
      'Only members of the club may bring guests to the dinner on Saturday.',
      'Members may bring guests to the dinner on Saturday.',
    ],
    [
      'All rooms have been cleaned except the kitchen, which the painters are still using.',
      'All rooms have been cleaned by the painters.',
    ],
    [
      'The old server will be switched off after the data has been copied to the new one.',
      'The old server has been copied to the new one.',
    ],
    [
      'The parser reads the table, checks every row and reports the first error to the user.',
      'The parser reads the table.',
    ],
    [
      'I asked the plumber to look at the tap in the bathroom, the drain and the heating.',
      'I asked the plumber to look at the tap.',
    ],
    [
      'While we were testing the brakes we found that two of the screws were loose.',
      'We tested the brakes with loose screws.',
    ],
    [
      'Before you paint the wall, wash it with warm water and let it dry overnight.',
      'Paint the wall with warm water and let it dry.',
    ],
    [
      'The report must be approved by the board before it is sent to the press.',
      'The report is sent to the press.',
    ],
    [
      'The route over the pass is longer, yet it is safer than the tunnel in winter.',
      'The tunnel is safer in winter.',
    ],
  ]),
  ...pairs('clearer', [
    ['How the index is built', 'The index is built to make searches faster.'],
    [
      'Should the sensor fail, the valve is closed by the controller.',
      'The controller closes the valve.',
    ],
    [
      'The seats are assigned by the system on the morning of the flight, unless you have paid for one.',
      'You have paid for the seats on the morning of the flight.',
    ],
    [
      'It is the tenant by whom the meter is read, and the landlord who pays the bill.',
      'The tenant pays the bill and reads the meter.',
    ],
    [
      'Access to the archive is granted only after a course on data protection has been passed.',
      'Access to the archive is a course on data protection.',
    ],
    [
      'Weights that are too large do not break the training; they only make it slower.',
      'Large weights break the training slowly.',
    ],
    [
      'The licence covers the use of the library, but not the distribution of modified copies.',
      'The licence covers the use of the library and modified copies.',
    ],
    [
      'Files that have not been opened for a year are moved to the archive.',
      'Files are moved to the archive after a year of use.',
    ],
    [
      'The queue is emptied by the worker before the connection is closed.',
      'The worker closes the connection before the queue is emptied by the server.',
    ],
    [
      'A discount is given to groups by the theatre, provided that they book a week ahead.',
      'The theatre gives a discount to groups.',
    ],
    [
      'The password is sent to the address that was given when the account was opened.',
      'The account was opened with a password and sent by the address.',
    ],
    [
      'Errors in the log are ignored by the script so that the build does not stop at night.',
      'The script ignores errors and stops the build at night.',
    ],
  ]),
  ...pairs('friendlier', [
    [
      'Allow three days for the repair. Do not phone before then.',
      'Please do not phone for three days before the repair.',
    ],
    ['Bring your own towel.', "I'm so happy to see you! Please bring your lovely family."],
    [
      'The course is full. You are on the waiting list.',
      'Congratulations, we are happy to welcome you to the course!',
    ],
    [
      'Your bike is not ready. Come on Friday.',
      "We're glad to say that your bike is ready, come on Friday.",
    ],
    ['Print the ticket and show it to the guard.', 'Please paste the ticket on the guard.'],
    ['We do not deliver on Sundays.', "Thank you for your order, we're happy to deliver it soon."],
    [
      'You broke the glass, so you pay for it.',
      "We're sorry about the glass, thank you for your patience.",
    ],
    [
      'I read your draft. The ending is weak.',
      'I really loved reading your draft, and the ending is wonderful.',
    ],
    [
      'Leave the keys with the porter when the shop is closed.',
      'Please leave the shop with the porter, thank you.',
    ],
    [
      'The lift is broken. Take the stairs.',
      "Sorry, I'm sorry, I'm sorry, the lift is broken, I'm sorry.",
    ],
  ]),
  ...pairs('more-formal', [
    [
      "Don't park in front of the gate, or we'll have you towed.",
      'Please park in front of the gate.',
    ],
    [
      'Tom says the heating is fine, but the flat is still freezing.',
      'The heating in the flat is in excellent condition.',
    ],
    [
      "If the shop's out of oat milk, get soy instead.",
      'Please purchase oat milk and soy milk at the shop.',
    ],
    [
      "We're waiting for the lab, they've still got the samples.",
      'The laboratory is waiting for the samples.',
    ],
    [
      'I fixed the login, the payments page and the emails are next.',
      'I have completed the login.',
    ],
    [
      'Nobody told us the road was closed, so we missed the ferry.',
      'The ferry was closed, and the road was not informed.',
    ],
    [
      'Grab a chair from the hall, the ones in here are wobbly.',
      'The chairs in the hall are unstable.',
    ],
    ['Ask Jo before you merge, she knows the old code.', 'Jo has merged the old code.'],
    [
      'The kids can stay up until the film is over.',
      'The children may not stay up until the film is over.',
    ],
  ]),
];
