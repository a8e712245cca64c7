"""Things that people write at work and at home, each in several registers.

A block is one thing to say. P: plain, S: shorter, W: wordy and clumsy, C: curt or stiff, K: casual,
F: warm, O: formal. `|` parts the ways to say it, which all give the same facts.
"""

WORK = """
P {N} is on leave until {D} | {N} is away until {D}
W At this point in time, {N} is away from the office, the reason being that there is a period of
 leave which lasts until {D} | It is the case that {N} is currently absent on leave, and this will
 be so until {D}
C {N} away until {D}
K {N}'s off till {D}
F Just so you know, {N} is enjoying some time off until {D}
O Please note that {N} is on leave until {D}

P The meeting is on {D} at {T} in {P} | We meet in {P} on {D} at {T}
W The meeting is one that is going to be taking place in {P} on {D}, and the time at which it is
 going to start is {T}
S Meeting: {P}, {D}, {T} | We meet on {D} at {T} in {P}
C Meeting {D} {T} {P}
K we're meeting {D} at {T} in {P}, ok?
F We're looking forward to seeing you at the meeting in {P} on {D} at {T}
O The meeting will take place in {P} on {D} at {T}

P I moved our call from {T} to {T2} because {N} has a train to catch
W I have made the decision to change the time of our call, which was at {T} up to now, to the new
 time of {T2}, due to the fact that {N} has a train that needs to be caught
S I moved our call from {T} to {T2}: {N} has a train to catch
C Call moved from {T} to {T2}. {N} has a train to catch
K moved our call from {T} to {T2} cos {N} has a train to catch
F I hope it's all right that I moved our call from {T} to {T2}, so that {N} can catch a train
O I have rescheduled our call from {T} to {T2}, as {N} has a train to catch

P The total is {A}, which is {p} more than we planned | We planned {p} less; the total is {A}
W When everything is added together, the total amount comes to a figure of {A}, which represents an
 increase of {p} in comparison with what was originally planned by us
S The total is {A}, {p} over our plan
C Total {A}. {p} over plan
O The total amounts to {A}, which exceeds our plan by {p}

P You have not paid invoice {m} yet. It is for {A} and was due on {D} | Invoice {m} for {A} was due
 on {D}, but you have not paid it yet
W We are writing to you for the purpose of drawing your attention to the fact that invoice {m},
 which is for the sum of {A} and which was due for payment on {D}, has not yet been paid by you
S Invoice {m} ({A}), due on {D}, has not been paid yet
C You did not pay invoice {m}. {A} was due on {D}
K hey, you still haven't paid invoice {m}, it's {A} and it was due {D}
F This is just a friendly reminder that invoice {m} for {A} was due on {D} and has not been paid
 yet
O According to our records, invoice {m} for {A}, due on {D}, has not yet been paid

P Your parcel {m} left {P} on {D} and should arrive within {days}
W With regard to your parcel with the number {m}, we are able to inform you that it left {P} on
 {D}, and it is expected that its arrival will take place within a period of {days}
S Parcel {m} left {P} on {D} and should arrive within {days}
C Parcel {m} left {P} {D}. Wait {days}
F Good news: your parcel {m} left {P} on {D} and should be with you within {days}
O We wish to inform you that your parcel {m} left {P} on {D} and is expected within {days}

P We cannot give you a refund because you returned the {t1} after {days}
W Unfortunately it is not possible for a refund to be given by us to you, in view of the fact that
 the return of the {t1} by you took place after {days}
C We cannot give you a refund. You returned the {t1} after {days}
K we can't refund you, you sent the {t1} back after {days}
F We're sorry, but we cannot give you a refund, because you returned the {t1} after {days}
O We regret that we are unable to offer you a refund, as you returned the {t1} after {days}

P I cannot come on {D} because I have to take {N} to the doctor
W I am afraid that I have to let you know that it will not be possible for me to come on {D} owing
 to the fact that I have the obligation of taking {N} to the doctor
S I can't come on {D}: I have to take {N} to the doctor
C Can't come {D}. I take {N} to the doctor
K can't make it {D}, gotta take {N} to the doctor
F I'm so sorry, but I can't come on {D}, because I have to take {N} to the doctor
O I am unable to attend on {D}, as I must take {N} to the doctor

P {N} found {n} mistakes in the {t1}, and {N2} corrected them
W There were {n} mistakes that were found in the {t1} by {N}, and the correction of these mistakes
 was something that was then carried out by {N2}
S {N} found {n} mistakes in the {t1}; {N2} corrected them
C {n} mistakes in the {t1} ({N}). Corrected by {N2}
O {N} identified {n} errors in the {t1}, which {N2} has corrected

P Do you have time to look at the {t1} before {D}? | Can you look at the {t1} before {D}?
W Would there perhaps be a possibility that you would have some time available to take a look at
 the {t1} at some point prior to {D}?
C Look at the {t1} before {D}
K got time to look at the {t1} before {D}?
F Would you have a moment to look at the {t1} before {D}? That would be a great help!
O Would you be able to examine the {t1} before {D}?

P What do you think of the offer from {O}? | How do you like the offer from {O}?
W It would be interesting to find out from you what your opinion is on the subject of the offer
 that was made by {O}
C Your opinion on the offer from {O}?
K so what do u think of the offer from {O}?
F It would be lovely to hear what you think of the offer from {O}!
O Your opinion on the offer from {O} would be appreciated

P The {t1} cost {A}, but we only need {n} of them
W The fact of the matter is that the {t1} have a cost of {A}, although it should be added that we
 have a need for only {n} of them
S The {t1} cost {A}; we only need {n}
C {t1}: {A}. We only need {n}
O The {t1} cost {A}; however, we require only {n} of them

P {N} will take over from {N2} on {D} | On {D}, {N} will take over from {N2}
W It has been decided that, with effect from {D}, the duties that have up to now been carried out
 by {N2} will be taken over by {N}
S {N} takes over from {N2} on {D}
C From {D}: {N} instead of {N2}
K {N}'s taking over from {N2} on {D}
F We're delighted that {N} will take over from {N2} on {D}
O {N} will assume the duties of {N2} on {D}

P We have {n} {t1}, but the {O} order is for {m} | The {O} order is for {m} {t1}; we have {n}
W The number of {t1} that we have at the present moment in time is {n}, whereas the order that was
 placed by {O} is for a total number of {m}
S We have {n} of the {m} {t1} for {O}
C {n} {t1} here. {O} order: {m}

P The heating in {P} does not work. Please send somebody by {D}
W It is necessary to bring to your attention the fact that the heating in {P} does not work at the
 present time, and it is requested that somebody should be sent by you by {D} at the latest
C Heating in {P} does not work. Send somebody by {D}
K heating in {P} doesn't work, can you send someone by {D}?
F Unfortunately, the heating in {P} does not work. Could you please send somebody by {D}? Thank you
 so much!
O The heating in {P} does not work at present. Kindly send somebody by {D}

P Thank you for the {t1}. They arrived on {D}, and all {n} are in good order
W On this occasion thanks are to be expressed to you for the {t1}, which arrived here on {D}, and
 it can be confirmed that all {n} of them are in a good condition
S Thanks for the {t1}: all {n} arrived on {D} in good order
C Got the {t1} {D}. All {n} ok
K thx for the {t1}, came {D}, all {n} fine
F Thank you so much for the {t1}! They arrived on {D}, and all {n} are in perfect order
O Thank you for the {t1}, which arrived on {D}; all {n} are in good order

P The price goes up from {A} to {A2} on {D} | On {D}, the price rises from {A} to {A2}
W We feel obliged to inform you of the fact that an increase in the price, from the present {A} to
 the new amount of {A2}, is going to come into effect on {D}
S From {D}, the price is {A2} instead of {A}
C New price from {D}: {A2} (was {A})
K heads up, price goes from {A} to {A2} on {D}
F We wanted to let you know early that the price will go up from {A} to {A2} on {D}
O Please be informed that the price will increase from {A} to {A2} on {D}

P I have read your report, and I do not agree with {N} about the {t1}
W Having now had the opportunity to read through your report, I find myself in the position of not
 being in agreement with {N} on the matter of the {t1}
C I read your report. I do not agree with {N} about the {t1}
K i read your report, i don't agree with {N} on the {t1} tho
F I enjoyed reading your report! I just do not agree with {N} about the {t1}
O I have read your report and do not agree with {N} regarding the {t1}

P If you need help with the {t1}, call {N} on extension {n}
W In the event that you should find yourself in need of any kind of assistance in relation to the
 {t1}, you are requested to get in contact by telephone with {N}, whose extension is {n}
S For help with the {t1}, call {N} on extension {n}
C Problems with the {t1}? Call {N}, extension {n}
K stuck with the {t1}? just ring {N} on extension {n}
F If you need any help with the {t1}, {N} will be happy to help you on extension {n}
O Should you require assistance with the {t1}, please call {N} on extension {n}

P {n} people came to the workshop in {P}, although only {m} had registered
W As far as the workshop in {P} is concerned, it was attended by a number of people that came to
 {n}, despite the fact that the number of those who had registered was only {m}
S {n} people came to the workshop in {P}; only {m} had registered
C Workshop {P}: {n} came, {m} registered
O The workshop in {P} was attended by {n} people, although only {m} had registered

P We decided to buy {n} {t1} for {A}. {N} was against it
W A decision was arrived at by us to the effect that {n} {t1} should be purchased at a price of
 {A}, a decision to which opposition was expressed by {N}
S Decision: we buy {n} {t1} for {A} ({N} against)
C Decided: {n} {t1}, {A}. {N} against
O We resolved to purchase {n} {t1} for {A}. {N} was opposed

P {N} asked why the {t1} are late. {N2} said that {O} had not sent them
W A question was raised by {N} with regard to the reason for which the {t1} are late, in reply to
 which it was stated by {N2} that they had not been sent by {O}
S {N} asked why the {t1} are late; {N2}: {O} had not sent them
O {N} enquired why the {t1} were late. {N2} replied that {O} had not sent them

P The train to {P} leaves at {T} from platform {n}, so be there by {T2}
W It should be mentioned to you that the train that goes to {P} will be departing at {T} from the
 platform that has the number {n}, which means that it is necessary to be there by {T2}
S Train to {P}: {T}, platform {n}. Be there by {T2}
C Train to {P} {T}, platform {n}. Be there by {T2}
K train to {P} goes at {T} from platform {n}, be there by {T2}!
F The train to {P} leaves at {T} from platform {n}, so please be there by {T2}. See you then!
O The train to {P} departs at {T} from platform {n}; kindly arrive by {T2}

P Please do not use the lift on {D} | On {D}, please do not use the lift
W All persons are hereby requested to make sure that they do not make use of the lift on {D}
C Do not use the lift on {D}!
K don't take the lift {D}
F Could you please not use the lift on {D}? Thank you!
O Kindly do not use the lift on {D}

P I am sorry that the {t1} came {days} late
W I would like to take this opportunity to say that I am sorry in respect of the fact that the {t1}
 came {days} late
C I am sorry. The {t1} came {days} late
K i'm sorry the {t1} came {days} late
F I'm truly sorry that the {t1} came {days} late, and thank you for your patience!
O I apologise that the {t1} came {days} late

P Nobody told us that {O} is closed on {D}
W We were at no point in time made aware by anybody at all of the circumstance that {O} is closed
 on {D} | The information that {O} is closed on {D} was something that nobody gave to us
C Nobody told us {O} is closed {D}
K nobody told us {O}'s closed on {D}
O Nobody informed us that {O} is closed on {D}

P The room holds {n} people. We expect {m} | The room holds {n} people, but we expect {m}
W The room is one which offers enough space for a number of {n} people, while at the same time the
 number of people that is expected by us is {m}
S The room holds {n}; we expect {m}
O The room accommodates {n} people, whereas we expect {m}

P Our office in {P} moves to {P2} on {D} | On {D}, our office moves from {P} to {P2}
W We would hereby like to announce to all of you that the relocation of our office, which is at the
 moment in {P}, to the new location in {P2} will be taking place on {D}
C Office moves {P} to {P2}, {D}
K our office is moving from {P} to {P2} on {D}
F We're excited to move our office from {P} to {P2} on {D}
O Our office will relocate from {P} to {P2} on {D}

P Your application is complete. You will hear from {N} by {D}
W With reference to your application, it can be confirmed that everything that is required has been
 received and that it is complete, and you will be contacted by {N} by {D}
S Your application is complete; {N} will reply by {D}
C Application complete. {N} answers by {D}
F Great, your application is complete! You will hear from {N} by {D}
O Your application is complete. {N} will contact you by {D}

P I booked a table for {n} at {T} under the name {N}
W I have gone ahead and made a booking in respect of a table which is for {n} persons at {T}, and
 the name under which this was done is {N}
S Table for {n} at {T}, name: {N}
C Table for {n}, {T}, {N}
K got us a table for {n} at {T} under {N}
F I'm happy to say that I booked a table for {n} at {T} under the name {N}
O I have reserved a table for {n} at {T} under the name {N}

P We still need volunteers for {D}: {n} in {P} and {m} in {P2}
W There continues to be a need for volunteers on our part for {D}, more specifically a number of
 {n} in {P} as well as a further number of {m} in {P2}
C Volunteers needed {D}: {n} {P}, {m} {P2}
K we still need people for {D}, {n} in {P} and {m} in {P2}
F We'd love your help on {D}: we still need {n} volunteers in {P} and {m} in {P2}!
O We still require volunteers for {D}: {n} in {P} and {m} in {P2}

P My flight from {P} lands at {T}. {N} picks me up | {N} picks me up when my flight from {P} lands
 at {T}
W The flight on which I will be travelling from {P} is due to be landing at {T}, at which point in
 time I am going to be picked up by {N}
C Landing from {P} at {T}. {N} picks me up
K landing from {P} at {T}, {N}'s picking me up
O My flight from {P} arrives at {T}, and {N} will collect me

P The data for {O} is wrong: it says {m}, but {n} is correct
W In the data that relates to {O} there is an error, since the value that it gives is {m}, whereas
 the value that would actually be correct is {n}
S {O}: the data says {m}, correct is {n}
C Data for {O} wrong. Says {m}, should be {n}
K data for {O} is off, says {m} but it's {n}
F I think there is a small slip in the data for {O}: it says {m}, but {n} is correct
O The data for {O} is incorrect: it states {m}, whereas {n} is correct

P We can offer you a discount of {p} if you order before {D}
W We would be in a position to make you an offer of a discount in the amount of {p} provided that
 the placing of your order takes place before {D}
S Order before {D} and get {p} off
C {p} off if you order before {D}
K you get {p} off if you order before {D}
F We'd be happy to give you a discount of {p} if you order before {D}
O We are pleased to offer you a discount of {p} if you order before {D}

P {N} has worked for us since {Y} and now leads the team in {P}
W {N} is someone who has been in our employment from the year {Y} onwards and who at the present
 time is the person responsible for leading the team in {P}
S {N}, with us since {Y}, leads the team in {P}
F We're proud that {N}, who has been with us since {Y}, now leads the team in {P}
O {N} has been employed by us since {Y} and currently heads the team in {P}
"""
