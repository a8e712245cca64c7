"""What people do with words (ask, refuse, remind...), with any deed, each in several registers.

As frames_work.py. {vp} is a deed in its base form ("send the 12 invoices"), {vping} its -ing form,
{fvp} and {fvping} the same with a formal verb, {past} its past tense, {s} who does it, {c} a clause
that says who did what, {r} a reason.
"""

ACTS = """
P Please {vp} | Could you {vp}? | Can you {vp}?
W You are requested to {vp} | What is needed is for you to {vp} | It is necessary for you to {vp} |
 It would be appreciated if you would perhaps be able to {vp} | So if you could kind of just {vp}
 then that would be great | Would it be at all possible for you to {vp}?
S Please {vp}
C {vp} | {vp}! | {vp} at once
K can u {vp}? | pls {vp} | can you {vp}, thx
F Could you please {vp}? Thank you! | Would you be so kind as to {vp}? | Would you mind {vping}?
 Thank you so much! | It would be lovely if you could {vp} | It would be a great help if you could
 {vp}
O Kindly {fvp} | Would you please {fvp}? | You are kindly asked to {fvp} | Please {fvp}

P I would like you to {vp} | I would like to ask you to {vp}
W I am writing to you in order to ask you whether you would perhaps be in a position to {vp} | I
 just wanted to reach out to you in order to ask if it might possibly be something that you could
 do to {vp} | As I think I already said, it would be really great if it were somehow possible for
 you to {vp}, because that is what I need | So I was sort of hoping that maybe you could {vp}, if
 that is something you can do
S I'd like you to {vp}
C I need you to {vp} | I want you to {vp} | I expect you to {vp}
K i need you to {vp}, ok? | i want you to {vp}
F I would be so grateful if you could {vp} | I'd really appreciate it if you could {vp}. Thank you!
 | I was hoping you could {vp} | I'd love it if you could {vp}
O I would be grateful if you could {fvp} | I would appreciate it if you would {fvp}

P We must {vp} | We have to {vp}
W It is absolutely necessary that it should be us who {vp} | There is an obligation on our part to
 {vp} | We find ourselves in a situation in which we are required to {vp}
S We must {vp}
C We must {vp}!
K we gotta {vp} | we've got to {vp}
F We would love to {vp}, and we really have to | We do have to {vp}, so thank you for your patience
O We are required to {fvp} | We are obliged to {fvp}

P Remember to {vp} | Please remember to {vp}
W This is to remind you once again of the fact that you still have to {vp} | It should be
 remembered that there is a need for you to {vp}
S Remember to {vp}
C Remember to {vp}!
K remember to {vp} ok
F Just a friendly reminder to {vp} | Please remember to {vp}. Thanks a lot!
O Please remember to {fvp} | This is a reminder to {fvp}

P Please do not {vp} | Do not {vp}
W You are requested to make sure that you do not {vp} | It is of importance that you should not
 {vp}
S Do not {vp}
C Do not {vp}! | Don't {vp}
K don't {vp} pls
F Could you please not {vp}? Thank you! | It would be great if you did not {vp}
O Kindly do not {fvp} | Please do not {fvp}

P I can {vp} | I am able to {vp}
W I would be in a position in which it would be possible for me to {vp} | The possibility exists
 for me to {vp}
S I can {vp}
C I can {vp} if I must
K i can {vp} no problem
F I'd be happy to {vp} | I'd love to {vp} | I would be glad to {vp} for you
O I would be pleased to {fvp} | I am prepared to {fvp}

P {s} will {vp} | {s} plans to {vp}
W It is the intention of {s} to {vp} | What {s} is planning on doing is to {vp} | {s} is going to
 be in the process of {vping}
S {s} will {vp}
C {s} will {vp}. That is final
K {s}'s gonna {vp}
F {s} will be happy to {vp} | {s} will gladly {vp}
O {s} intends to {fvp} | {s} will {fvp}

P We cannot {vp} | We can't {vp}
W It is unfortunately the case that we find ourselves in a position where we cannot {vp} | We have
 come to the conclusion that we cannot {vp}
S We cannot {vp}
C We cannot {vp}! | No, we can't {vp}
K no, we can't {vp}
F We're sorry, but we cannot {vp} | Unfortunately, we cannot {vp}, but thank you for asking | We
 would love to help, but we cannot {vp}
O We regret that we cannot {fvp} | Regrettably, we cannot {fvp}

P I cannot {vp} because {r} | I cannot {vp}, as {r}
W Due to the fact that {r}, I am sorry to have to inform you that I cannot {vp} | The reason why I
 cannot {vp} is because of the fact that {r}
S I can't {vp}: {r}
C I cannot {vp}. {R}
K can't {vp}, {r}
F I'm sorry, but I cannot {vp} because {r} | I wish I could help, but I cannot {vp} because {r}
O I regret that I cannot {fvp}, as {r} | As {r}, I cannot {fvp}

P Did you {vp}? | Have you had time to {vp}?
W Is it perhaps the case that you have already had the opportunity to {vp}? | The question is
 whether or not you did {vp}?
S Did you {vp}?
C Did you {vp} or not?
K did u {vp} yet?
F Did you get a chance to {vp}?
O Could you confirm whether you {fpast}? | Please confirm whether you {fpast}

P We should {vp} | Let us {vp}
W A possibility that could be given some consideration by us would be to {vp} | It might perhaps be
 a good idea if we were to {vp} | I am of the opinion that what we should do is to {vp}
S We should {vp}
C We should {vp}. Obviously
K why don't we just {vp}? | let's {vp}
F How about we {vp} together? | It would be great if we could {vp}
O We should consider {fvping} | We propose to {fvp}

P Thank you for {vping} | Thanks for {vping}
W We would like to thank you for the fact that you were so kind as to {vp} | Thanks are due to you
 on account of your {vping}
S Thanks for {vping}
C Thanks for {vping}
K thx for {vping}
F Thank you so much for {vping}! | Thanks a lot for {vping}, that is a great help!
O Thank you very much for {fvping} | Many thanks for {fvping}

P You may {vp} | You can {vp}
W Permission is hereby given to you to {vp} | It is permitted for you to {vp} if this should be
 something that you wish to do
S You may {vp}
C You can {vp} if you must
K yeah you can {vp}
F Please feel free to {vp} | You are very welcome to {vp}
O You are permitted to {fvp} | You may {fvp}

P I want to {vp} | I plan to {vp}
W It is my intention to {vp} | What I would like to do is that I would like to {vp} | I have the
 wish to be able to {vp}
S I want to {vp}
C I want to {vp}!
K i wanna {vp}
F I'd love to {vp} | I'm looking forward to {vping}
O I intend to {fvp} | I wish to {fvp}

P If you {vp}, we save time | We save time if you {vp}
W In the event that you {vp}, the result of this is going to be a saving of time on our part
S We save time if you {vp}
C You {vp}, we save time
K if you {vp} we save time
F If you could {vp}, we would save time. Thank you!
O If you {fvp}, we will save time

P {c} because {r} | {R}, so {c}
W Due to the fact that {r}, {c} | In view of the circumstance that {r}, it was the case that {c} |
 {c}, the reason for which lies in the fact that {r}
S {R}, so {c}
C {R}. So {c}
K {c} cos {r}
F {c} because {r}. Thank you for understanding! | Just so you know, {c} because {r}
O {c}, as {r} | As {r}, {c}

P {c} although {r} | {R}, but {c}
W In spite of the fact that {r}, it was nevertheless the case that {c} | Notwithstanding the
 circumstance that {r}, {c}
S {R}, but {c}
C {R}. {c} anyway
K {c} even tho {r}
F just to let you know, {c}, even though {r}
O {c}, although {r}

P {c} | {c}
W This is to inform you of the fact that {c} | Please be advised that {c} | It should be noted at
 this point that {c} | You are hereby informed by means of this message that {c} | As you may
 already be aware, {c}
C {c}. Take note
K fyi, {c} | just so you know, {c}
F Just to let you know, {c} | I wanted to let you know that {c} | A quick note to say that {c}.
 Thanks!
O Please note that {c} | Please be informed that {c}

P {c}, and we will {vp} | {c}. We will {vp}
W {c}, and in addition to this it is also the case that it is our intention to {vp} | {c}, but over
 and above that we are also planning to {vp}
S {c}; we will {vp}
C {c}. We {vp} next
K {c} and we're gonna {vp}
F {c}, and we will gladly {vp}
O {c}, and we will {fvp}

P I hope that {s} can {vp} | I hope {s} can {vp}
W It is my sincere hope that it will prove to be possible for {s} to {vp}
S I hope {s} can {vp}
K i hope {s} can {vp}
F I really hope that {s} can {vp}! | Fingers crossed: I hope that {s} can {vp}
O I trust that {s} can {fvp}
"""

# Sentences that say nothing: drafts have them, rewrites under "shorter" and "clearer" do not.
PADDING = """
This is something that should be kept in mind.
Hopefully, this is helpful.
As everybody can imagine, this is a topic with many different aspects.
There are of course always several sides to a question like this.
That is more or less all there is to say about this at the present moment.
We all know how things are in this respect.
It probably makes sense to mention this.
Needless to say, this is a matter of some importance.
Obviously, this is how things stand.
Please take note of the above.
As was already said before, this is the situation as it is.
In any case, that is basically the way it is.
So that is where things are at the moment.
At the end of the day, it is what it is.
It may be useful to be aware of this.
Of course, all of this should be seen in its proper context.
This is for your information.
Anyway, that is what had to be said.
Hopefully, this makes sense to everybody who is involved.
"""

CASUAL_OPENERS = ["so ", "ok so ", "hey, ", "well, ", "btw ", "right, ", "um, ", ""]
CASUAL_CLOSERS = [" lol", " :)", ", ok?", " thx", "!!", " tbh", "", "", ""]
WARM_CLOSERS = [
    "Thank you!",
    "Thanks so much for your help!",
    "Thank you for your patience!",
    "Thanks a lot!",
    "Many thanks!",
]
