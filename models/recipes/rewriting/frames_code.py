"""Things that people write about software: docs, README, docstrings, commits, list items, issues.

As frames_work.py. {M} is a lone mark, or a name of code where the text has no marks.
"""

DOCS = """
P Run {M} to start the server | To start the server, run {M}
W In order to be able to start the server, it is necessary for you to run {M} | What needs to be
 done in order to get the server started is to run {M}
C Server start: {M}
K just run {M} and the server's up
O Execute {M} to start the server

P Set {M} to {n} before you start {X} | Before you start {X}, set {M} to {n}
W It is important to note that {M} is something that should be set to a value of {n} prior to the
 point at which {X} is started by you
S Set {M} to {n} before starting {X}
O {M} must be set to {n} before {X} is started

P {X} needs {n} GB of memory and {m} MB of disk space
W As far as memory is concerned, {X} has a requirement of {n} GB, and in addition to that there is
 a need for {m} MB of space on the disk
S {X} needs {n} GB of memory and {m} MB of disk
O {X} requires {n} GB of memory and {m} MB of disk space

P If {M} is missing, {X} uses {M2} instead | {X} uses {M2} if {M} is missing
W In the event that {M} should happen to be missing, then what {X} will do is to make use of {M2}
 in its place instead
S Without {M}, {X} uses {M2}

P Do not edit {M} by hand: {X} writes it again at every start
W It is not recommended that {M} should be edited by hand, for the reason that it is a file which
 will be written again by {X} each and every time that it is started
S Do not edit {M}: {X} writes it at every start
C Never edit {M}! {X} overwrites it at every start
F Please do not edit {M} by hand, as {X} writes it again at every start

P You can change the limit in {M}; the default is {n} seconds
W There is a possibility for the limit to be changed by you, which is done in {M}, and if you do
 not do this then the default value that is used is {n} seconds
S Change the limit in {M} (default: {n} seconds)
O The limit can be changed in {M}; the default is {n} seconds

P {X} reads the file once and keeps it in memory, so changes need a restart
W The way in which this works is that the file is read by {X} a single time only and is then kept
 in memory, as a consequence of which it is necessary to do a restart for changes to be taken into
 account
S {X} reads the file once; changes need a restart

P Since {X}, you no longer need {M} | You no longer need {M} since {X}
W With the arrival of {X} it is now the case that there is no longer any necessity for {M} to be
 used by you
S {X} no longer needs {M}

P This page explains how to move from {X} to {X2} | This page shows how to move from {X} to {X2}
W The purpose of this page is to provide an explanation of the various steps that are necessary in
 order to carry out a move from {X} to {X2}
S How to move from {X} to {X2}
C Moving from {X} to {X2}
F This page will help you move from {X} to {X2}

P We tested {X} with {n} users and found {m} errors
W Tests of {X} were carried out by us with a number of {n} users, in the course of which a total of
 {m} errors came to light
S Our test of {X} with {n} users found {m} errors
O We tested {X} with {n} users and identified {m} errors

P Returns the number of {t1}, or {n} if there are none
W This function is used for the purpose of returning the number of {t1}, and in case it is so that
 there are none of them, then what it returns is {n}
S Number of {t1}, or {n} if none
C gets number of {t1} or {n}

P Reads {M} and returns the {t1} in it | Returns the {t1} in {M}, which it reads
W This is a method that first of all reads {M} and that then goes on to return the {t1} which are
 contained in it
S Returns the {t1} in {M}

P Raises an error if {M} is longer than {n} characters
W An error is going to be raised by this function in the event that the length of {M} happens to be
 greater than {n} characters
S Fails if {M} has more than {n} characters

P Waits at most {n} seconds for the {t1} and then gives up
W What this function does is that it waits for the {t1} for a period of time that is {n} seconds at
 most, after which it proceeds to give up
S Waits for the {t1}, at most {n} seconds

P The caller must close {M} | The caller must close {M} after use
W It should be kept in mind that it is the responsibility of the caller to make sure that {M} gets
 closed
S Caller must close {M}
O The caller is required to close {M}

P The {t1} are sorted by date, newest first
W As regards the order of the {t1}, they are sorted in accordance with their date, and in doing so
 the newest ones are placed first
S Sorted by date, newest first: the {t1}

P {X} does not support {M} on {X2}
W At the time of writing it is unfortunately not the case that {M} is supported by {X} on {X2}
S {X} does not support {M} on {X2}
K {X} can't do {M} on {X2}
F Sorry, {X} does not support {M} on {X2} yet

P To undo this, delete {M} and restart {X} | Delete {M} and restart {X} to undo this
W If what you would like to do is to undo this, then the thing to do is to perform a deletion of
 {M} and to subsequently carry out a restart of {X}
S Undo: delete {M}, restart {X}
O To reverse this, remove {M} and restart {X}

P After the update to {X}, the page loads in {n} instead of {m} seconds
W Subsequent to the update to {X} having been carried out, it can be observed that the loading of
 the page takes {n} seconds rather than the {m} seconds that it took previously
S With {X}, the page loads in {n} instead of {m} seconds
K updated to {X}, page now loads in {n} secs instead of {m} seconds

P The test fails on {X} because {M} is not set | Because {M} is not set, the test fails on {X}
W The reason why there is a failure of the test on {X} is because of the fact that {M} is not set
S On {X}, the test fails: {M} is not set
C Test fails on {X}. {M} not set
K test fails on {X} cos {M} isn't set
O The test fails on {X}, as {M} has not been set

P I cannot reproduce this with {X}. Which version do you use?
W I have made several attempts at doing so, but I cannot reproduce this with {X}, which is why it
 would be good to know from you which version is the one that you use?
C Cannot reproduce with {X}. Which version do you use? | Not reproducible with {X}. Version?
K can't reproduce this with {X}, which version do you use?
F Thank you for the report! I cannot reproduce this with {X}. Could you tell me which version you
 use?
O I cannot reproduce this with {X}. Which version do you use?

P We do not accept patches without tests. Please add one for {M}
W It is unfortunately not possible for us to accept patches that come without tests, and for this
 reason we would like to ask you to make an addition of one for {M}
C No patches without tests. Add one for {M}
K we don't take patches without tests, add one for {M}
F Thank you for your patch! We do not accept patches without tests, so could you please add one for
 {M}?
O We do not accept patches without tests. Kindly add one for {M}
"""

# Commit subjects and list items have no full stop, also not in the rewrite.
LINES = """
P Fix crash when {M} is empty | Fix crash on empty {M}
W This commit fixes an issue in which there was a crash that happened in the case of {M} being
 empty
C fixed crash with empty {M}
K fix that annoying crash when {M}'s empty

P Add a limit of {n} {t1} per user | Limit {t1} to {n} per user
W Added some code in order to make sure that there is now a limit of {n} {t1} for each and every
 user
C added limit of {n} {t1} per user

P Remove support for {X}
W In this change the support that existed up to now for {X} has been removed from the code base
C removes {X} support

P Update {X} from {n} to {m} | Bump {X} from {n} to {m}
W An update of {X} has been performed, which brings it from version {n} to version {m}
C updated {X} {n} -> {m}

P Read {M} only once | Cache {M}
W Made a change so that from now on the reading of {M} takes place only one single time
C reads {M} only once now

P Do not retry when {M} returns {m} | Stop retrying when {M} returns {m}
W Changed the behaviour in such a way that it is no longer the case that a retry is done when {M}
 returns {m}
C no retry any more when {M} returns {m}

P Document how to set {M} | Explain how to set {M}
W Some documentation was added with the aim of explaining the way in which {M} can be set
C documented setting of {M}

P Test {M} with {n} {t1}
W A test has been added in which {M} is tested with a total of {n} {t1}
C added test of {M} with {n} {t1}

P Make {M} {p} faster by sorting {t1} first | Sort {t1} first to make {M} {p} faster
W By means of carrying out the sorting of {t1} first, it was possible to achieve that {M} is {p}
 faster
C sorting {t1} first makes {M} {p} faster

P Rename {M} to {M2}
W It was decided that the name of {M} should be changed, so that it is now called {M2}
C renamed {M} -> {M2}

P Keep the {t1} when {X} restarts
W Ensures that from now on the {t1} are going to be kept at the time when {X} is restarted
C {t1} now kept when {X} restarts

P {N}: order {n} {t1} from {O} by {D}
W {N}: it is necessary that {n} {t1} are ordered from {O} and that this happens by {D}
C {N} orders {n} {t1} ({O}, {D})

P Book {P} for {D} ({n} people)
W There is still a need to carry out the booking of {P} for {D}, and it is for {n} people
C booking {P} {D} {n} people

P Ask {N} for the {t1} before {T}
W Remember that {N} still needs to be asked about the matter of the {t1} at some point before {T}
C {N} to be asked for {t1} before {T}

P Pay {A} to {O} by {D}
W The amount of {A} is something that has to be paid to {O} by {D} at the very latest
C payment {A} to {O} by {D}

P How to install {X} on {X2} | Install {X} on {X2}
W A detailed explanation of the steps which have to be carried out for an installation of {X} on
 {X2}

P Supports {X} and {X2} | Works with {X} and {X2}
W Offers a comprehensive level of support both for {X} and also for {X2}

P Exports {t1} as {M} | Saves {t1} as {M}
W Provides users with the possibility of carrying out an export of their {t1} in the form of {M}

P Needs only {n} MB of memory | Uses only {n} MB of memory
W Has the advantage that the amount of memory which it makes use of is only {n} MB

P No account needed for {X} | {X} needs no account
W It should be mentioned as a further point that for {X} there is no need to have an account
"""
