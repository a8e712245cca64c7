"""More things that people write, of daily life and of work, each in several registers.

As frames_work.py. Wordy ways come in two sorts here: official, and rambling as people speak.
"""

LIFE = """
P The dentist moved your appointment from {D} to {D2} at {T}
W Your appointment at the dentist, which was originally scheduled to take place on {D}, has had to
 be moved by the dentist and is now going to take place on {D2} at {T} | So the thing with your
 appointment on {D} is that the dentist basically had to move it, and so it will now sort of be on
 {D2} at {T}
S Your dentist appointment moved from {D} to {D2} at {T}
C Dentist moved your appointment. {D2} {T}, was {D}
K dentist moved your appointment from {D} to {D2} at {T}
F Just a quick note: the dentist moved your appointment from {D} to {D2} at {T}
O Your dental appointment of {D} has been rescheduled to {D2} at {T}

P {N} lost a black bag in the train to {P} on {D}. It holds {n} keys and {A}
W On {D}, in the train that goes to {P}, it came to pass that a black bag was lost by {N}, the
 contents of which consist of {n} keys and of an amount of {A} | What happened on {D} was that {N}
 was in the train to {P} and basically lost this bag, a black one, and inside of it there are {n}
 keys and also {A}
S {N} lost a black bag with {n} keys and {A} in the train to {P} on {D}
C {N} lost black bag, train to {P}, {D}. {n} keys, {A} inside
O On {D}, {N} lost a black bag containing {n} keys and {A} in the train to {P}

P The soup needs {n} onions and {m} ml of water; cook it for {n2} minutes
W For the making of this soup it is necessary to have {n} onions as well as a quantity of {m} ml of
 water, and the time for which it should be cooked is {n2} minutes | What you are going to want for
 the soup is {n} onions, and then also {m} ml of water, and then you just kind of let it cook for
 {n2} minutes or so
S Soup: {n} onions, {m} ml of water; cook for {n2} minutes
C {n} onions, {m} ml water, cook {n2} minutes. Soup
F For a lovely soup, you need {n} onions and {m} ml of water; cook it for {n2} minutes and enjoy!

P {N} and {N2} got engaged in {P} on {D}. The wedding is in {Y}
W We have been informed of the fact that an engagement between {N} and {N2} took place in {P} on
 {D}, and the wedding is planned for the year {Y} | Guess what, so {N} and {N2} were in {P} on {D},
 right, and they actually got engaged, and the wedding is apparently going to be in {Y}
C {N} and {N2} engaged, {P}, {D}. Wedding {Y}
F Wonderful news: {N} and {N2} got engaged in {P} on {D}! The wedding is in {Y}
O {N} and {N2} were engaged in {P} on {D}. The wedding will take place in {Y}

P The hotel in {P} was clean, but the room cost {A} and the street was loud
W With regard to the hotel in {P}, it can be said that as far as cleanliness is concerned there was
 nothing to complain about, but the price of the room came to {A} and there was a great deal of
 noise in the street | I mean the hotel in {P} was, you know, clean and everything, but then the
 room was like {A}, and on top of that the street was really quite loud as well
S The hotel in {P} was clean, but {A} a room and a loud street
C Hotel {P}: clean. {A}. Loud street
O The hotel in {P} was clean; however, the room cost {A} and the street was noisy

P I called {O} on {D}, but nobody answered for {n} minutes
W On {D} I made an attempt at contacting {O} by means of a telephone call, but it was the case that
 nobody answered during a period of {n} minutes | So on {D} I was trying to call {O}, and I was
 literally just sitting there for {n} minutes, and nobody answered at all
S I called {O} on {D}; nobody answered for {n} minutes
C Called {O} {D}. I waited {n} minutes, nobody answered
K i called {O} on {D} n nobody answered for {n} minutes
F I called {O} on {D}, but sadly nobody answered for {n} minutes
O I telephoned {O} on {D}; nobody answered for {n} minutes

P Your cat was in our garden again and broke {n} pots
W It has come to our attention that on another occasion your cat has been present in our garden, in
 the course of which a number of {n} pots were broken by it | So your cat, it was in our garden
 again, and this time what it did was that it went and broke {n} pots of ours
C Your cat broke {n} pots in our garden. Again!
K your cat's been in our garden again n broke {n} pots
F Just so you know, your cat came to see us in our garden again and broke {n} pots
O We regret to inform you that your cat was in our garden again and broke {n} pots

P The library charges {A} for each day that a book is late
W In the event that a book is returned late to the library, a charge in the amount of {A} is levied
 by the library in respect of each day of the delay | The way it works at the library is that, for
 each day that a book is late, they are going to charge you something like {A}
S The library charges {A} a day for late books
C Late book: {A} per day. Library rule
O The library charges a fee of {A} for each day that a book is overdue

P We left {P} at {T} and reached {P2} {days} later
W Our departure from {P} took place at {T}, and our arrival in {P2} was something that took place
 {days} later | So we finally got going and left {P} at around, well, at {T}, and then it was
 {days} later by the time that we had actually reached {P2}
S We left {P} at {T} and reached {P2} {days} later
C {P} {T}. {P2} {days} later
O We departed from {P} at {T} and arrived in {P2} {days} later

P The doctor says that {N} must rest for {days} and take {n} tablets a day
W According to what has been stated by the doctor, it is necessary for {N} to take a rest for a
 period of {days}, in addition to which {n} tablets need to be taken each and every day | The
 doctor was basically saying to us that what {N} has to do is rest for {days}, and then also take
 {n} tablets each day
S {N} must rest for {days} and take {n} tablets a day, says the doctor
C Doctor: {N} rests {days}, {n} tablets a day
O The doctor has advised that {N} must rest for {days} and take {n} tablets a day

P Our club has {m} members, {n} of them from {P}
W The total number of members that our club has at the present time amounts to {m}, and out of
 these there are {n} who come from {P} | Our club, we have like {m} members by now, and I think it
 is {n} of them that actually come from {P}
S Our club has {m} members, {n} from {P}
C Club: {m} members, {n} from {P}

P The neighbours in {P} complained about the noise on {D}. We ended the party at {T}
W On account of the noise which occurred on {D}, complaints were made by the neighbours in {P}, and
 the party was brought to an end by us at {T} | So there was this noise on {D} and the neighbours
 in {P} were kind of complaining about it, and so in the end we just ended the party at {T}
S The neighbours in {P} complained about the noise on {D}; we ended the party at {T}
O The neighbours in {P} complained about the noise on {D}, and we ended the party at {T}

P Can I borrow your ladder on {D}? I will bring it back by {T}
W I would like to enquire as to whether there is any possibility of my borrowing your ladder on
 {D}, which I will of course make sure to bring back by {T}? | Hey so I was sort of wondering if I
 could maybe borrow your ladder on {D}, and I will definitely bring it back by {T}?
C I need your ladder on {D}. I bring it back by {T}
K can i borrow your ladder {D}? i'll bring it back by {T}
F Could I please borrow your ladder on {D}? I will bring it back by {T}. Thank you so much!
O May I borrow your ladder on {D}? I will return it by {T}

P {N} plays in {P} on {D}. A ticket costs {A}
W A concert by {N} is going to be taking place in {P} on {D}, and the price at which a ticket can
 be obtained is {A} | So {N} is actually going to play in {P}, that is on {D}, and what they want
 for a ticket is {A}
S {N} in {P}, {D}, {A} a ticket
C {N}, {P}, {D}. {A}
F Good news: {N} plays in {P} on {D}! A ticket costs {A}
O {N} will perform in {P} on {D}. Tickets cost {A}

P I forgot my password and cannot open the account of {O}
W Due to the circumstance that I have forgotten my password, I find myself in a situation in which
 I cannot open the account of {O} | So I kind of forgot my password, stupid me, and now I cannot
 open the account of {O} any longer
C I forgot my password. I cannot open the account of {O}
K forgot my password, i can't open the {O} account
F Sorry to bother you: I forgot my password and cannot open the account of {O}
O I have forgotten my password and cannot access the account of {O}

P Dogs are welcome in the park, but they must be on a lead from {T} to {T2}
W Visitors are hereby informed of the fact that dogs are permitted to enter the park, but it is
 necessary for them to be kept on a lead during the hours from {T} to {T2} | With dogs it is like
 this, they are welcome in the park and all that, but then they do have to be on a lead from {T} to
 {T2}
S Dogs are welcome in the park, on a lead from {T} to {T2}
C Dogs on a lead from {T} to {T2}! | Dogs in the park: lead from {T} to {T2}
F Your dogs are very welcome in the park; please keep them on a lead from {T} to {T2}. Thank you!
O Dogs are permitted in the park but must be kept on a lead from {T} to {T2}

P My bike was stolen in {P} on {D}. It is red and worth {A}
W I am writing with regard to the theft of my bike, an event which took place in {P} on {D}; the
 bike in question is red in colour and has a value of {A} | So on {D}, when I was in {P}, somebody
 went and stole my bike, which is a red one by the way, and it is worth like {A}
S My red bike, worth {A}, was stolen in {P} on {D}
C Bike stolen, {P}, {D}. Red, {A}. It is my bike
O I wish to report that my bicycle, which is red and worth {A}, was stolen in {P} on {D}

P The course starts on {D} and lasts {days}. {n} places are free
W As regards the course, the start of it is scheduled for {D} and it is going to have a duration of
 {days}; at this moment in time there are {n} places which are still free | OK so the course, that
 one starts on {D} and then it goes on for {days}, and the last time that somebody looked there
 were {n} places free
S The {days} course starts on {D}; {n} places are free
C Course {D}, {days}, {n} places free
F The course starts on {D} and lasts {days}. {n} places are free, and we'd be glad if you joined
 us!
O The course commences on {D} and lasts {days}. {n} places are available

P The washing machine stops after {n} minutes and shows the code {m}
W In the case of the washing machine, the problem that occurs is that it comes to a stop after {n}
 minutes, and what is shown by it is the code {m} | So what the washing machine does every time is
 that it runs for like {n} minutes and then it just stops, and then it shows this code {m}
S The washing machine stops after {n} minutes with the code {m}
C Washing machine stops after {n} minutes. Code {m}

P {N} grew up in {P}, studied in {P2} and joined {O} in {Y}
W {N} is a person who spent the years of growing up in {P}, after which a course of study was
 followed in {P2}, and it was in the year {Y} that {N} joined {O} | So {N}, who actually grew up in
 {P}, went and studied in {P2}, and then at some point, that was {Y}, joined {O}
S {N} grew up in {P}, studied in {P2} and joined {O} in {Y}
C {N}: from {P}, studies in {P2}, {O} since {Y}
O {N} was raised in {P}, studied in {P2} and joined {O} in {Y}

P Bring warm clothes, because it is {n} degrees colder in {P}
W It is to be recommended that everybody brings clothes that are warm with them, in view of the
 fact that the temperature in {P} is {n} degrees colder | What you really want to do is bring, you
 know, warm clothes and so on, because apparently in {P} it is something like {n} degrees colder
S Bring warm clothes: it is {n} degrees colder in {P}
C Warm clothes! {P} is {n} degrees colder
K bring warm clothes, it's {n} degrees colder in {P}
F Please bring warm clothes, because it is {n} degrees colder in {P}. Enjoy!
O Kindly bring warm clothing, as it is {n} degrees colder in {P}

P {n} of the {m} trees in the park are sick, so the city will cut them down on {D}
W As a result of the fact that {n} of the {m} trees which are located in the park have been found
 to be sick, the cutting down of these is going to be carried out by the city on {D} | So it turns
 out that {n} of the {m} trees in the park are actually sick, and so what the city is going to do
 is cut them down on {D}
S The city will cut down {n} sick trees of the {m} in the park on {D}
C {n} of {m} trees in the park sick. City cuts them down {D}
O {n} of the {m} trees in the park are diseased; the city will therefore fell them on {D}

P The survey shows that {p} of the drivers in {P} never use the bus
W What emerges from the results of the survey is the finding that {p} of the drivers who are in {P}
 never make use of the bus | So we did look at the survey, or at least it shows, that {p} of the
 drivers in {P} they never actually use the bus
S In {P}, {p} of the drivers never use the bus, the survey shows
O The survey indicates that {p} of the drivers in {P} never use the bus

P Milk, bread and {n} eggs: please buy them at {O} before {T}
W There is a need for some milk and also for some bread as well as for {n} eggs, and it would be
 appreciated if these could please be bought at {O} before {T} | OK so what is needed is milk, and
 then bread, and oh yes {n} eggs, so if those could be bought at {O} before {T}, please
S Please buy milk, bread and {n} eggs at {O} before {T}
C Buy milk, bread, {n} eggs. {O}, before {T}
K milk, bread n {n} eggs pls, {O}, before {T}
F Could you please buy milk, bread and {n} eggs at {O} before {T}? Thank you!
"""
