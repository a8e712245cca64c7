"""More things that teams write: incidents, reviews, plans, releases, hiring, support.

As frames_life.py.
"""

TEAM = """
P The site was down from {T} to {T2} on {D} because a disk was full
W On {D}, in the period of time from {T} to {T2}, the site was in a state of not being reachable,
 the cause of which was the fact that a disk was full | So what happened on {D} was basically that
 a disk was full, and because of that the site was, you know, down from {T} to {T2}
S A full disk took the site down from {T} to {T2} on {D}
C Site down {D}, from {T} to {T2}. Disk full
O The site was unavailable from {T} to {T2} on {D} because a disk was full

P We lost no data, but {m} users had to log in again
W It can be confirmed that there was no loss of data on our side, but a total of {m} users were put
 in the position of having to log in again | The good thing is that we lost no data or anything
 like that, it is just that there were {m} users who kind of had to log in again
S We lost no data; {m} users had to log in again
C No data lost by us. {m} users logged in again
F Luckily, we lost no data, but {m} users had to log in again. Sorry for the trouble!
O We lost no data; however, {m} users were required to log in again

P {N} reviews the code, {N2} writes the tests, and I update {X}
W As far as the division of the work is concerned, the review of the code is to be done by {N}, the
 writing of the tests is to be done by {N2}, and the update of {X} is to be done by me | So how we
 split it is that {N} is going to be reviewing the code, then {N2} is going to write the tests, and
 I guess I will update {X}
S {N} reviews the code, {N2} writes the tests, I update {X}
C Code review: {N}. Tests: {N2}. I update {X}
O {N} will review the code, {N2} will write the tests, and I will update {X}

P We are looking for a tester in {P} who knows {X}. The salary is {A} a month
W A vacancy exists with us in {P} for a person in the capacity of a tester who is in possession of
 knowledge of {X}, and the salary that goes with the position is {A} a month | We are basically
 looking for somebody, a tester, who would be in {P} and who sort of knows {X}, and the salary,
 that would be {A} a month
S We want a tester in {P} who knows {X}, for {A} a month
C Tester wanted by us, {P}. {X}. {A} a month
F We'd love to find a tester in {P} who knows {X}. The salary is {A} a month
O We are seeking a tester in {P} with knowledge of {X}. The salary is {A} per month

P The new version is {p} faster, needs {X} and no longer runs on {X2}
W In the case of the new version, an improvement in speed amounting to {p} has been achieved, it
 has a requirement for {X}, and it is a version that no longer runs on {X2} | So the new version
 is, like, {p} faster, which is nice, but then it does need {X}, and also it kind of no longer runs
 on {X2}
S The new version is {p} faster, needs {X} and no longer runs on {X2}
C New version: {p} faster, {X} needed, no longer runs on {X2}
F Great news: the new version is {p} faster! It needs {X} and no longer runs on {X2}

P Customer {m} cannot print from {X}. {N} will call back at {T}
W A problem has been reported to us by customer {m}, which consists in the fact that the customer
 cannot print from {X}, and a call back will be made by {N} at {T} | So there is this customer, it
 is {m}, who cannot print from {X} for whatever reason, and {N} is then going to call back at {T}
S Customer {m} cannot print from {X}; {N} calls back at {T}
C Customer {m} cannot print, {X}. {N} calls back {T}
O Customer {m} cannot print from {X}. {N} will return the call at {T}

P Your bug report has no log. Please attach {M} and tell us your version of {X}
W Unfortunately it had to be noted by us that your bug report comes with no log, for which reason
 it is requested that you attach {M} and also that you let us know what version of {X} it is that
 you have | I had a look and your bug report sort of has no log, so maybe you could attach {M} and
 then also tell us the version of {X} that you have, please
C Your bug report has no log. Attach {M}. Tell us your version of {X}
K your bug report's got no log, pls attach {M} and tell us your {X} version
F Thank you for your bug report! It has no log, so could you please attach {M} and tell us your
 version of {X}?
O Your bug report contains no log. Kindly attach {M} and inform us of your version of {X}

P The deadline is {D}. If we cut {n} features, we can meet it
W The point in time by which everything needs to be finished is {D}, and provided that a number of
 {n} features are left out by us, it would be within our power to meet this deadline | So the
 deadline, that is {D}, and the way I see it is that if we cut like {n} features then we can
 probably meet it
S We can meet the deadline of {D} if we cut {n} features
C Deadline {D}. We cut {n} features or we miss it
O The deadline is {D}. We can meet it if we omit {n} features

P {O} wants an answer by {T}. Should we accept {A}?
W An answer is something that {O} would like to receive from us by {T} at the latest, and the
 question that poses itself is whether or not an amount of {A} should be accepted by us? | OK so
 {O} basically wants to have an answer by {T}, and I guess the question is, should we kind of just
 accept {A} or what?
S {O} wants an answer by {T}: should we accept {A}?
C {O} waits, {T}. Should we accept {A}?
K {O} wants an answer by {T}, should we take {A}?
O {O} requests an answer by {T}. Should we accept {A}?

P The slides are too long: {n} pages for {n2} minutes. Cut the part about {P}
W The opinion has been formed that the slides are of an excessive length, since there are {n} pages
 for a talk that has a length of {n2} minutes, and it would be a good idea to cut the part that
 deals with {P} | To be honest the slides are just a bit too long, I mean {n} pages for {n2}
 minutes, so maybe what you could do is to cut that whole part that is about {P}
S {n} pages are too many for {n2} minutes; cut the part about {P}
C Slides too long. {n} pages, {n2} minutes! Cut {P}
F The slides look great! {n} pages are a little too long for {n2} minutes; could you please cut the
 part about {P}?
O The slides are too long, with {n} pages for {n2} minutes. Please remove the part about {P}

P We store the photos for {days}. After that we delete them, and you cannot get them back
W The storage of the photos on our part takes place for a period of {days}, following which a
 deletion of them is carried out by us, with the consequence that you cannot get them back | So
 what we do with the photos is that we keep them around for {days}, and then after that we just
 delete them and then you really cannot get them back
S We delete the photos after {days}, and you cannot get them back
C We delete photos after {days}. You cannot get them back
F Please note that we store the photos for {days}. After that we delete them, and you sadly cannot
 get them back
O We retain the photos for {days}. Thereafter we delete them, and you cannot recover them

P The audit found {n} problems. {N} has solved all but two of them
W In the course of the audit a total of {n} problems came to light, and a solution for all but two
 of them has already been found by {N} | So they did this audit and it found like {n} problems, and
 by now {N} has actually solved pretty much all but two of them
S The audit found {n} problems; {N} has solved all but two
C Audit: {n} problems. All but two solved, {N}
O The audit identified {n} problems, all but two of which {N} has resolved

P Each team gets {n} laptops and one budget of {A}. Ask {N} for the form
W To each of the teams a number of {n} laptops is allocated as well as one budget which amounts to
 {A}, and the form that is needed for this is something that one has to ask {N} for | So it is like
 this, each team is going to get {n} laptops and then also one budget of {A}, and for the form you
 just have to ask {N}
S Each team gets {n} laptops and one budget of {A}; {N} has the form
C Per team {n} laptops, one budget, {A}. Form: {N}
O Each team will receive {n} laptops and one budget of {A}. Please request the form from {N}

P I tried {M} and {M2}, but {X} still shows the old logo
W Attempts were made by me with {M} and also with {M2}, but what can be observed is that the old
 logo is still being shown by {X} | So I tried {M} first and then I also tried {M2}, but {X}, it
 just still shows the old logo
S I tried {M} and {M2}; {X} still shows the old logo
C I tried {M}, {M2}. {X} still shows old logo
O I have tried {M} and {M2}; however, {X} still displays the old logo

P Before you merge, run {M} and check that {M2} has no errors
W Prior to carrying out the merge, you should make sure that {M} has been run and that a check has
 been performed to see that {M2} has no errors | The thing is that before you go and merge, you
 should probably run {M} first, and then kind of check that {M2} has no errors
S Run {M} before you merge; {M2} must have no errors
C Before merge: {M}. {M2} must have no errors
F Before you merge, please run {M} and check that {M2} has no errors. Thank you!
O Before merging, please run {M} and ensure that {M2} has no errors

P Open {M} and replace {M2} with your own key
W The next step that has to be taken by you is the opening of {M}, after which {M2} is to be
 replaced by a key that is your own | Now what you want to do is just open {M}, and then in there
 you basically replace {M2} with your own key
S In {M}, replace {M2} with your own key
O Open {M} and replace {M2} with your personal key

P Most users of {X} do not know that they can sort the list. A short note in {M} would help them
W It is the case with the majority of the users of {X} that they do not know about the fact that
 they can sort the list, and a short note that is placed in {M} would be of help to them | The
 thing with {X} is that most users do not really know that they can actually sort the list, so I
 guess a short note in {M} would sort of help them
S Most users of {X} do not know that they can sort the list; a note in {M} would help
O Most users of {X} do not know that they can sort the list. A brief note in {M} would assist them

P The old printer in {P} costs us {A} a year. A new one would cost {A2}
W Costs in the amount of {A} are incurred by us each year through the old printer which is located
 in {P}, whereas the purchase of a new one would come to {A2} | That old printer that we have in
 {P}, it basically costs us {A} a year, when a new one would only be {A2}
S The old printer in {P} costs us {A} a year; a new one, {A2}
C Old printer {P}: costs us {A} a year. New one {A2}
O The old printer in {P} costs us {A} per year, whereas a new one would cost {A2}

P We do not know yet who will speak on {D}. {N} has said no
W At this stage it is something that we do not know yet, namely who is going to be speaking on {D},
 and a no has been received from {N} | So about {D}, honestly we do not know yet who is going to
 speak there, because {N}, well, {N} has said no
S Who will speak on {D} we do not know yet; {N} said no
C Speaker {D}: we do not know. {N} said no
O We do not yet know who will speak on {D}, as {N} has said no

P The contract with {O} ends on {D}. If we do nothing, it goes on for {days}
W The contract which exists between us and {O} is due to come to its end on {D}, and in the event
 that nothing is done by us, it is automatically going to continue for another {days} | So the
 contract that we have with {O}, it ends on {D}, but the thing is that if we do nothing then it
 just sort of goes on for {days}
S The contract with {O} ends on {D}; if we do nothing, it runs for {days} more
C Contract {O} ends {D}. We do nothing, it goes on {days}
O The contract with {O} expires on {D}. If we do nothing, it will continue for {days}
"""
