"""Blunt things that people write, with warm and formal ways to say the same.

As frames_work.py. Who speaks, what is refused and what is wrong stay as they are: warmth is in how.
"""

TONE = """
P You forgot the {t1} again. I need them by {T}
C You forgot the {t1} again! I need them by {T}
K u forgot the {t1} again, i need them by {T}
F I think you forgot the {t1} again. Could you please send them? I need them by {T}. Thank you!
O It appears that you have forgotten the {t1} again. I require them by {T}

P You are late again. The meeting began at {T}
C You are late. Again. The meeting began at {T}
K you're late again, meeting started at {T}
F I noticed that you are late again. The meeting began at {T}, and it would be lovely to have you
 with us
O You are late again. Please note that the meeting began at {T}

P This is wrong. The price is {A}, not {A2}. Please correct it
C This is wrong. The price is {A}, not {A2}. Correct it
K that's wrong, it's {A} not {A2}, fix it pls
F Thank you for this! There is just one mistake: the price is {A}, not {A2}. Could you please
 correct it?
O This is incorrect: the price is {A}, not {A2}. Kindly correct it

P The invoice is wrong: it says {n} hours, but we agreed on {n2}. Please correct it
C The invoice is wrong. It says {n} hours. We agreed on {n2}. Correct it
K invoice is wrong, says {n} hours but we agreed on {n2}
F There seems to be a small mistake in the invoice: it says {n} hours, but we agreed on {n2}. Could
 you please correct it? Thank you!
O The invoice is incorrect: it states {n} hours, whereas we agreed on {n2}. Kindly correct it

P Your change breaks the build on {X}. Please fix it
C Your change breaks the build on {X}. Fix it
K your change broke the build on {X}, pls fix
F Thank you for your change! It breaks the build on {X}, though. Could you please fix it?
O Your change breaks the build on {X}. Kindly resolve this

P Your text is too long. Please cut {n} lines
C Your text is far too long. Cut {n} lines
K your text's too long, cut {n} lines
F I enjoyed your text! It is a little too long; could you please cut {n} lines?
O Your text is too long. Please remove {n} lines

P I do not understand your mail. What do you want from {N}?
C I do not understand your mail at all. What do you want from {N}?
K don't get your mail, what do u want from {N}?
F I'm sorry, but I do not quite understand your mail. Could you tell me what you want from {N}?
O I do not fully understand your mail. Could you clarify what you want from {N}?

P No, I cannot do your shift on {D}. Ask {N}
C No, I can't do your shift on {D}. Ask {N}
K nope, can't do your shift {D}, ask {N}
F I'm so sorry, but no, I cannot do your shift on {D}. Maybe you could ask {N}?
O Unfortunately, no, I cannot take your shift on {D}. Please ask {N}

P We do not lend our {t1}. You can rent them from {O} for {A}
C We don't lend our {t1}. Rent them from {O} for {A}
K we don't lend the {t1}, rent them from {O}, {A}
F We're sorry, but we do not lend our {t1}. You are very welcome to rent them from {O} for {A}
O We do not lend our {t1}. They may be rented from {O} for {A}

P We do not give discounts on {t1}. If you buy {n} or more, you get {p} off
C No, we do not give discounts on {t1}. Buy {n} or more, then you get {p} off
K we don't do discounts on {t1}, but buy {n} or more n you get {p} off
F We're sorry that we do not give discounts on {t1}, but good news: if you buy {n} or more, you get
 {p} off!
O We do not grant discounts on {t1}. If you purchase {n} or more, you will receive {p} off

P Smoking is not allowed in {P}. You will pay {A}
C No smoking in {P}, or you pay {A} | Smoking is not allowed in {P}! You pay {A}
K no smoking in {P} or u pay {A}
F Please note that smoking is not allowed in {P}; sadly, you would have to pay {A}. Thank you!
O Smoking is not permitted in {P}. You will be charged {A}

P Cars may not park here after {T}. We will tow them
C No parking here after {T}. We tow
K no parking here after {T}, we'll tow you
F Please do not park here after {T}, because we would have to tow your car. Thank you so much!
O Parking is not permitted here after {T}. We will tow vehicles

P You must register before {D}, or you will not get a ticket
C Register before {D} or you get no ticket! | You must register before {D}, or you will not get a
 ticket!
K register before {D} or you won't get a ticket
F Please register before {D}, so that we do not have to leave you without a ticket. Thank you!
O You must register before {D}; otherwise you will not receive a ticket

P Send me the signed {t1} by {D}. I will not keep the flat for you after that
C Send me the signed {t1} by {D}. I will not keep the flat after that
K send me the signed {t1} by {D}, i won't keep the flat after that
F Could you please send me the signed {t1} by {D}? I will not be able to keep the flat after that.
 Thank you!
O Please send me the signed {t1} by {D}. I will not reserve the flat after that

P You have not answered my mail of {D}. I need an answer by {D2}
C You did not answer my mail of {D}. Answer by {D2}!
K you haven't answered my mail from {D}, need an answer by {D2}
F I know you are busy, but you have not answered my mail of {D} yet. Could you please answer by
 {D2}?
O You have not yet answered my mail of {D}. I would be grateful for an answer by {D2}

P Your music is too loud. Turn it down after {T}
C Your music is too loud! Turn it down after {T}
K ur music's way too loud, turn it down after {T}
F Your music is a little loud for us. Could you please turn it down after {T}? Thank you, that is
 very kind!
O Your music is too loud. Kindly lower the volume after {T}

P I will not pay {A} for {n} broken {t1}. I want my money back
C I won't pay {A} for {n} broken {t1}. I want my money back!
K no way i'm paying {A} for {n} broken {t1}, i want my money back
F I'm afraid I will not pay {A} for {n} broken {t1}. Could I please have my money back? Thank you!
O I will not pay {A} for {n} broken {t1}. I request a refund

P Do not call me before {T}
C Don't call me before {T}!
K don't call me before {T} ok
F Could you please not call me before {T}? Thank you so much!
O Kindly do not call me before {T}

P Read the manual first. It is on page {n}
C Read the manual first! Page {n}
K just read the manual first, it's on page {n}
F Good question! Could you please have a look at the manual first? It is on page {n}
O Please read the manual first. It is on page {n}

P We have no time for this before {D}. Please wait
C We have no time for this before {D}. Wait
K no time for this before {D}, you'll have to wait
F Thank you for your patience! We have no time for this before {D}, so please wait a little
O We have no time for this before {D}. We kindly ask you to wait

P Your order is late because {O} has no {t1}. We expect them on {D}
C Your order is late. {O} has no {t1}. We expect them {D}
K your order's late cos {O} has no {t1}, we expect them {D}
F We're sorry that your order is late: {O} has no {t1}. We expect them on {D}. Thank you for your
 patience!
O Your order is delayed, as {O} has no {t1}. We expect them on {D}

P The kitchen is dirty again. {N}, it is your turn
C The kitchen is dirty again! {N}, your turn
K kitchen's dirty again, {N} it's your turn
F The kitchen is dirty again. {N}, it is your turn, thank you so much for taking care of it!
O The kitchen is dirty again. {N}, please note that it is your turn

P You cannot bring {t1} into {P}
C You can't bring {t1} into {P}
K you can't bring {t1} into {P}, sorry
F Sorry, you cannot bring {t1} into {P}. Thank you for understanding!
O You may not bring {t1} into {P}

P Your test score is {n} of {m}. You did not pass
C {n} of {m}. You did not pass
K you got {n} of {m}, you didn't pass
F Thank you for taking part! Your score is {n} of {m}, so you did not pass this time
O Your test score is {n} of {m}. You did not pass

P I got your offer, but {A} is too much for me
C {A} is too much for me. I got your offer
K got your offer but {A} is too much for me
F Thank you so much for your offer! I'm sorry to say that {A} is too much for me
O I have received your offer; however, {A} is too much for me

P We are looking at your offer and will answer by {D}
C Looking at your offer. We answer by {D}
K we're checking your offer, will get back to you by {D}
F Thank you for your offer! We are looking at it and will happily answer by {D}
O We are considering your offer and will respond by {D}

P Did you get our offer of {D}? We need an answer by {D2}, or the price goes up to {A}
C You got our offer of {D}. Answer by {D2} or the price goes up to {A}
K hey, did you guys get our offer of {D}? need an answer by {D2} or the price goes up to {A}
F I hope you got our offer of {D}! Could you please answer by {D2}? After that, the price goes up
 to {A}
O Could you confirm that you have received our offer of {D}? We require an answer by {D2}, or the
 price will increase to {A}

P We cannot come to the fair in {P} this year, because we have too much to do
C We can't come to the fair in {P}. Too much to do this year
K sorry, can't make it to the fair in {P} this year, we've got too much on
F We're so sorry, but we cannot come to the fair in {P} this year, because we have too much to do
O We regret that we cannot attend the fair in {P} this year owing to other commitments

P The heater has been broken since {D}, and nobody came. We have {n} children here. Please send
 somebody
C The heater is broken since {D}. Nobody came. We have {n} children here. Send somebody!
K heater's been broken since {D} n nobody's shown up, we've got {n} kids here, send someone asap
F The heater has been broken since {D}, and nobody came yet. We have {n} children here, so could
 you please send somebody? Thank you!
O The heater has been out of order since {D}, and nobody has come. As we have {n} children here,
 please send somebody at your earliest convenience

P Thank you for the quick answer, it helps a lot. I will talk to {N} and write to you on {D}
C Got your answer. I talk to {N} and write to you {D}
K thanks for the quick answer, helps a lot! i'll chat with {N} n let you know {D}
F Thank you so much for the quick answer, it helps a lot! I will talk to {N} and write to you on
 {D}
O Thank you for your prompt answer, which is very helpful. I will speak to {N} and write to you on
 {D}

P Sorry, I broke the {t1}. I will pay for them
C Broke the {t1}. Will pay for them. It was me, I am sorry
K sorry, i broke the {t1}, i'll pay for them
F I'm so sorry that I broke the {t1}. Of course, I will pay for them
O I apologise for having broken the {t1}. I will pay for them

P The new logo is ugly. I liked the one of {Y} better
C The new logo is ugly. I liked the one of {Y} better!
K new logo's ugly, i liked the {Y} one better
F Thank you for the new logo! I have to say that I liked the one of {Y} even better
O I do not find the new logo appealing and preferred the one of {Y}

P Why did nobody tell me that {N} has left?
C Why did nobody tell me {N} has left?!
K why did nobody tell me {N} left??
F Could you help me understand why nobody told me that {N} has left?
O May I ask why nobody informed me that {N} has left?

P I need {n} more {t1}. The shop closes at {T}, so go now
C I need {n} more {t1}. Go now, the shop closes at {T}
K need {n} more {t1}, shop closes at {T} so go now
F I need {n} more {t1}. Could you please go now? The shop closes at {T}. You're a great help!
O I require {n} more {t1}. Please go now, as the shop closes at {T}

P The form is not complete. Write your name, sign it and send it to {N}
C Form not complete. Name, signature, then send it to {N}
K form's not complete, add your name, sign it n send it to {N}
F Thank you for the form! It is not quite complete: please write your name, sign it and send it to
 {N}
O The form is not complete. Kindly enter your name, sign it and send it to {N}
"""
