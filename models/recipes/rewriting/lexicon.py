"""Who does what to which things, by topic: the words that made-up messages are about.

A line of a topic is `verb | noun phrase of the deed | formal verb | things`. A verb is regular, or
has its past, participle and -ing form after slashes.
"""

TOPICS = """
# office
agents: the assistant, the accountant, our lawyer, the personnel department, the secretary
agents: the auditor, the finance team, the works council, the managing director
review | a review of | examine | contract, budget, draft report, minutes, price list, offers
approve | an approval of | authorise | budget, travel request, purchase orders, time sheets
sign | the signing of | execute | lease, order form, agreement, certificates
send/sent/sent/sending | the sending of | forward | reminder, invoices, signed copies, tax forms
print | the printing of | produce | name badges, brochures, annual report, posters
file | the filing of | archive | receipts, complaint, application forms, old letters
pay/paid/paid/paying | the payment of | settle | deposit, bill, membership fees, instalments
count | a count of | tally | votes, chairs, keys, parking permits
update | an update of | revise | phone list, organisation chart, rota, guidelines
translate | a translation of | translate | user guide, press release, labels, questionnaire
cancel/cancelled/cancelled/cancelling | the cancellation of | withdraw | order, booking, subscription
compare | a comparison of | assess | quotes, suppliers, insurance plans, bids
# house
agents: the caretaker, the plumber, the landlord, the electrician, the painter, the cleaners
agents: the gardener, the neighbour, the housing association, the locksmith
repair | a repair of | restore | boiler, lift, gutters, front door, tiles, radiators
clean | the cleaning of | clean | stairwell, windows, carpets, cellar, bicycle room
paint | the painting of | repaint | fence, hallway, shutters, railings
replace | the replacement of | exchange | light bulbs, lock, smoke detectors, water meter, filters
inspect | an inspection of | inspect | roof, chimney, fire doors, pipes, balcony
measure | a measurement of | survey | kitchen, windows, rooms, floor
water | the watering of | irrigate | plants, lawn, tomato beds, young trees
collect | the collection of | retrieve | keys, parcels, leaves, old furniture
install | the installation of | install | shower, shelves, solar panels, new meters
sweep/swept/swept/sweeping | the sweeping of | clear | yard, path, garage, steps
# software
agents: the script, the server, the build, the installer, the release team, the new intern
agents: the scheduler, the maintainer, the parser, the test suite
delete | the deletion of | remove | temporary files, old logs, cache, unused accounts, draft
load | the loading of | retrieve | settings, plugins, index, fonts, user list
test | a test of | verify | login page, backup, payment module, new drivers, parser
restart | a restart of | reinitialise | database, workers, web server, queue
rename | the renaming of | rename | variable, branches, folder, table, columns
encrypt | the encryption of | encrypt | passwords, backups, archive, messages
merge | a merge of | integrate | branch, pull request, patches, translations
validate | a validation of | validate | input, form, tokens, certificate, addresses
write/wrote/written/writing | the writing of | draft | unit tests, release notes, migration guide
export | an export of | export | report, contacts, tables, measurements
fix | a fix for | resolve | bug, memory leak, broken links, race condition, warnings
measure | a measurement of | quantify | response time, load, memory use, error rate
compress | the compression of | compress | images, log files, database dump, attachments
# shop
agents: the supplier, the warehouse, the driver, the sales team, the customer, the store manager
agents: the wholesaler, the cashier, the buyer, the workshop
deliver | a delivery of | deliver | pallets, sofa, spare parts, wine, desks, samples
order | an order for | request | screws, batteries, coffee, envelopes, uniforms
pack | the packing of | package | boxes, gift sets, glasses, returned goods
sell/sold/sold/selling | the sale of | sell | tickets, vouchers, last jackets, old stock
check | a check of | inspect | stock, labels, scales, shelf prices, seals
return | a return of | return | broken lamps, wrong sizes, empty crates, faulty kettle
label/labelled/labelled/labelling | the labelling of | mark | jars, shelves, samples, crates
store | the storage of | store | chairs, frozen goods, paint, pallets
weigh | a weighing of | weigh | parcels, sacks, fruit, scrap metal
invoice | the invoicing of | bill | spare parts, repairs, extra hours, transport
reduce | a reduction of | lower | prices, delivery fee, stock, waste
# school
agents: the teacher, the head teacher, the class, the librarian, the parents, the trainer
agents: the tutor, the exam office, the students, the school nurse
mark | the marking of | assess | essays, tests, homework, projects
prepare | the preparation of | prepare | lesson, slides, worksheets, exam papers
explain | an explanation of | clarify | rules, new timetable, formula, grading scheme
read/read/read/reading | a reading of | study | chapter, poem, instructions, articles
borrow | the borrowing of | obtain | books, microscope, tablets, violin
choose/chose/chosen/choosing | a choice of | select | topic, play, courses, team names
hand out/handed out/handed out/handing out | the handing out of | distribute | forms, maps, badges
register | the registration of | enrol | new pupils, late entries, visitors, teams
plan/planned/planned/planning | the planning of | organise | school trip, concert, sports day
copy | the copying of | reproduce | worksheets, timetable, song sheets, certificates
# event
agents: the organiser, the caterer, the sound engineer, the volunteers, the host, the band
agents: the photographer, the choir, the committee, the ticket office
book | a booking of | reserve | hall, hotel rooms, minibus, speakers, coach
decorate | the decoration of | decorate | stage, tables, entrance, tent
invite | an invitation of | invite | guests, sponsors, speakers, former members
rehearse | a rehearsal of | rehearse | opening scene, songs, speech, quiz
film | the filming of | record | ceremony, workshop, interviews, finals
rent | the rental of | hire | projector, tents, sound system, bicycles
announce | an announcement of | announce | winners, dates, programme, new venue
move | a move of | relocate | piano, meeting, stands, rehearsal
serve | the serving of | provide | lunch, drinks, sandwiches, cakes
postpone | a postponement of | defer | concert, final, guided tour, workshop
# science
agents: the lab, the research group, the technician, the sensor, the survey, the statistician
agents: the nurse, the clinic, the field team, the reviewer
analyse | an analysis of | analyse | samples, survey data, soil, results, blood samples
record | a recording of | document | temperature, water level, readings, side effects
calibrate | a calibration of | calibrate | scales, sensor, thermometers, camera
examine | an examination of | examine | patients, bones, leaves, claims
collect | a collection of | gather | samples, questionnaires, insects, readings
calculate | a calculation of | compute | average, dose, error, growth rate
publish | a publication of | publish | results, data set, protocol, figures
repeat | a repetition of | replicate | experiment, measurement, trial, scan
store | the storage of | preserve | tissue samples, seeds, records, slides
discuss | a discussion of | deliberate on | findings, limits of the method, ethics form
# travel
agents: the guide, the airline, the driver, the hotel, the travel agent, the crew
agents: the railway, the tour group, the border police, the porter
change | a change of | amend | booking, route, seats, departure time
confirm | a confirmation of | confirm | reservation, flight, pick-up time, seats
clean | the cleaning of | clean | cabins, coach, rooms, tents
check | a check of | verify | passports, tyres, tickets, luggage
pack | the packing of | prepare | rucksacks, first-aid kit, tents, lunch bags
buy/bought/bought/buying | the purchase of | purchase | tickets, maps, travel insurance, snacks
search | a search of | examine | bags, lost property office, cabin
load | the loading of | load | luggage, bicycles, skis, supplies
block | a blocking of | obstruct | tunnel, mountain pass, platform, car park
visit | a visit to | attend | castle, old town, museum, vineyard
"""

REASONS = {
    "office": "the figures are still missing; two people are ill; the printer is broken; the rules "
    "have changed; the deadline was moved; there was a strike; the client wants changes",
    "house": "the pipes are frozen; the parts are out of stock; the stairs are being painted; the "
    "power was off; it rained all week; the key is missing; there is a leak in the roof",
    "software": "the disk is full; the certificate has expired; a test fails; the network was down; "
    "the format has changed; the tests take too long; a library is missing",
    "shop": "the lorry broke down; the labels were wrong; demand is high; the supplier is closed; "
    "the boxes were wet; the cold room is too warm; the till was broken",
    "school": "the room is too small; the bus is late; the exams start soon; three pupils are ill; "
    "the library is closed; the heating has failed; the timetable has changed",
    "event": "it may rain; the singer is ill; the hall is booked; tickets sold slowly; the sponsor "
    "has left; the stage is not ready; the street is closed",
    "science": "the freezer failed; the sample was too small; the sensor is faulty; the ethics board "
    "has questions; the values vary too much; the reagent has expired",
    "travel": "the road is icy; there is fog; the crew is on strike; the bridge is closed; the "
    "train was late; the visa has not arrived; the engine is too hot",
}

NAMES = """Amara Anton Astrid Bilal Bram Carla Chen Daniela Dmitri Edith Elif Emeka Farah Finn
Gita Greta Hamid Hanna Ibrahim Ines Ivan Jamal Janek Jasmin Joel Kaito Karin Kofi Lars Leila Lucia
Luis Malik Marta Mateo Mina Nadia Nils Noor Oskar Paula Pedro Quentin Rahel Ravi Rosa Ruben Salma
Samir Selma Simon Tara Theo Thandi Ulrich Vera Viktor Wanda Xenia Yara Yusuf Zoe Anna Peter Maria
John Sarah James Laura David Emma Michael Claire Robert Helen Frank Kate Paul Julia Tim""".split()
SURNAMES = """Adeyemi Bauer Castillo Dahl Ekström Ferrari Gupta Haddad Ito Jansen Kowalski Lindqvist
Moreau Novak Okafor Petrov Quinn Rossi Schmidt Tanaka Ueda Vogel Weber Yilmaz Zimmer Brown Clarke
Evans Hughes Murphy Walker Young Baker""".split()
PLACES = """Leeds Porto Graz Bergen Lyon Ghent Turin Riga Cork Basel Utrecht Malmö Seville Poznan
Bristol Tartu Nantes Kiel Bilbao Zagreb Oslo Vienna Dresden Toronto Nairobi Osaka Denver Perth Lima
Berlin London Paris Madrid Dublin Boston Sydney Athens Prague Warsaw""".split()
ORGANISATIONS = """Northwind,Halden Foods,the Ribeiro Group,Kestrel Ltd,Orbis,Lakeside Hospital,
Brandt & Co,Solvena,the Maple Trust,Tessera,City Hall,Fenwick College,Aurora Travel,Bluebird Press,
Zenith Bank,Corvus Labs,Greenfield Farm,the Harbour Museum,Pallas,Quillon,Vantor,Mistral Energy,
Riverside School,Octavia Books,the Tax Office,Hopkins & Sons,Delta Rail,Umbra Software""".replace(
    "\n", ""
).split(",")
PRODUCTS = """Falcon,Lumen 4,Nimbus,Pika 2.1,Redline,Sprout,Tango,Vega 3,Willow,Zephyr,PostgreSQL,
Python 3.12,Node 20,Windows 11,Ubuntu,Excel,Firefox,Docker,Git,Kubernetes,macOS,Android 14,Slack,
Jenkins,Blender,Redis 7,OpenSSL,Chrome,LibreOffice,Debian 12""".replace("\n", "").split(",")
CODES = """config.yaml,npm start,main.py,--verbose,getUser(),README.md,/etc/hosts,MAX_SIZE,make test,
user_id,settings.json,TIMEOUT,index.html,git pull,parse_date,--dry-run,cache/,POST /orders,data.csv,
null,retry(),Dockerfile,LOG_LEVEL,pip install,src/app.ts,onClose,true,404,--force,build.gradle""".replace(
    "\n", ""
).split(",")
MONTHS = """January February March April May June July August September October November
December""".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
