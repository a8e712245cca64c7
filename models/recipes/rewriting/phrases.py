"""Wordy phrases, fillers and hedges that rules put into good prose, and formal and casual words.

The wordings are of this project; which words count as wordy, filler or hedge was looked up in
retext-simplify, fillers and hedges (MIT), which the rewards measure with.
"""

# plain word: wordier ways to say it. A word that is also a noun is left alone after an article.
WORDY = """
about: with regard to, with respect to, in relation to, pertaining to, on the subject of, regarding
after: subsequent to, following on from, in the aftermath of
again: once again, one more time again
agree: are in agreement
allow: permit, afford an opportunity to, make it possible for
also: in addition, as well as that also, additionally
although: in spite of the fact that, despite the fact that, notwithstanding the fact that
always: at all times, in each and every case
and: as well as, and also, and in addition
ask: request, make an enquiry of, pose the question to
because: due to the fact that, owing to the fact that, for the reason that, on account of the fact that
before: prior to, in advance of, previous to
begin: commence, make a start on
but: however, but on the other hand, but it must be said that
buy: purchase, make a purchase of, procure
by: by means of, by way of
can: is able to, has the ability to, is in a position to
change: modify, make a change to, effect a modification of
changes: modifications, changes and alterations
check: carry out a check of, ascertain, perform a verification of
choose: make a choice of, select, opt for
complete: finalise, bring to completion
decide: make a decision, come to a decision, arrive at a decision
describes: provides a description of, gives a description of
different: various different, different kinds of
during: in the course of, during the period of
each: each and every, each individual
end: terminate, bring to an end
enough: a sufficient amount of, a sufficient number of
every: each and every, every single
explains: provides an explanation of, gives an account of
fast: at a high rate of speed
few: a small number of
find: locate, ascertain
finish: finalise, bring to a conclusion
first: first and foremost, first of all
for: for the purpose of
get: obtain, acquire, get hold of
give: provide, furnish
has: is in possession of, possesses
have: are in possession of, possess
help: provide assistance to, be of assistance to, facilitate
if: in the event that, in case it should be so that, provided that, on condition that
important: of great importance, of considerable significance
in: in the context of
instead: instead of that, as an alternative
it is: it is the case that it is
keep: retain, keep hold of
know: are aware of the fact, have knowledge
like: along the lines of, similar to
many: a large number of, a great number of, numerous, a multitude of
may: might possibly, may perhaps, has the possibility to
means: serves to mean, has the meaning
more: a greater number of, additional
most: the majority of, the vast majority of, most of all the
must: is required to, has the obligation to, is obliged to
near: in close proximity to, in the vicinity of
need: have a need for, require, have a requirement for
needs: has a need for, requires, has a requirement for
next: subsequent, next following
now: at this point in time, at the present time, at this moment in time, currently
often: on many occasions, frequently, in many cases, a good many times
once: as soon as, at such time as
only: solely, only and exclusively
or: or alternatively, or else
plan: have the intention
possible: within the realm of possibility, feasible
probably: in all likelihood, most probably
rarely: on rare occasions
same: one and the same, identical, very same
say: make the statement
see: take a look at, observe
send: transmit, forward
several: a number of, several different
should: ought to, is supposed to
show: demonstrate, give an indication of, serve to show
shows: demonstrates, serves to illustrate, gives an indication of
since: in view of the fact that, in light of the fact that
so: as a consequence of this, for this reason, consequently, as a result
some: a certain number of, some of the various
sometimes: on some occasions, from time to time, in some instances, in certain cases
soon: in the near future, before very long
start: commence, initiate, make a start
stop: cease, discontinue, put a stop to
support: provide support for, lend support to
tell: inform, make aware
then: subsequently, at that point in time, after that
these: these particular
this: this particular
through: by means of, by way of
to: in order to, so as to, in order to
together: jointly together, in combination with each other
try: make an attempt to, attempt, endeavour to
under: under the provisions of
until: until such time as, up to the time when
use: make use of, utilise, employ
used: made use of, utilised, employed
uses: makes use of, utilises, employs
using: making use of, by means of, utilising
usually: in the majority of cases, as a general rule, under normal circumstances
very: to a very high degree, extremely
want: have the wish, desire
when: at the time when, in cases in which, on occasions when, at such time as
where: in which place, in the place where
whether: whether or not, the question as to whether
while: during the time that, at the same time as
why: the reason why, the reason for which
will: is going to, is expected to
additional: supplementary
answer: provide a response to, respond to
better: superior
big: sizeable, substantial
bring: convey
call: contact by telephone, place a call to
come: make an appearance, come along
cost: involve a cost of
cut: effect a reduction of
depend: are contingent upon
earlier: prior
extra: supplementary
fair: equitable
hard: arduous, challenging in nature
join: become a member of
last: be of a duration of, final
late: delayed, behind schedule
let: permit
live: reside
main: principal, primary
mistakes: inaccuracies, erroneous entries
money: financial means, funds
pay: remunerate, make a payment of, pay out
people: individuals, persons
place: location
rest: remainder
rules: regulations, provisions
talk: converse, hold a conversation
total: aggregate
way: manner
work: function, carry out work
write: compose, draw up in writing
wrong: erroneous, incorrect
with: together with, in conjunction with, along with
"""

OPENERS = """It is important to note that|It should be noted that|It should be mentioned that|
As a matter of fact,|Basically,|In this context,|What this means is that|Needless to say,|
For all intents and purposes,|It is worth pointing out that|The fact of the matter is that|
In actual fact,|As far as this is concerned,|It is the case that|
To be honest,|At the end of the day,|It has to be said that|One thing to keep in mind is that|
Generally speaking,|All things considered,|It can be seen that|What is important is that|
It is generally known that|Please be aware of the fact that|It is worth knowing that|
It is interesting to note that|As you probably know,|In this respect,|
With all that being said,|When all is said and done,|First and foremost,|It would appear that|
It is fair to say that|Doubtless it is the case that|In principle,|In a manner of speaking,|
For your information,|Let me start by saying that|Just to be clear,|As has already been mentioned,|
The point of this is that|In other words,|To put it simply,""".replace("\n", "").split("|")

HEDGES = """basically|actually|really|perhaps|in some ways|to a certain extent|more or less|sort of|
kind of|essentially|in a sense|so to speak|as it were|very much|quite|rather|simply|just|literally|
generally|for the most part|at least in part|in effect|in practice|of course|as such|if you like|
somewhat|it seems|apparently|in principle|honestly|totally|definitely|obviously""".replace(
    "\n", ""
).split("|")

TAILS = """, so to speak|, as it were|, and so on and so forth|, as already said|
 in this particular case|, at least as far as can be seen|, in one way or another|, more or less|
, when all is said and done|, generally speaking|, to be perfectly honest| at the end of the day|
, which is something that should be kept in mind|, for what it is worth| as a matter of fact""".replace(
    "\n", ""
).split("|")

JOINS = """, and|, and in addition to this,|, and it should also be said that|; furthermore,|
, and at the same time|, and as well as that|; moreover, it is also the case that|, and then|
, while it should also be noted that|, and what is more,""".replace("\n", "").split("|")

# Contracted and full forms, both ways.
CONTRACTIONS = """do not=don't|does not=doesn't|did not=didn't|cannot=can't|will not=won't|is not=isn't|
are not=aren't|was not=wasn't|were not=weren't|has not=hasn't|have not=haven't|would not=wouldn't|
should not=shouldn't|could not=couldn't|it is=it's|that is=that's|we are=we're|you are=you're|
they are=they're|I am=I'm|we will=we'll|I will=I'll|you will=you'll|I have=I've|we have to=we've to|
let us=let's|I would=I'd|we would=we'd""".replace("\n", "").split("|")

# casual=formal. The formal word is put in for "more formal"; the casual one into drafts of it.
CASUAL = """a lot of=many|lots of=many|get=receive|got=received|ask for=request|need=require|
needs=requires|help=assist|start=commence|buy=purchase|bought=purchased|tell=inform|told=informed|
let us know=inform us|find out=determine|think about=consider|set up=establish|look into=investigate|
talk about=discuss|talked about=discussed|make sure=ensure|go up=increase|goes up=increases|
fix=resolve|kids=children|boss=manager|guys=colleagues|ok=acceptable|okay=acceptable|big=substantial|
enough=sufficient|right now=currently|so=therefore|but=however|also=furthermore|sorry=apologies|
thanks=thank you|wrong=incorrect|show=demonstrate|use=utilise|end=conclude|keep=retain|
give=provide|gave=provided|seem=appear|put off=postpone|call off=cancel|check=verify|
stuff=items|cheap=inexpensive|maybe=perhaps|hopefully=it is hoped that|about=regarding""".replace(
    "\n", ""
).split("|")

# Plain phrase=wordier ways, as expressions; rules put them in by chance. A blank at an end is _.
PHRASES = r"""decided to=made the decision to|took the decision to|came to the decision to
decide to=make the decision to|arrive at a decision to
agreed to=came to an agreement to|reached an agreement to
agree with=are in agreement with
want to=have the wish to|have a desire to
because of=as a result of|on account of|as a consequence of
so that=in such a way that|in order that|with the aim that
looked at=took a look at|had a look at
look at=take a look at|have a look at
tried to=made an attempt to|made efforts to
try to=make an attempt to|make efforts to
helped=provided assistance to|was of assistance to
apply to=are applicable to|have applicability to
applies to=is applicable to
depends on=is dependent on|is something that depends on
depend on=are dependent on
consider=give consideration to|take into consideration
differs from=is different from
prefer=have a preference for
assume=make the assumption|work on the assumption
conclude=come to the conclusion
suggest=make the suggestion
intend to=have the intention to
affects=has an effect on|has an impact on
affect=have an effect on|have an impact on
refer to=make reference to
refers to=makes reference to
exists=is in existence
exist=are in existence
I think=I am of the opinion|it is my personal opinion
at once=with immediate effect
at least=at the very least|a minimum of
every day=on a daily basis|each and every day
every week=on a weekly basis
for example=by way of example|to give just one example
instead of=in place of|as an alternative to
as long as=provided and on condition that
even if=even in the event that
more than=in excess of|a number greater than
less than=a number smaller than
up to=up to a maximum of
such as=of the kind of
that is why=this is the reason why
will be=is going to be
can be used to=offers the possibility to
lets you=gives you the possibility to|offers you the opportunity to
allows you to=makes it possible for you to|gives you the ability to
allow you to=make it possible for you to
you can=it is possible for you to|you have the possibility to
you must=it is necessary for you to|it is required that you
you need=you have a need for
we plan to=we have plans in place to
known as=which is known by the name of
called=which goes by the name of|by the name of
later=at a later point in time|at a later date
today=at the present day
twice=on two separate occasions
together with=jointly together with
the same=one and the same|the exact same
result in=have the result of|lead to a result of
causes=is the cause of|has the effect of causing
like this=in the following manner|in a way that looks like this
as follows=in the manner that is described in the following
quickly=in a quick manner|with great speed
slowly=in a slow manner
easily=with ease|in an easy manner
carefully=in a careful manner|with care and attention
automatically=in an automatic manner|in an automatic way
correctly=in a correct manner|in the correct way
directly=in a direct manner
explicitly=in an explicit manner|in explicit terms
separately=in a separate way
safely=in a safe manner
within (?=\d|two|three|four|five)=within a period of_|inside a period of_
by (?=(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|\d+ [A-Z])=at the latest by_
on (?=(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)=on the day of_|on_
in (?=(?:January|February|April|June|July|August|September|October|November|December))=in the month of_
for (?=[€$£]\d)=for the sum of_|at a price of_
(?<=[a-z] )(?<!the )(?<!of )(?<!all )(?=\d+ (?:[a-z]+s)\b)=a total of_|a number of_""".splitlines()
