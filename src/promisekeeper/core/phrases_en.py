"""How promises are worded in English: the table that `language` reads with.

`phrases` explains the pattern language. The order of the wordings matters: what
stands first claims its words. Families (the name before the dot) are what guards
refer to. The definitions behind the choices are in docs/promises.md.
"""

from promisekeeper.core.phrases import Guard, PhraseTable, Wording
from promisekeeper.core.promise import Certainty, Kind

FIRM, SOFT = Kind.FIRM, Kind.SOFT
DELEGATED, OUTCOME, CONDITIONAL = Kind.DELEGATED, Kind.OUTCOME, Kind.CONDITIONAL
CERTAIN, POSSIBLE = Certainty.CERTAIN, Certainty.POSSIBLE

_DAYS = (
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed weds thu thur thurs "
    "fri"
)
_MONTHS = (
    "january february march april june july august september october november december jan feb "
    "mar apr jun jul aug sep sept oct nov dec"
)

WORDS = {
    "we": "i we",
    "you": "you u ya your yours",
    "subjects": "i we you u he she they it who which that =name =capitals",
    "actors": "i we he she they who which because",
    "namesake": "{persons} =name =capitals",
    "unheld": "{persons} {meeting}",
    "open": "(",
    "close": ")",
    "others_closed": "{others} )",
    "others": "you u he she they",
    "persons": "i we you u he she they who",
    "joining": "and but so then or & also plus",
    "opener": "ok okay sure yes yep yeah thanks great perfect and but also then so noted alright "
    "right fine absolutely certainly cool no hi hello dear understood gotcha roger received "
    "agreed acknowledged awesome excellent",
    "adv": "=adverb also then now just still again soon both all further first next gladly simply "
    "always too already yet either indeed instead thus therefore hereby asap rather even at least "
    "tomorrow today tonight meanwhile",
    "number": "=number two three four five six seven eight nine ten eleven twelve",
    "name": "=name",
    "caps": "=capitals",
    "soon": f"today tonight tonite tomorrow tmrw tomo tmr shortly soon later asap eod cob eob "
    f"noon midnight lunch weekend momentarily immediately {_DAYS} {_MONTHS} morning afternoon "
    f"evening a.m. p.m. pm week weeks month months hour hours hrs minutes mins minute moment day "
    f"days year quarter fortnight close eom eow",
    "dated": f"today tonight tonite tomorrow tmrw tomo tmr shortly soon later eod cob noon "
    f"midnight lunch "
    f"weekend {_DAYS} {_MONTHS} morning afternoon evening week weeks month months hour hours "
    f"hrs days day minutes end",
    "day": f"today tonight tonite tomorrow tmrw tomo {_DAYS}",
    "participle": "=participle used sent done made put given taken got gotten paid built rebuilt "
    "set kept held written rewritten sorted sold brought seen told found dealt spoken known read "
    "redone gone run met left lost split cut shut been begun drawn won broken",
    "progressive": "=progressive",
    # What a person does for another; base forms, for places where a verb must be told apart.
    "act": "accept acknowledge act add address adjust advise allocate amend analyse analyze "
    "answer apply appoint approve arrange ask assemble assess assign assist attach attempt "
    "authorise authorize back book bring brief build buy calculate call cancel change chase check "
    "circulate clarify clean clear close collect come comment compare compile complete comply "
    "confer confirm connect consider consult contact continue convert coordinate co-ordinate copy "
    "correct cover create credit debug deal deduct deliver deposit develop dial dig direct "
    "discuss dispatch distribute do document double-check draft draw drop edit email e-mail "
    "enclose endeavour endeavor enter escalate evaluate examine exchange execute expedite explain "
    "explore extend fax figure file fill finalise finalize find finish fix fly follow forward "
    "generate get give go handle help highlight hold honor honour host identify implement include "
    "inform initiate insert inspect install investigate invite invoice issue join keep launch "
    "leave lend list listen look mail make manage match measure meet mend message modify monitor "
    "move notify nudge obtain open order organise organize outline pass pay phone pick ping place "
    "plan pop post prepare present print process produce propose provide publish pull push put "
    "raise re-send reach read reach rebuild recalculate recap recheck recommend reconcile record "
    "redo refer refill refund reimburse reinstate release relay remind remove reopen repair "
    "repeat replace reply report request research resend reserve reset resolve respond restart "
    "restore resubmit retest retry return review revise revert ring rework rewrite rush run save "
    "scan schedule search seek sell send serve set settle share ship show sign solve sort speak "
    "start stop submit supply swap take talk tell test text track trace transfer translate trial "
    "true try turn update upgrade upload use verify visit waive walk wire work write type phase "
    "draft sync advise patch deploy roll redesign design rerun re-run reproduce locate block "
    "migrate merge delete duplicate rectify remedy estimate quote study log register key tweak "
    "increase lower "
    "reduce apply grant furnish secure gather liaise negotiate press proceed carry conduct "
    "perform trigger activate enable disable switch unlock unblock whitelist renew attend tend "
    "devote loop cc tidy speed mark flag tag label wrap pack load stock restock debit charge "
    "proofread reconfirm shoot touch prioritise prioritize fast-track alert warn swing support "
    "reassign redirect relabel reword reformat rename reorder re-order reprint reroute re-route "
    "reinstall re-enter resync refresh restate revert summarise summarize tabulate validate "
    "attach append archive audit backdate balance bump clone configure convey courier "
    "customise customize delegate demonstrate diagnose double-check embed encourage enquire "
    "inquire enrol enroll expand facilitate feed filter forecast format formulate fund hunt "
    "hurry import export incorporate insert invest itemize jot link lock map modify narrow "
    "optimise optimize oversee pinpoint plug pool postpone preserve prevent proof protect "
    "query quiz reallocate reach reassess recirculate recreate reduce reevaluate reexamine "
    "refile refine reformulate relaunch rephrase reprogram requote rescan reship resubscribe "
    "retrieve reupload rewire round route sample scout segregate separate simplify sketch "
    "source split spread hand double stage standardise standardize steer straighten strip "
    "structure "
    "substitute supervise synchronise tackle tailor takedown tally target time trim "
    "troubleshoot tune undo unify unpack unsubscribe vet void weigh zip cut",
    "acts": "{act} let",
    "imperative": "{act} reply leave give say shoot dm drop",
    "serve": "call phone ring text email e-mail mail fax send forward contact follow coordinate "
    "assist handle manage respond reply prepare provide deliver ship collect pick drop bring "
    "arrange check track work draft review research finalize finalise complete update investigate "
    "look confirm circulate distribute schedule direct pop fix repair replace answer resend post "
    "set chase raise escalate refund book restore deploy patch amend correct sort revise proofread "
    "translate verify reconfirm double-check recalculate reconcile reserve reopen retry rerun redo "
    "rebuild resolve rectify remedy expedite monitor trace locate clarify rework upload print scan "
    "debug reproduce liaise remind install test analyse analyze evaluate assess examine inspect "
    "compile gather assemble swap reinstate unlock unblock whitelist reimburse wire reissue tidy "
    "troubleshoot diagnose retrieve reschedule invite notify inform brief advise cover back "
    "oversee supervise dial ping courier document",
    "doing": "sending resending mailing posting emailing e-mailing faxing forwarding shipping "
    "dispatching calling ringing phoning writing bringing delivering dropping adding pulling "
    "building preparing drafting finalizing finalising finishing fixing repairing replacing "
    "refunding crediting updating uploading releasing publishing launching introducing issuing "
    "processing submitting filing scheduling arranging booking ordering talking speaking "
    "discussing asking checking reviewing chasing contacting passing setting collecting picking "
    "installing testing transferring paying reopening cancelling canceling escalating returning "
    "changing moving switching merging migrating removing deploying creating opening closing "
    "activating "
    "enabling registering renewing upgrading starting getting putting rolling making "
    "giving",
    "visiting": "{doing} coming",
    "remedy": "issuing refunding replacing reimbursing crediting dispatching reshipping",
    "withheld": "execute sign send share close release publish post submit forward file ship "
    "start proceed move tell mention discuss use charge act do pay change order book delete leave "
    "stop rest",
    # After "will", these take on nothing.
    "opinion": "admit agree disagree assume believe bet concede confess doubt dare feel guess "
    "hate hope imagine know like love miss owe prefer presume recall regret remember say suppose "
    "swear think trust understand want wish wonder appreciate enjoy forget survive suffer lose "
    "win remain become live die depend stand notice benefit recognize recognise learn tolerate "
    "lack resemble require resume end cost mean deserve forgive excuse grant thank hear receive "
    "seem appear fail "
    "struggle stick grow face experience incur exceed prevail succeed profit expect grab",
    "attend": "eat drink ski golf swim hang party wear nap gamble hike camp cheer participate "
    "attend arrive travel drive stay resurface sleep vacation retire commute wait await "
    "relax celebrate fly visit",
    "movement": "go come leave return join meet",
    "going": "discussing renting touring eating drinking golfing skiing going coming leaving "
    "flying meeting attending travelling traveling driving visiting "
    "staying arriving returning moving waiting looking vacationing joining having taking seeing "
    "spending heading working being needing out off away getting hanging sitting standing "
    "cheering watching thinking hoping wondering praying playing",
    "never": "not never no hardly barely neither nor",
    "stop": "lunch dinner breakfast bed town church school court class camp {opinion} {attend} "
    "{movement} {never} be have need see {we} you he she they it will "
    "shall must should would can could ought the a an my our your his her their this that =name",
    "dstop": "{opinion} {never} attend stay retire wait await be have need see {we} you he she "
    "they it will shall must should would can could ought go come leave return join meet cost "
    "want make the a an my our your =name",
    # Words that end a phrase of nouns.
    "glue": "i we you he she they it who that which will shall must should would can could be "
    "have has is are was were not to do does did",
    "nounless": "{glue} {number} in on at by for with of from out up into over before after",
    "us": "us me him her them",
    "toyou": "to for with sent given told emailed called shown asked forwarded at about from "
    "give send",
    "me": "{we} you",
    "sending": "sending mailing emailing e-mailing faxing forwarding shipping dispatching "
    "calling ringing phoning delivering bringing dropping preparing drafting fixing repairing "
    "replacing refunding crediting updating uploading processing arranging booking",
    "works": "fix repair delivery refund replacement installation shipment upgrade patch ",
    "refrain": "charge bill invoice debit close cancel chase contact bother disturb deduct happen "
    "release ship remove delete",
    "refrained": "charged billed invoiced debited deducted closed cancelled canceled disturbed",
    "unit": "team department dept office colleague colleagues assistant secretary staff people "
    "engineers engineer technician technicians technicians developers developer support "
    "accounting accounts billing finance warehouse legal sales manager boss partner supervisor "
    "specialist specialists group desk crew representative reps rep agent agents lawyer lawyers "
    "mechanic mechanics workshop driver drivers courier counsel experts expert analyst analysts "
    "member logistics dispatch teammates teammate it hr editor fitter fitters plumber electrician "
    "installer installers nurse clerk bookkeeper accountant buyer trainer receptionist gardener "
    "painter builders chef surveyor inspector editors designers designer coordinator "
    "administrator administrators admin operators folks guys service services",
    "aim": "deadline date target goal price request requirement requirements schedule terms demand "
    "demands needs timeline quota",
    "desk": "legal credit accounting accounts finance shipping billing engineering logistics hr "
    "operations "
    "ops purchasing procurement tax treasury compliance maintenance payroll reception "
    "facilities qa "
    "dispatch housekeeping customs",
    "helper": "colleague technician engineer specialist driver mechanic supervisor courier team "
    "department representative manager agent assistant member",
    "outsider": "fedex ups dhl usps amazon paypal google microsoft apple hermes bank court "
    "supplier suppliers vendor vendors insurer carrier manufacturer government police landlord",
    "delivered": "sent resent forwarded circulated emailed e-mailed mailed faxed provided "
    "distributed updated refunded reimbursed credited replaced corrected fixed repaired resolved "
    "shipped dispatched despatched posted issued conveyed communicated sorted waived reset "
    "restored escalated answered amended returned uploaded shared reopened rectified transferred "
    "invoiced reissued redelivered notified reinstated",
    "settled": "rescheduled re-scheduled captured switched moved opened extended merged migrated "
    "loaded entered booked inserted incorporated adjusted reversed billed executed drafted "
    "prepared "
    "signed submitted filed printed upgraded ordered investigated revised included reflected "
    "transferred activated enabled restarted retested tested deducted reconciled reactivated "
    "delivered paid processed completed released published installed scheduled "
    "arranged removed cancelled canceled reviewed finished launched confirmed approved handled "
    "collected made done deployed applied addressed finalized finalised assigned added called "
    "contacted ready",
    "told": "refunded reimbursed credited informed notified contacted updated kept compensated "
    "paid called phoned emailed sent given",
    "goods": "refund money replacement answer reply response update quote quotation draft copy "
    "report parcel package order invoice email e-mail mail letter confirmation details numbers "
    "figures results estimate credit paperwork file files document documents link label price "
    "news word decision part parts unit units items item orders tickets keys new account check "
    "cheque payment feedback contract proposal summary list schedule form statement key code "
    "photos pictures specs info information data more comments revision version minutes notes "
    "agenda delivery shipment voucher receipt card login password instructions it them this "
    "everything",
    "money": "credit refund payment money deposit reimbursement adjustment points correction",
    "document": "confirm confirmation confirmations contract agreement draft report list copies "
    "copy memo "
    "invoice file revision version release update documentation schedule bill statement package "
    "presentation spreadsheet worksheet system quote quotation",
    "news": "update updates patch fix release announcement answer reply response follow-up "
    "draft version refund email correction",
    "comes": "leaves arrives lands launches",
    "come": "follow ship arrive reach land launch",
    "to": "to",
    "option": "{meeting} option options choice choices right possibility",
    "pastto": "to {participle}",
    "pastish": "{participle} {adv}",
    "report": "said says say told tells mentioned wrote writes claims claims claimed advised "
    "informed thinks think "
    "thought believes hopes indicated promised heard",
    "meeting": "idea sense feel view clue meeting meetings call conference lunch dinner "
    "appointment flight class vacation access trouble difficulty time fun problem problems "
    "opportunity chance ability baby party beer drink interview visitors guests questions",
    "glad": "happy glad pleased delighted able available grateful honored honoured proud excited "
    "thrilled responsible supportive willing ready here there back out away off late early busy "
    "unable sorry sad fine ok okay surprised interested honest frank brief clear",
    "letme": "{act} think go sleep come",
    # What is done in the saying.
    "utter": "be say introduce explain begin hear assure clarify describe repeat "
    "stress emphasize emphasise note point express summarize summarise recap outline highlight "
    "apologize apologise thank congratulate offer suggest propose mention preface quote illustrate "
    "rephrase restate elaborate expand recommend confess admit guess",
    "example": "example examples background context idea sense overview history flavor flavour "
    "summary taste heads-up reason reasons advice tip",
    "buy": "upgrade sign subscribe buy order join register enroll enrol shop donate switch "
    "download",
    "ticket": "ticket form request case claim claims appeal dispute application review",
    "helping": "help assist",
    "amends": "apology apologies explanation drink beer lunch coffee favour favor big huge thanks "
    "lot",
    "period": "morning afternoon evening weekend month year minute minutes moment second hour "
    "hours day days week weeks bit while couple few",
    "possessive": "my our your his her their the this",
    "turns": "but and so , : ( -",
    "breaks": ": ( -",
    "ahead": f"today tonight tonite tomorrow tmrw tomo shortly soon later asap eod cob "
    f"momentarily {_DAYS}",
    "nobody": "{we} {joining} you he she who that which",
    "if": "if once unless provided assuming should",
    "link": "=link",
    "auxiliary": "is are was were has have had will would to",
    "ifnot": "again more so not possible necessary needed appropriate applicable",
    "iftag": "{ifnot} that",
    "check": "and but or so check see ask verify find determine confirm learn out sure wonder",
    "any": "=plain =name =capitals =number =participle =progressive =adverb",
    "wonder": "if whether how where why what",
    "since": "because since although though while until till whereas unless before lest when",
    "unsure": "hope hopefully maybe perhaps wish pray doubt wonder wondering afraid suppose "
    "crossed hopeful",
    "looks": "anticipate looks seems appears sounds means assume assuming imagine expect "
    "predict believe",
    "they": "he she they",
}

PARTS = {
    # "{adv}*" also before the infinitive: "going to definitely send".
    "will": "( will|shall {adv}* | am|are {adv}* @going to {adv}* | am|are? @gonna {adv}* )",
    "third": "( will {adv}* | is|are? {adv}* @going to {adv}* )",
    "aside": "( , ~4 , )",
    "verb": "( !{stop} | go|come ( out|by|over )? ( and|to )? {act} | go "
    "ahead|over|through|back|and|with | come back|up|over|by|round|around | leave "
    "it|this|that|you|a|the|him|her|them|word | return the|your|a|an|any|it|them|this|all | "
    "meet with | meet the|your|that|this|our !{glue}{0,2} {aim} | {idiom} )",
    # Words of opinion or movement that are acts in this company.
    "idiom": "( stand by|behind | stick with|to | attend to | grant you|them|him|her|us|access "
    "| learn "
    "!{glue}{0,4} and {act} | pass on your|the|this|that|these|all|it|them|my|our ~6 "
    "to|feedback|comments|suggestion|suggestions|request|details|message|information|info|"
    "thanks|idea|ideas|kind )",
    "person": "( mr|mrs|ms|miss|dr .? {name} | {name}{1,3} and|& {name}{1,3} | {name}{1,3} )",
    "place": "( from|in|at|of|on our|my|the? !{glue} {unit}? )",
    "own": "( our|my !{glue}{0,3} {unit} | the !{glue}{1,2} team|group|department|desk | one of "
    "our|my|the !{glue}{1,3} | someone|somebody from|in|on|at|of our|my|the? !{glue}{0,2} | "
    "a|an|the !{glue}{0,2} {helper} ( of|from|in|on our|my|the !{glue}{0,2} )? )",
    "thing": "( the|a|an|your|our|my|all|any|this|these|each|every|more|new !{glue}{0,6} | "
    "!{nobody} )",
    "when": "( {soon} | by|before|within|on|at|around|about|after the? {number} | as soon as )",
    "deed": "( {verb} | {have} | see to|what|if|whether | be {adv}* in touch|contact | be "
    "{adv}* back "
    "to|with )",
    "duty": "( !{dstop} | make sure|certain|a|an|the|it|every|arrangements|contact | go "
    "over|through|back "
    "| come back|up|by|over | come out? ( to|and )? {act} | meet with|you | return "
    "your|the|it|them "
    "| see to|what|if|whether | {have} | be {adv}* in touch|contact | be {adv}* back | attend to )",
    "have": "have ( a look|think|word|chat|go | ~10!{unheld} ( {participle} | {when} | "
    "ready|available|out|up|back|with|for|to ) )",
}

WORDINGS = (
    # Requests and turns of speech that begin like a promise.
    Wording(name="request.let_me_know", pattern="let me|us {adv}* know", reason="a request"),
    Wording(
        name="request.let_me",
        pattern="let me {adv}* ( {utter} | add that|to|,|:|my|one|a|also|just | "
        "start|end|finish|open|close|lead|conclude by|with|: "
        "| make ~3 clear | share some|my|a|an|one|with|the|something|just "
        "| give you|everyone|everybody ~3 {example} | show|tell|remind you|everyone|folks | put "
        "it|that this|another|differently|bluntly|simply|in "
        "| ask you|a|one|this|something|again | have "
        "it|them|your|the|his|her|their|any|all|some|that|this|those|these|my|until|more "
        "| answer|address|respond|comment|reply|touch ~12 : | pass on|along my|our|on )",
        reason="a turn of speech or a request",
    ),
    Wording(
        name="past.as_promised",
        pattern="^ as @promised|agreed|discussed",
        reason="speaks of an earlier promise",
    ),
    # Refraining is a promise only where it spares the reader something.
    Wording(
        name="firm.refrain_until",
        pattern="{we} @will {adv}* not {adv}* {refrain} ~12 until|unless|again|before",
        kind=FIRM,
    ),
    Wording(
        name="firm.refrain_for_you",
        pattern="{we} @will {adv}* not|never {adv}* {withheld} ~12 until|unless|without ~5 "
        "you|your",
        kind=FIRM,
    ),
    Wording(
        name="firm.not_again",
        pattern="{we} @will {adv}* not|never {adv}* let|allow it|this|that ~3 again",
        kind=FIRM,
    ),
    Wording(
        name="firm.let_us",
        pattern="^ ( {opener}{1,3} ,? )? (promise: @let us {adv}* ( "
        "look|check|investigate|find|dig|see ~8 for you | look into|at | {act} ~8 and|then ( "
        "{act} ~4 you | get back | let you know ) ) )",
        kind=FIRM,
    ),
    Wording(
        name="firm.not_forget",
        pattern="{we} @will {adv}* not|never {adv}* forget|fail to {act}",
        kind=FIRM,
    ),
    Wording(
        name="firm.not_rest",
        pattern="{we} @will {adv}* not|never {adv}* rest|stop until|till",
        kind=FIRM,
    ),
    Wording(
        name="firm.refrain",
        pattern="{we} @will {adv}* not|never be? ( "
        "charge|bill|invoice|debit|chase|charging|billing|invoicing|chasing you ) ( ~8 "
        "again|for|until|any|on )?",
        kind=FIRM,
    ),
    Wording(
        name="outcome.refrain",
        pattern="you|it|this|that @will {adv}* not|never be {adv}* {refrained}",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.not_again",
        pattern="this|that|it @will not happen again",
        kind=OUTCOME,
    ),
    Wording(
        name="negation.will_not",
        pattern="!{never} @will|going to? {adv}* not|never",
        reason="says what will not be done",
    ),
    Wording(
        name="firm.promise",
        pattern="{we} {adv}* @promise|guarantee|undertake|pledge|commit ( to | you | that | "
        "{we} will|shall|am|are|can | it )",
        kind=FIRM,
        certainty=CERTAIN,
    ),
    # Firm: idioms of being, having and seeing that are acts.
    Wording(
        name="firm.in_touch",
        pattern="{we} {will} {aside}? be {adv}* back? ( in touch|contact | back to|with you | "
        "right on it | on it | sure|certain to !{opinion} )",
        kind=FIRM,
        certainty=CERTAIN,
    ),
    Wording(
        name="firm.see_to",
        pattern="{we} {will} {aside}? see to|that|if|whether|about|what",
        kind=FIRM,
    ),
    Wording(
        name="soft.try",
        pattern="( {we} | ^ ( {opener}{1,3} ,? )? ) {will} {aside}? ( "
        "try|attempt|endeavour|endeavor|strive ~3 to|and|& ( {deed} | have ) | try "
        "!{stop} | do my|our best|utmost | plan on|to | aim to | hope to )",
        kind=SOFT,
    ),
    Wording(
        name="obligation.have_to",
        pattern="{we} {will} {aside}? ( have {adv}* to | need )",
        reason="says what is needed, not what will be done",
    ),
    Wording(
        name="delegated.have_done",
        pattern="{we} {will} {aside}? have (who: {person} | our|my|the !{nounless}{1,4} | "
        "one|someone|somebody !{nounless}{0,4} | him|her|them ) {act}",
        kind=DELEGATED,
    ),
    Wording(
        name="delegated.get_to",
        pattern="{we} {will} {aside}? get (who: {person} | our|my|the|one|someone "
        "!{nounless}{0,4} ) to {act}",
        kind=DELEGATED,
    ),
    Wording(
        name="attendance.keep",
        pattern="{we} @{will} {aside}? keep the|our|this|that ~6 {meeting}",
        reason="attendance or state",
    ),
    Wording(
        name="attendance.meeting",
        pattern="{we} {will} {aside}? have !{glue}{0,4} {meeting}",
        reason="attendance or state",
    ),
    Wording(
        name="firm.have",
        pattern="{we} {will} {aside}? {have}",
        kind=FIRM,
    ),
    Wording(
        name="soft.be_able_by",
        pattern="{we} {will} {adv}* be able to {adv}* {deed} ~12 {soon}",
        kind=SOFT,
    ),
    Wording(
        name="firm.be_working",
        pattern="{we} {will} {aside}? be {adv}* working ( on|to | with ~3 to )",
        kind=FIRM,
    ),
    Wording(
        name="firm.be_getting",
        pattern="{we} {will} {aside}? be {adv}* ( getting with|back|onto | getting in touch | "
        "getting it|this|that|them|these|those|you|the|your|my|a ~10 | going over|through|back "
        "| coming back | returning it|this|that|the|your|them|you | looking at|into|for|over | "
        "taking care|over|it|this|that|these|those|them|your )",
        kind=FIRM,
    ),
    Wording(
        name="attendance.being",
        pattern="{we} {will} {aside}? be {adv}* {going}",
        reason="attendance, absence or state",
    ),
    Wording(
        name="offer.glad",
        pattern="{we} {will} {aside}? {adv}* be {adv}* very|more? than? {glad}",
        reason="an offer or a state, no act",
    ),
    Wording(
        name="firm.be_doing",
        pattern="{we} {will} {aside}? be {adv}* ( more {adv}* )? {progressive}",
        kind=FIRM,
        certainty=CERTAIN,
    ),
    Wording(
        name="state.be",
        pattern="{we} {will} {aside}? be",
        reason="a state, no act",
    ),
    Wording(
        name="firm.idiom",
        pattern="{we} {will} {aside}? {idiom}",
        kind=FIRM,
    ),
    Wording(
        name="opinion.will",
        pattern="{we} {will} {aside}? ( {opinion} | see | pass on|, | look forward )",
        reason="an opinion or a turn of speech",
    ),
    Wording(
        name="formula.talk_later",
        pattern="{we} {will} talk|speak|chat to|with you ( soon|later|then|there )",
        reason="a way to say goodbye",
    ),
    Wording(
        name="opinion.let_others",
        pattern="{we} {will} {adv}* let you|them|him|her {adv}* "
        "decide|choose|pick|judge|determine|guess|imagine|worry|be|get|handle|speak|sort|go|do|"
        "deal|figure|be|take|work|try|see",
        reason="leaves it to somebody else",
    ),
    Wording(
        name="clause.relative",
        pattern="the|a|an|this {goods} that|which? {we} {will} !{stop} $",
        reason="depends on another clause",
    ),
    Wording(
        name="opinion.leave_to_you",
        pattern="{we} {will} {adv}* leave it|this|that|them up? to !{act}",
        reason="leaves it to somebody else",
    ),
    Wording(
        name="offer.call_to_action",
        pattern="{we} {will} {adv}* {helping} ( $ | you|out $ | you with any|further )",
        reason="a standing offer of help",
    ),
    Wording(
        name="firm.i_will",
        pattern="^ ( ( {opener} | of course ) ,? )? {we} @will|shall $",
        kind=FIRM,
    ),
    Wording(
        name="firm.will",
        pattern="{we} both|all? {will} {aside}? {verb}",
        kind=FIRM,
        certainty=CERTAIN,
    ),
    Wording(
        name="attendance.will",
        pattern="{we} {will} {aside}? ( {attend} | {movement} )",
        reason="attendance or travel",
    ),
    Wording(
        name="firm.typed_ill",
        pattern="^^ @ill|i'l|il {adv}* ( {acts} | see if|what|to|whether )",
        kind=FIRM,
    ),
    # The subject is left out, or stands further before.
    Wording(
        name="firm.no_subject",
        pattern="^ ( {opener}{1,3} ,? | thanks|thank ~8 , | !{namesake}{1,4} , )? (promise: "
        "@will|shall|gonna {adv}* ( {acts} | keep | be in touch | {have} | be back to|with | "
        "see to|what|if|whether | bear|treat|note|watch it|this|that|them|the|in ) )",
        kind=FIRM,
        certainty=CERTAIN,
    ),
    Wording(
        name="firm.and_will",
        pattern="{we} ( ~20!{others_closed} {toyou} you )? ( ~20!{others_closed} {open} ~8 "
        "{close} )? ~40!{others_closed} and|but|then|& (promise: {adv}* @will {adv}* ( {verb} | "
        "{have} | be in touch|contact | be back ) )",
        kind=FIRM,
    ),
    Wording(
        name="firm.and_going",
        pattern="{we} ~40!{others_closed} and|but|then|& (promise: {adv}* am|are @going to "
        "{adv}* {deed} )",
        kind=FIRM,
    ),
    Wording(
        name="firm.of_us",
        pattern="all|both|each|two of us {will} {aside}? {deed}",
        kind=FIRM,
    ),
    Wording(
        name="firm.about_to",
        pattern="{we} am|are about to {verb}",
        kind=FIRM,
    ),
    # "Let me": the writer sets out to do it.
    Wording(
        name="firm.let_me_see_and",
        pattern="^ ( {opener}{1,3} ,? )? (promise: @let me see ~14 and|then {adv}* ( {act} ~4 "
        "you | get back | report back | let you ) )",
        kind=FIRM,
    ),
    Wording(
        name="possible.let_me_see",
        pattern="^ ( {opener}{1,3} ,? | !{subjects}{1,4} , )? (promise: @let me see "
        "what|if|who|whether|how )",
        kind=FIRM,
        certainty=POSSIBLE,
    ),
    Wording(
        name="firm.let_me",
        pattern="( ^ ( {opener}{1,3} ,? )? | , so|but|then? ) (promise: ( @let me | @allow me to "
        ") {adv}* ( {letme} | ask !{you} | see to|about | {have} ) )",
        kind=FIRM,
    ),
    # Set phrases.
    Wording(
        name="firm.leave_it",
        pattern="@leave it|this|that|these|them|everything|all {adv}* with|to me|us",
        kind=FIRM,
        certainty=CERTAIN,
    ),
    Wording(
        name="firm.consider_done",
        pattern="@consider it|this|that|them {adv}* done|sorted|fixed|sent|handled|booked",
        kind=FIRM,
        certainty=CERTAIN,
    ),
    Wording(
        name="firm.on_it",
        pattern="^ {opener}* ,? ( {we} am|are )? {adv}* @on it|this|that|the ( case )? $",
        kind=FIRM,
    ),
    Wording(
        name="firm.got_this",
        pattern="^ ( {opener}{1,3} ,? )? {we} have? @got this|it|that ( covered | from here | "
        "handled | $ )",
        kind=FIRM,
    ),
    Wording(
        name="firm.on_my_list",
        pattern="( it|this|that|these is|are {adv}* | {we} have? {adv}* put|added ~3 ) on|to "
        "my|our ( to-do|todo | to do )? list",
        kind=FIRM,
    ),
    Wording(
        name="firm.while_i",
        pattern="( moment|minute|minutes|second|seconds|sec|secs|min|mins | hold on | hang on | "
        "wait ) ,? "
        "@while {we} {adv}* {act}",
        kind=FIRM,
    ),
    Wording(
        name="firm.my_word",
        pattern="you have my|our @word",
        kind=FIRM,
        certainty=CERTAIN,
    ),
    Wording(
        name="firm.promise_end",
        pattern=", i? @promise $",
        kind=FIRM,
    ),
    Wording(
        name="firm.count_on",
        pattern="@count on me|us|our",
        kind=FIRM,
    ),
    Wording(
        name="firm.owe",
        pattern="{we} @owe you a|an|the|my|some !{amends}",
        kind=FIRM,
    ),
    Wording(
        name="firm.back_to_you",
        pattern="^ {opener}* ,? @back to|with you ~3 {when}",
        kind=FIRM,
    ),
    Wording(
        name="firm.more_from_me",
        pattern="( ^ | , ) @more ( from me|us | info|information|details|news )? ( {soon} | "
        "on|by|before|in|within|next|this ~3 {soon} )",
        kind=OUTCOME,
    ),
    Wording(
        name="asked.give_me",
        pattern="^^ please? could|can? you? @give|gimme|allow me|us ( until|till ~4 {soon} | ~3 "
        "{period} {joining} | ~3!{meeting} {period} to )",
        kind=FIRM,
    ),
    Wording(
        name="firm.bear_with",
        pattern="( @bear with me|us | hang @tight|on ) ~2 ( until|till|while|for )",
        kind=FIRM,
    ),
    Wording(
        name="asked.how_about",
        pattern="@how about i !{stop} you ~6 {when}",
        kind=SOFT,
    ),
    Wording(
        name="firm.happy_to_now",
        pattern="{opener} ,? @happy|glad to {act} ~8 {soon}",
        kind=FIRM,
    ),
    Wording(
        name="firm.my_step",
        pattern="( next @step|steps|action|actions|todo | @action item|items|point|points ) "
        "on|for|from my|our|me|us side|end|part|:",
        kind=FIRM,
    ),
    Wording(
        name="firm.agreed_step",
        pattern="agreed|my next @step|steps : i {act}",
        kind=FIRM,
    ),
    Wording(
        name="firm.reminder",
        pattern="{we} have|am ~3 @reminder|note|diary ~6 to {verb}",
        kind=FIRM,
    ),
    Wording(
        name="firm.can_by",
        pattern="{we} @can {adv}* have|get|deliver|send|ship|do|give|provide|finish ~8 ( "
        "by|before|within ~4 ( {soon} | {number} ) )",
        kind=FIRM,
    ),
    Wording(
        name="firm.then_can",
        pattern="^ please|kindly|send|give|if|once ~25 and|then|, (promise: {we} @can {adv}* "
        "deliver|send|give|provide|ship|issue|book|process )",
        kind=CONDITIONAL,
    ),
    Wording(
        name="firm.remedy",
        pattern="we are {adv}* @{remedy} !{joining}",
        kind=FIRM,
    ),
    Wording(
        name="attendance.getting",
        pattern="{we} am|are {adv}* ( giving|making a|the|my "
        "presentation|speech|talk|paper|toast | speaking at|in | getting "
        "together|married|ready|off|out|back|home|there|a|an|some|old|late|tired )",
        reason="attendance or state",
    ),
    Wording(
        name="clause.relative_doing",
        pattern="that|which|what|where|who|whom {we} am|are {adv}* @{doing}",
        reason="depends on another clause",
    ),
    Wording(
        name="firm.doing",
        pattern="{we} am|are {adv}* @{doing} ~10!{actors} ( {ahead} ( $ | !{meeting} ) | "
        "this|next|coming {period} | ( in|within|by the|a|an? ~2 | over the ~2 ) {soon} )",
        kind=FIRM,
    ),
    # Soft: said with a reservation.
    Wording(
        name="firm.doing_no_subject",
        pattern="^ ( {opener}{1,3} ,? )? (promise: {adv}* @{doing} !{joining} ~8!{actors} ( "
        "{ahead} | this|next|coming {period} | in|within a|an? ~2 {soon} ) )",
        kind=FIRM,
    ),
    Wording(
        name="soft.should_be_able",
        pattern="( i @should {adv}* be able to {adv}* {deed} | we @should {adv}* be able to {adv}* "
        "( {serve} | {act} it|this|that | {deed} ~10 ( you|your | {soon} ) ) )",
        kind=SOFT,
    ),
    Wording(
        name="soft.should_have",
        pattern="{we} @should {adv}* ( have|hear !{pastish} | get "
        "it|that|this|you|back|an|the|a|some|our|them|to | know more|something|if|whether ) ~14 "
        "{when}",
        kind=SOFT,
    ),
    Wording(
        name="soft.hope_to",
        pattern="{we} am|are? {adv}* @hope|hoping to {adv}* ( {deed} | have !{meeting} )",
        kind=SOFT,
    ),
    Wording(
        name="soft.plan_to",
        pattern="{we} ( am|are|would )? {adv}* "
        "@plan|intend|aim|expect|planning|aiming|intending|expecting|mean to {adv}* ( !{stop} | "
        "have !{meeting} )",
        kind=SOFT,
    ),
    Wording(
        name="soft.on_track",
        pattern="( {we} am|are | ^ still? ) {adv}* on @track|course|target|schedule ( to {act} "
        "| for ~3 {soon} )",
        kind=SOFT,
    ),
    Wording(
        name="soft.aiming_for",
        pattern="{we} am|are {adv}* ( @aiming|shooting for | @targeting ) ~4 {soon}",
        kind=SOFT,
    ),
    Wording(
        name="soft.ought",
        pattern="{we} @ought to ( have !{pastish} ~12 {when} | get "
        "it|that|this|you|them|back|to ~10 {when} | be able to {deed} )",
        kind=SOFT,
    ),
    Wording(
        name="soft.for_us",
        pattern="the|our @plan|idea|goal is for us|me to {act}",
        kind=SOFT,
    ),
    Wording(
        name="soft.committed",
        pattern="{we} am|are {adv}* @committed to {progressive} ~10 {when}",
        kind=SOFT,
    ),
    Wording(
        name="soft.happy_soon",
        pattern="{we} am|are {adv}* @happy|glad to {act} ~8 {ahead}",
        kind=SOFT,
    ),
    Wording(
        name="soft.looking_to",
        pattern="{we} am|are {adv}* @looking to {adv}* have|get|finish|send|ship ~12 {soon}",
        kind=SOFT,
    ),
    Wording(
        name="soft.plan_on",
        pattern="{we} am|are? {adv}* @plan|planning on !{going}",
        kind=SOFT,
    ),
    Wording(
        name="soft.should_be_ready",
        pattern="{we} @should {adv}* be {adv}* ready|done|finished|through|set ~8 {when}",
        kind=SOFT,
    ),
    Wording(
        name="soft.could_have",
        pattern="{we} @could {adv}* have ~8 {soon}",
        kind=SOFT,
    ),
    Wording(
        name="soft.my_plan",
        pattern="my|our @plan|intention|goal|aim is to {adv}* ( {deed} | have !{meeting} )",
        kind=SOFT,
    ),
    Wording(
        name="soft.intention_to",
        pattern="it is my|our @intention to {adv}* ( {deed} | have !{meeting} )",
        kind=SOFT,
    ),
    Wording(
        name="delegated.plan_for",
        pattern="@plan|idea is for (who: {person} ) to {act} ~8 you|your",
        kind=DELEGATED,
    ),
    Wording(
        name="soft.no_subject",
        pattern="^ ( {opener}{1,3} ,? )? (promise: {adv}* "
        "@hope|hoping|planning|aiming|aim|intending|"
        "expecting|intend to {adv}* ( {act} | have ) )",
        kind=SOFT,
    ),
    Wording(
        name="soft.should_no_subject",
        pattern="^ ( {opener}{1,3} ,? )? (promise: @should {adv}* ( have|get !{pastish} ~12 "
        "{when} | be able "
        "to {adv}* {deed} ) )",
        kind=SOFT,
    ),
    Wording(
        name="soft.doing_and_should",
        pattern="^ {progressive} ~12 and|, (promise: @should|hope|hoping|expect {adv}* ( "
        "have|get !{pastish} ~12 {when} | be able to {adv}* {deed} | to {adv}* {deed} ) )",
        kind=SOFT,
    ),
    Wording(
        name="soft.and_should",
        pattern="{we} ~40!{others_closed} and|but|so (promise: @should {adv}* ( have|get "
        "!{pastish} ~12 {when} "
        "| be able to {adv}* {deed} ) )",
        kind=SOFT,
    ),
    Wording(
        name="soft.aim_to",
        pattern="{we} ~40!{others_closed} and|but|, (promise: {adv}* @aim|hope|plan|expect to "
        "{adv}* ( {act} | have ) )",
        kind=SOFT,
    ),
    Wording(
        name="soft.want_to",
        pattern="{we} @want to ( get|give|send you ~8 {ahead} | get|have|send ~4 to you ~4 "
        "by|before ~3 {soon} )",
        kind=SOFT,
    ),
    Wording(
        name="soft.would_like",
        pattern="{we} would @like|love to ( get this|it|these|that|you | "
        "call|ring|phone|send|email|host|walk|show|give|visit ) ~12 {soon}",
        kind=SOFT,
    ),
    Wording(
        name="soft.glad_as_asked",
        pattern="{we} am|are @glad|happy|pleased to {act} ~10 as ~3 "
        "suggested|requested|asked|discussed",
        kind=SOFT,
    ),
    Wording(
        name="soft.assured_working",
        pattern="rest @assured that? (promise: {we} am|are {adv}* working )",
        kind=SOFT,
    ),
    # Delegated: somebody of our side will do it.
    Wording(
        name="delegated.asked",
        pattern="{we} have|am|are? {adv}* @asked|asking|instructed|told|getting (who: ~5!{you} ) "
        "to {adv}* ( !{stop} ~4 you | {act} ~6 {ahead} | follow up | get back | report back | "
        "call|email|send ~6 you )",
        kind=DELEGATED,
    ),
    Wording(
        name="delegated.having_done",
        pattern="{we} am|are @having (who: {person} | our|my|the|one|someone !{nounless}{0,4} ) "
        "{act} ~6 you|your",
        kind=DELEGATED,
    ),
    Wording(
        name="delegated.person_of",
        pattern="(who: {person} {place} ) {third} {aside}? {duty}",
        kind=DELEGATED,
    ),
    Wording(
        name="delegated.unit",
        pattern="(who: {own} ) {place}? {third} {aside}? ( {duty} | be {adv}* ( {doing} | with "
        "you | on site | at|in your | out to ) )",
        kind=DELEGATED,
    ),
    Wording(
        name="delegated.unit_and",
        pattern="(who: {own} ) is|are|has|have ~10!{subjects} and @will {adv}* ( {duty} | be in )",
        kind=DELEGATED,
    ),
    Wording(
        name="delegated.someone",
        pattern="(who: someone|somebody | one of us | a colleague ) {third} {aside}? ( !{dstop} "
        "~8 you|your | be in touch|contact )",
        kind=DELEGATED,
    ),
    Wording(
        name="request.to_me",
        pattern="( {person} | {they} ) {third} {aside}? ( !{dstop} ~3 me )",
        reason="promised to the writer, not to the reader",
    ),
    Wording(
        name="delegated.person_you",
        pattern="(who: {person} {place}? ) ( , ~5 , | {open} ~5 {close} )? {third} {aside}? ( "
        "!{dstop} ~8 you|your|us | be in touch | be back to you )",
        kind=DELEGATED,
    ),
    Wording(
        name="delegated.person",
        pattern="(who: {person} {place}? ) ( , ~5 , | {open} ~5 {close} )? {third} {aside}? ( "
        "{serve} | take care | look into | get|report back | back me up | take over | run|dig "
        "through|by|some|into | keep|let you|us|me|everyone | work with|on|out | deal with | "
        "make sure|certain|arrangements | reach out | touch base | come {adv}* ( to|and|by|over "
        ")? {act} | get it|that|this|them|everything ~3 {participle} | be able to {act} )",
        kind=DELEGATED,
    ),
    Wording(
        name="named.moves",
        pattern="^^ (who: {name}{1,2} ) {third} {aside}? "
        "come|meet|join|visit|start|speak|talk|present|leave|return|move|stop|open|close|host|"
        "run|sign|travel|play|vote|report|settle|trade|expire|change|rise|fall|drop",
        reason="somebody else's act",
    ),
    Wording(
        name="delegated.person_soon",
        pattern="^^ (who: {name}{1,2} ) {third} {aside}? {act} ~8 {ahead}",
        kind=DELEGATED,
    ),
    Wording(
        name="delegated.have_ready",
        pattern="(who: {person} | {own} ) {third} {aside}? have "
        "it|this|that|them|these|your|the|a|an|all ~10!{unheld} ( "
        "ready|done|out|available|finished|completed | {ahead} | by )",
        kind=DELEGATED,
    ),
    Wording(
        name="delegated.should",
        pattern="(who: {person} | {own} ) @should {adv}* ( have|get !{pastish} ~12 {dated} | be "
        "able to {act} ~8 ( "
        "you|your | {dated} ) )",
        kind=SOFT,
    ),
    Wording(
        name="delegated.person_doing",
        pattern="(who: {person} | {own} ) is {adv}* @{sending} ~8!{actors} ( {ahead} | "
        "this|next {period} )",
        kind=DELEGATED,
    ),
    Wording(
        name="delegated.agreed",
        pattern="(who: {person} | {they} | {own} ) has|have? {adv}* "
        "@agreed|promised|volunteered|offered to {act} ~8 you|your",
        kind=DELEGATED,
    ),
    Wording(
        name="delegated.be_doing",
        pattern="(who: {person} {place}? | {own} | {desk} | her|his|their {unit} ) {third} "
        "{aside}? be {adv}* {doing} ( !{us} ~8 )? ( you|your|everyone|all | {soon} | {goods} )",
        kind=DELEGATED,
    ),
    Wording(
        name="delegated.they_be_doing",
        pattern="(who: {they} ) {third} {aside}? be {adv}* {doing} ( !{us} ~8 )? {soon}",
        kind=DELEGATED,
    ),
    Wording(
        name="delegated.desk",
        pattern="^^ (who: {desk} | her|his|their {unit} ) {third} {aside}? ( {serve} | get back "
        "| take care | look into | be in touch | {act} ~6 ( you|your | {soon} ) )",
        kind=DELEGATED,
    ),
    Wording(
        name="delegated.company",
        pattern="(who: the "
        "company|firm|shop|store|management|office|hotel|warehouse|lab|factory|plant|manager ) "
        "{third} {aside}? !{dstop} ~8 you|your",
        kind=DELEGATED,
    ),
    Wording(
        name="delegated.pronoun",
        pattern="(who: {they} ) {third} {aside}? ( !{dstop} ~8 you|your | be in touch|contact )",
        kind=DELEGATED,
    ),
    Wording(
        name="delegated.who_will",
        pattern="( {name} | {caps} | {number} | , | ^ ) (promise: who @will {adv}* !{dstop} ~4 "
        "you|your )",
        kind=DELEGATED,
    ),
    Wording(
        name="delegated.person_and",
        pattern="(who: {person} ) is|are|has|have ~10!{subjects} and @will {adv}* ( !{dstop} | "
        "have ) ~6 you|your",
        kind=DELEGATED,
    ),
    Wording(
        name="delegated.unit_doing",
        pattern="(who: {own} | {person} ) is|are {adv}* @{visiting} ~6 you|your ~6 {soon}",
        kind=DELEGATED,
    ),
    Wording(
        name="again.doing",
        pattern="{they} is|are {adv}* @{doing} ~10 {soon}",
        kind=DELEGATED,
    ),
    Wording(
        name="named.will",
        pattern="(who: {person} {place}? ) {third} {aside}? !{dstop}",
        reason="somebody else's act",
    ),
    # Outcome: what the reader will have, or what will be done.
    Wording(
        name="outcome.expect",
        pattern="^ please? {adv}* @expect an|our|my|the|to|it|word|news|more|a ~12 ( {when} | "
        "from me|us|our )",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.look_for",
        pattern="^ ( please | {opener}{1,2} ,? )? @look|watch out? for ( ~6 from me|us|our | "
        "it|them|this|that|my|our|an|another ~6 {when} )",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.you_expect",
        pattern="you can|may|should|will @expect ( an|our|my|the|to|it|word|news|more|a )",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.you_see_money",
        pattern="you {will} {adv}* see my|our|your|the|a|it ~2 refund|money|credit|payment|back",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.you_getting",
        pattern="you {will} {adv}* be {adv}* getting|receiving|hearing",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.you_find",
        pattern="you {will} {adv}* find ~10 in|on your",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.you_should_see",
        pattern="you will|should {adv}* see ( the|a|an|your|it|them|this|that ~3 ) ( {money} | "
        "{delivered} ) ~6 ( in|on|by|within|back|appear | {soon} )",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.you_hearing",
        pattern="you @should {adv}* be {adv}* hearing|getting|receiving|seeing",
        kind=SOFT,
    ),
    Wording(
        name="outcome.you_able_by",
        pattern="you {will} {adv}* be able to ~10 ( by|within ~3 {soon} | again )",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.you_first",
        pattern="you @{will} be the first to know",
        kind=OUTCOME,
    ),
    Wording(
        name="instruction.you_will",
        pattern="you @will|should {adv}* need|want|find|note|notice|know|understand|see|be? ( "
        "to|the|that|able|asked|required|prompted|how|what )",
        reason="tells the reader what to do or to find",
    ),
    Wording(
        name="outcome.you_hear",
        pattern="you {will} {adv}* hear {adv}* back? ( from me|us|our|my|him|her|them | back )",
        kind=OUTCOME,
        certainty=CERTAIN,
    ),
    Wording(
        name="outcome.you_have",
        pattern="you {will} {adv}* have|get|receive|see ( !{pastto} ~6!{option} )? {goods}",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.you_have_by",
        pattern="you {will} {adv}* ( have|get|receive !{to} | see it|them ) ~14 {when}",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.you_should_have",
        pattern="you @should {adv}* have|get|receive|hear|see !{pastish} ~12 {when}",
        kind=SOFT,
    ),
    Wording(
        name="outcome.you_told",
        pattern="you {will} {adv}* be {adv}* {told}",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.all_receive",
        pattern="everyone|everybody|all ~6 @will {adv}* receive|get",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.delivered",
        pattern="( {thing} | and | ^ that ) {third} {aside}? be {adv}* ( {delivered} | taken "
        "care | passed on|along to? | dealt with | looked into|at | seen to )",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.get_done",
        pattern="it|this|that|they|these|those {third} {aside}? get {adv}* "
        "fixed|sorted|resolved|done|handled|shipped|corrected|sent ~4 ( {soon} | $ )",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.by_us",
        pattern="{thing} {third} {aside}? be {adv}* {participle} ~8 by us|me|our",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.put_in",
        pattern="( {thing} | and|but ) {third} {aside}? be {adv}* "
        "inserted|incorporated|included|reflected|added|attached|entered|rolled|fixed|addressed|"
        "corrected|resolved|introduced|available|out out? in|into|to|on|with "
        "the|your|our|a|next ~3 {document}",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.will_be_done",
        pattern="it|this|that|they|everything|these|all {third} {aside}? be {adv}* "
        "done|completed|finished|ready $",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.should_be",
        pattern="( {thing} | and ) @should {adv}* ( be {adv}* ~4 ( {settled} | {delivered} | "
        "ready|available|finished|complete|live | back up|online | up and | with you | in your "
        ") | arrive|ship|land|appear|post|clear | show|turn up | reach you | go out|live ) ~8 ( "
        "{dated} | by|before|within|on|in the? {number} )",
        kind=SOFT,
    ),
    Wording(
        name="outcome.there_will",
        pattern="there @{third} be an|another|a|some|more|one !{glue}{0,2} {news} ~8 {when}",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.your_way",
        pattern="{thing} ( {third} be | is|are ) {adv}* @coming|headed|heading your way",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.settled_by",
        pattern="{thing} {third} {aside}? be {adv}* {settled} ~8 ( by our|us|me | {soon} )",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.ready",
        pattern="{thing} {third} {aside}? be {adv}* ( ready | with you | in the|your "
        "mail|post|account|inbox|hands|mailbox | back up|online|to|in ~5 {when} | on its|the "
        "way | at your | up and | live|available|fixed|working ~4 {when} )",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.scheduled",
        pattern="{works} is|are {adv}* @scheduled|set|slated|booked for|to|in|on|by|within ~6 "
        "{soon}",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.is_out",
        pattern="( the|a|an|your|our|new !{glue}{0,3} )? {goods} {third} {aside}? be {adv}* "
        "out|released|published ~3 {when}",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.comes",
        pattern="{goods} {third} {aside}? ( {come} | go out|off|in|live ) ",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.arrives",
        pattern="( your|our !{glue}{0,4} | the|a|an|all|new|replacement !{glue}{0,3} {goods} | "
        "{goods} ) {third} {aside}? ( ship|arrive|land | go out|off | reach you ) ~8 {when}",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.they_go",
        pattern="it|they|yours|these|those {will} {aside}? ( go out|off|in | {come} | land )",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.ships",
        pattern="( {thing} ( @ships | @goes out|live|off ) | {goods} @{comes} ) ~6 {when}",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.going_out",
        pattern="( {thing} )? is|are {adv}* @going|heading|being|getting ( out|off|live | "
        "{delivered} | "
        "to land|arrive|ship ) ~6 {soon}",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.goes_today",
        pattern="( it|they|yours | {goods} ) is|are @going {ahead}",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.coming",
        pattern="{goods} is|are @coming ~4 {soon}",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.goods_coming",
        pattern="^ !{glue}{0,3} {goods} @coming ( your way | {soon} )",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.more_coming",
        pattern="^^ @more !{glue}{0,2} ( coming | to come|follow ) ",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.to_follow",
        pattern="^ !{glue}{1,5} to @follow ( $ | {soon} | in|under|by|on|from|when|once )",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.with_you",
        pattern="@with you by|before|on|within ~3 {soon}",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.items",
        pattern="^ !{glue}{1,3} ( by|on? @{ahead} ) , and? !{glue}{1,3} ( by|on? {ahead} ) $",
        kind=OUTCOME,
    ),
    Wording(
        name="outcome.eta",
        pattern="@eta ~6 ( is|: ) ~3 {when}",
        kind=OUTCOME,
    ),
)

_FAMILIES = frozenset(wording.name.partition(".")[0] for wording in WORDINGS)
_OWN = frozenset({"firm", "soft"})
_OTHERS = frozenset({"delegated", "outcome", "again", "named"})

GUARDS = (
    Guard(
        name="question",
        where="after",
        pattern="~40!{turns} ?",
        reason="a question",
        families=_FAMILIES - {"asked"},
    ),
    Guard(
        name="relative",
        where="after",
        pattern="is|are|was",
        reason="depends on another clause",
    ),
    Guard(
        name="rule_for_readers",
        where="after",
        pattern="~8 when|if|once|after you",
        reason="a rule for whoever does it",
        families=frozenset({"outcome"}),
    ),
    Guard(
        name="none_of_it",
        where="before",
        pattern="no|without|neither !{glue}{0,2}",
        reason="says what will not be done",
        families=frozenset({"outcome"}),
    ),
    Guard(
        name="opening_hours",
        where="sentence",
        pattern="( {we} are open|closed | opening|office|business hours )",
        reason="opening hours",
    ),
    Guard(
        name="any_questions",
        where="before",
        pattern="if you have|run|get ~3 any ~24",
        reason="a standing offer of help",
        families=_OTHERS,
    ),
    Guard(
        name="subordinate",
        where="before",
        pattern="( {since} | {wonder} | so that | in case | as | such that | !{name} or else? ) "
        "{adv}*",
        reason="depends on another clause",
        families=_OWN,
    ),
    Guard(
        name="uncertain_clause",
        where="before",
        pattern="( if|whether|unless|when|until|before|after|because|how|why|where|once ) "
        "~6!{turns} ",
        reason="depends on another clause",
        families=_OTHERS,
    ),
    Guard(
        name="not_think",
        where="before",
        pattern="not think|believe|expect|feel|see that?",
        reason="says what will not be done",
    ),
    Guard(
        name="unsure",
        where="before",
        pattern="{unsure} ( that|it )? {adv}*",
        reason="a hope or a doubt",
    ),
    Guard(
        name="looks",
        where="before",
        pattern="{looks} ( like|that|as|so )? if?",
        reason="a prediction",
    ),
    Guard(
        name="reported",
        where="before",
        pattern="( {they} | {name} | you ) {adv}* {report} ( to|with? me|us|you|him|her|them )? "
        "that?",
        reason="somebody else's words",
    ),
    Guard(
        name="sure",
        where="before",
        pattern="{we} ( am|are )? know|sure|confident|certain|convinced that?",
        reason="an opinion",
        families=_OWN,
    ),
    Guard(
        name="the_most",
        where="before",
        pattern="( the one|ones|person|people|guy | earliest|latest|soonest|most|least "
        "time|day|moment|date? ) that?",
        reason="depends on another clause",
        families=_OWN,
    ),
    Guard(
        name="i_think_you",
        where="before",
        pattern="{we} think|guess|bet|feel that?",
        reason="an opinion",
        families=frozenset({"outcome"}),
    ),
    Guard(
        name="they_think",
        where="before",
        pattern="( you | {they} | people ) {adv}* think|thinks|thought that?",
        reason="somebody else's words",
    ),
    Guard(
        name="ticket",
        where="before",
        pattern="( submit|create|open|file|start ~3 {ticket} | visit|see our|the ~4 | {link} | "
        "you can|may request|submit|file|appeal|apply ) ~10 and|&|so|- ",
        reason="a standing way to ask for help",
        families=_OWN,
    ),
    Guard(
        name="marketing",
        where="before",
        pattern="^ {buy} ~10 and|& ",
        reason="marketing",
    ),
    Guard(
        name="automatic",
        where="sentence",
        pattern="( sent from my | wrote : | auto-reply|autoreply|auto-response | sla : | "
        "automatic|automated reply|response | by replying | may contain confidential | "
        "world-class | faster than ever | in urgent cases | whenever you | never share | our "
        "terms )",
        reason="automatic or standing text",
    ),
    Guard(
        name="policy",
        where="sentence",
        pattern="( always|usually|normally|generally|typically|automatically|automatic|whenever )",
        reason="a standing rule",
        families=_OTHERS,
    ),
    Guard(
        name="automatic_mail",
        where="subject",
        pattern="( ^ away : | ^ out of office|the | auto-reply|autoreply | automatic|auto reply | "
        "^ accepted|declined|invitation|canceled : )",
        reason="automatic mail",
    ),
)

FRONTED = (
    "^^ (condition: if so | in that case ) ,?",
    "^^ (condition: ( {if} !{ifnot} | as soon as | "
    "when|after|upon|whenever|until|pending|barring | on receipt | depending on | so|as long as "
    "| in the event | in case | the "
    "moment | subject to ) ~50!{breaks} ) ( , | then | - ){0,2}",
    "^^ (condition: please|pls|kindly|just ~40!{breaks} ) ,? ( and|&|then|- ){1,2}",
    "^ ( {opener} ,? )? (condition: ( let me|us know | {imperative} !{auxiliary} ) ~40!{breaks} ) "
    ",? ( and|&|then ){1,2}",
    "(condition: you can|could ~40!{breaks} ) ,? ( and|&|then ){1,2}",
)

TRAILING = (
    "!{check} ,? (condition: if|unless|once|provided|assuming !{iftag} )",
    "(condition: as long as | in case | subject to )",
    "(condition: ( when|after|once | as soon as ) you|u|your )",
)

SOFT_WORDS = ("( think|believe|hopefully|probably|possibly|maybe|perhaps|likely )",)


def _contractions() -> dict[str, str]:
    """Contractions as written and as often mistyped."""
    split = {
        "i'm": "i am",
        "im": "i am",
        "i've": "i have",
        "ive": "i have",
        "i'd": "i would",
        "can't": "can not",
        "cannot": "can not",
        "cant": "can not",
        "won't": "will not",
        "wont": "will not",
        "shan't": "shall not",
        "let's": "let us",
        "lets": "let us",
        "gimme": "give me",
        "that's": "that is",
        "what's": "what is",
        "it's": "it is",
        "he's": "he is",
        "she's": "she is",
        "there's": "there is",
        "who's": "who is",
        "youll": "you will",
        "theyll": "they will",
        "itll": "it will",
        "thatll": "that will",
        "i''ll": "i will",
        "we''ll": "we will",
        "dont": "do not",
        "didnt": "did not",
    }
    for who in ("i", "we", "you", "he", "she", "it", "they", "that", "this", "who", "there"):
        split[f"{who}'ll"] = f"{who} will"
        split[f"{who}'d"] = f"{who} would"
    for who in ("we", "you", "they"):
        split[f"{who}'re"] = f"{who} are"
        split[f"{who}'ve"] = f"{who} have"
    for verb in (
        "do",
        "does",
        "did",
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "would",
        "could",
        "should",
        "might",
        "must",
        "need",
    ):
        split[f"{verb}n't"] = f"{verb} not"
    return split


_IDIOMS = {
    **{word: (f"{word}, ",) for word in WORDS["ahead"].split()},
    "on": ("on it", "on this", "on the case", "on that"),
    "about": ("about to",),
    "how": ("how about i",),
    "can": ("i can ", "we can "),
    "give": ("give me", "give us"),
    "note": ("note to", "note in my"),
    "more": (
        "more details",
        "more info",
        "more news",
        "more updates",
        "more from",
        "more to",
        "more later",
        "more soon",
        "more on",
        "more by",
        "more in",
    ),
    "promised": ("as promised",),
    "agreed": ("as agreed", "agreed next", "agreed step"),
    "discussed": ("as discussed",),
    "could": ("i could have", "we could have"),
    "let": ("let me", "let us", "let's", "lets"),
    "list": ("my list", "our list", "to-do list", "todo list", "to do list"),
    "got": ("got this", "got it", "got that"),
    "while": ("while i", "while we"),
    "looking": ("looking to",),
    "having": (" am having", "'m having", " are having", "'re having", "im having"),
    "idea": ("idea is for",),
    "happy": ("happy to",),
    **{word: (f"on {word}",) for word in ("track", "course", "schedule", "target")},
    "set": ("set for", "set to"),
    **{
        word: (f"{word} for", f"{word} to", f"{word} on", f"{word} in", f"{word} by")
        for word in ("scheduled", "booked", "slated")
    },
    **{
        word: (
            *(
                f"{who} {word}"
                for who in ("i", "we", "have", "'ve", "ive", "have also", "'ve also")
            ),
            *(f"{how} {word}" for how in ("already", "just", "now")),
        )
        for word in ("asked", "told")
    },
    "going": ("going to", "going out", "going off", "going live", "going in"),
    "look": ("look for", "look out for"),
    "want": ("i want to", "we want to"),
    "like": ("i would like to", "i'd like to", "we would like to", "we'd like to"),
    "love": ("i would love to", "i'd love to", "we would love to", "we'd love to"),
    "with": ("with you by", "with you before", "with you on", "with you within"),
    "back": ("back to you", "back with you"),
}

# "I will" and "she will" are in most wordings; few sentences have both.
_GATES = {"{we} {will}": "{we} {will}", "{third}": "( !{me} | , | {close} ) {third}"}

_NAMES_TOO = (
    "will mark bill grant drew may rob sue pat art chase chip dean frank grace hope jack joy june "
    "april august rich wade ward page price guy ray mike pop"
)
_COMMON = (
    "the of to and is it that you for on be have this we i a in with your are as at from me us "
    "see get about like more send give how he she they who am an so all day week today help speak "
    "talk able hear asked told being getting working find my not can if me do any please by let "
    "know our or "
    "has was would"
)

ENGLISH = PhraseTable(
    language="en",
    words=WORDS,
    parts=PARTS,
    wordings=WORDINGS,
    guards=GUARDS,
    fronted=FRONTED,
    trailing=TRAILING,
    soft=SOFT_WORDS,
    split=_contractions(),
    endings=(
        ("apply", "w"),
        ("reply", "w"),
        ("ply", "w"),
        ("eed", "w"),
        ("thing", "w"),
        ("ing", "g"),
        ("ed", "d"),
        ("ly", "y"),
    ),
    idioms=_IDIOMS,
    gates=_GATES,
    names_too=frozenset(_NAMES_TOO.split()),
    common=frozenset(_COMMON.split()),
)
