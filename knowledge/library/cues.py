"""The words by which the reader of outcomes tells what a clause does. Data, no behaviour.

Every pattern is bounded (no nested or unlimited repetition over the same letters), so that reading
stays linear in the length of the text. Case is ignored unless a pattern says otherwise.
"""

from __future__ import annotations

import re

# ---------------------------------------------------------------- whose conduct

US = frozenset(
    "you yourself customer customers user users developer developers member members licensee "
    "licensees subscriber subscribers client clients party parties employee employees staff "
    "contractor contractors personnel worker workers manager managers team teams engineer "
    "engineers colleague colleagues anyone anybody everyone everybody nobody person persons people "
    "individual individuals organization organizations organisation organisations operator "
    "operators builder builders researcher researchers exporter controller owner owners requester "
    "affiliate affiliates supervisor supervisors department departments company administrator "
    "administrators guest guests visitor visitors parent adult minors candidate candidates vendor "
    "vendors supplier suppliers officer officers member's workforce applicant applicants "
    "integrator integrators deployer deployers partner partners representative author authors "
    "reviewer reviewers maintainer maintainers purchaser purchasers".split()
)
"""Who is bound, in vendor terms and in guidelines alike."""

THEM = frozenset(
    "we us provider processor processors subprocessor subprocessors sub-processor sub-processors "
    "importer licensor licensors".split()
)
"""Who speaks in vendor terms. In a guideline "we" is ourselves."""

THINGS = frozenset(
    "service services output outputs input inputs content contents agreement terms fees fee "
    "account accounts data information software website site platform addendum clause clauses dpa "
    "section sections policy policies plugin plugins action actions credit credits material "
    "materials asset assets order form api documentation confidential sccs scc law laws this that "
    "it they these those which who there nothing all any some each both either such notice notices "
    "audit audits effective date term transfer transfers product products feature features access "
    "arbitration arbitrator dispute disputes baa sirt tda mfa vpn pii phi ephi ai id ip url and or "
    "but if as the a an in for to of by with on my our your his her its their model models "
    "provisions provision liability discloser recipient claim claims subscription".split()
)
"""Words that are capitalised in terms, or stand before a modal, and name no speaker."""

# ---------------------------------------------------------------- modals

MODAL = re.compile(
    r"\b(?P<modal>may|must|mustn't|shall|shan't|will|won't|cannot|can't|can|should|shouldn't|"
    r"ought to|needs? to|ha(?:s|ve) to|would need to)\b"
    r"(?P<adverbs>(?:[\s,]{1,3}(?:also|then|always|each|both|therefore|however|hereby|either|at all "
    r"times|in any case|at any time|instead|still|further|please|generally|occasionally|"
    r"additionally|promptly|immediately|in turn|now|ever|and must|and shall|and will)\b){0,3})"
    r"(?P<not>[\s,]{1,3}(?:not|never|no longer|neither|in no event|under no circumstances|"
    r"at no time))?"
    r"(?P<only>[\s,]{1,3}(?:only|solely|exclusively|strictly))?"
    r"(?:[\s,]{1,3}(?:also|knowingly|intentionally|promptly|immediately|directly|either|otherwise|"
    r"first|then|all|only|be solely|freely|and may not|and must not|and will not|and shall "
    r"not|attempt to)\b)?"
    r"[\s:]{0,3}(?P<verb>[a-z'-]{0,20})(?P<next>(?:[\s,]{1,3}[\w'-]{1,20}){0,2})",
    re.IGNORECASE,
)

CAPABLE = frozenset(
    "be become have receive encounter see lose experience notice find need get contain include "
    "result cause vary differ depend occur happen help provide appear exist affect apply reflect "
    "constitute seem remain take consist incorporate relate lead want wish believe prefer already "
    "even sometimes".split()
)
"""After "may" or "can": what might be the case, not what one is free to do."""

REACHING = frozenset(
    "contact reach email e-mail write call find learn read visit see view click consult refer "
    "manage expect obtain imagine think".split()
)
"""After "can" and "may": directions for reaching somebody or finding something."""

CONSIDERED_ACTS = frozenset(
    "used shared stored processed accessed disclosed copied distributed transferred reproduced "
    "published modified sold resold removed transmitted sent kept retained installed downloaded "
    "uploaded connected taken made granted given allowed permitted lent loaned reused "
    "delegated combined exported deployed changed altered relied assigned sublicensed waived "
    "created built trained submitted entered exposed hard-coded committed released circumvented "
    "bypassed disabled shipped forwarded recorded collected tolerated accepted refunded returned "
    "exchanged employed brought left written posted printed discarded reassigned applied "
    "performed done conducted merged put construed".split()
)
"""After "may be" and "may not be": acts that somebody does, and so may be free or forbidden to do."""

DISCLAIMED = re.compile(
    r"\b(?:be|is|are|been) (?:\w+ )?(?:liable|responsible|able|obligated|obliged|required|bound|"
    r"held|deemed|construed|considered|interpreted|available|eligible|a party|subject)\b|"
    r"\b(?:warrant|guarantee|endorse|represent|accept|control|assume|promise|make any|undertake|"
    r"constitute|imply|create|apply|affect|limit|exclude|respond|know|believe|monitor|survive|"
    r"mean|always|want|involve[ds]?|indemnify|recogni[sz]e|necessarily|have (?:any|no|control))\b",
    re.IGNORECASE,
)
"""What the other side says it will not do in order to be free of it: no promise to us."""

BOILERPLATE_SUBJECT = re.compile(
    r"\b(?:these (?:\w+ ){0,2}(?:terms|clauses)|th(?:is|e) (?:\w+ ){0,2}(?:agreement|addendum|"
    r"policy|section|dpa|baa|guide|document|term|clauses)|provisions?|sections?|disputes?|"
    r"arbitrat\w+|venue|(?:governing|choice of) law|law of|laws of|"
    r"invalidity|failure to enforce|headings|effective date|obligations?|definitions?|"
    r"capitali[sz]ed|unenforceable|liabilit\w+|clause \d+|notices?|severab\w+|sccs|uk addendum)\b",
    re.IGNORECASE,
)
"""Clauses about the document itself: they lay no duty on anybody."""

SURVIVING = frozenset(
    "survive apply prevail govern control mean be-governed remain constitute supersede inure "
    "become take continue form include make help result allow lead give improve enable reflect "
    "also".split()
)
"""After "shall", "should" and "will" of a thing: what is the case, not what is to be done."""

# ---------------------------------------------------------------- prohibitions, duties, permissions

PROHIBITION = re.compile(
    r"\b(?:agrees? (?:that (?:you|it|they) )?(?:will |shall )?not to\b|agrees? to not\b|"
    r"refrain(?:s|ed)? from|"
    r"(?:is|are|be|being|remains?|strictly|expressly|absolutely|,|and) (?:strictly |expressly |"
    r"absolutely |hereby |also )?(?:prohibited|forbidden|disallowed|banned)\b(?! by (?:applicable )?law)|"
    r"prohibits?(?: you| users?| the| any| using|ed (?:from|to|uses?|activit\w+|content|practices?|"
    r"conduct))\b|"
    r"(?:is|are|be|am) (?:expressly |strictly |also |generally )?not (?:intended for or |be |generally |"
    r"currently )?(?:allowed|permitted|authori[sz]ed|acceptable|tolerated|ok|okay|accepted|"
    r"entitled|licensed)\b|"
    r"(?:does|do|will) not (?:allow|permit|tolerate|authori[sz]e|condone|grant)\b|"
    r"isn't allowed|aren't allowed|not allowed to|not permitted to|"
    r"(?:have|has|having) no (?:right|authority|permission|licen[cs]e|rights)\b|"
    r"no (?:\w+ )?(?:right|licen[cs]e|rights)\b[^.;]{0,40}\b(?:is|are) granted|"
    r"zero[- ]tolerance|off[- ]limits|under no circumstances|"
    r"you (?:do not|don't) (?:own|have the right)|(?:waive|give up) (?:any|your|the) right|"
    r"non-?refundable|not refundable|no refunds?|"
    r"restricts? you from|disallowed usage|"
    r"unacceptable uses?|prohibited uses?|not for (?:consumer|commercial|production) use|not be used)",
    re.IGNORECASE,
)

NOBODY = re.compile(
    r"(?:^|[.;:] )no (?!longer|later|more|less|event|guarantee|warrant|matter|liabilit|waiver|third"
    r"|agency|partner|joint|failure|one is|delay|provision|partnership|need|such|additional)"
    r"[\w' -]{2,60}? (?:may|shall|should|must|will|can|is|are)\b"
    r"(?! (?:not )?(?:required|be required|necessary|be liable|liable))",
    re.IGNORECASE,
)
"""Subjects that are denied: "no employee may", "no credentials in source"."""

DUTY = re.compile(
    r"\b(?:(?:is|are|am|be) (?:also |solely |fully |still |then |directly |ultimately |each |"
    r"strictly |therefore |legally )?(?:required|obligated|obliged|mandatory|responsible for|"
    r"responsible and liable|accountable for|"
    r"expected to|bound to|to be (?:\w+ed))\b(?! by (?:applicable )?laws?\b)|"
    r"(?:you|customer|user|company|licensee|developer|parties|party) (?:each |also |hereby |further |"
    r"expressly |both )?agrees? (?:to|that (?:you|it|they) (?:will|shall|are|is))\b"
    r"(?! (?:be bound|these|the terms|our|receive a))|"
    r"(?:it is|it's|is) (?:\w+ )?(?:your|customer's|the user's|each \w+'s) (?:\w+ )?(?:responsibility|"
    r"duty|obligation)|"
    r"(?:remains?|under) (?:an obligation|obligated|responsible)|"
    r"(?:you|customer) (?:\w+ )?(?:represents?|warrants?|covenants?|certif(?:y|ies))\b|"
    r"represents? and warrants?|"
    r"(?:you|customer|company) (?:hereby |also |will |shall )?indemnif(?:y|ies)|"
    r"we (?:require|expect|ask) (?:that )?(?:you|all|every|them|customers|users)|requires you to|"
    r"is (?:a )?(?:mandatory|required|requirement)|(?:are|is) to be \w+ed\b|"
    r"have (?:a|an) (?:\w+ )?(?:duty|obligation) to)",
    re.IGNORECASE,
)

APPROVAL = re.compile(
    r"\b(?:(?:requires?|needs?|required to (?:have|obtain)|subject to|pending|upon|with|after|until|"
    r"obtain(?:s|ing|ed)?|get(?:s|ting)?|seek(?:s|ing)?|receive[sd]?|have|by|ask for|without)"
    r" (?:the |a |an |your |prior |written |formal |explicit |express |additional |their |any |"
    r"our |all |necessary |appropriate |management |manager |legal |security |[\w'/-]+ )"
    r"{0,5}?(?:approvals?|sign-?off|authori[sz]ation|permission|consents?|clearance|review by|"
    r"exemption|waiver)|"
    r"(?:must|shall|should|needs? to|has to|have to|may only|be) (?:first )?be (?:first )?(?:reviewed and )?"
    r"(?:pre-?)?(?:approved|authori[sz]ed|signed off|cleared)|"
    r"is (?:reviewed and )?approved by|unless (?:\w+ ){0,6}approved|approval (?:is|from|of|by|must)|"
    r"at the (?:sole )?discretion of|ask first)\b",
    re.IGNORECASE,
)

PERMISSION = re.compile(
    r"\b(?:(?:is|are|am|be|remains?) (?:also |still |generally |hereby |expressly |always |each |"
    r"explicitly |perfectly )?(?:allowed|permitted|authori[sz]ed|entitled|eligible|welcome|free|"
    r"permissible|acceptable|ok|okay|fine|encouraged|available to (?:all|civil|staff|employees|"
    r"users|everyone|any))\b|"
    r"(?:it's|it is) (?:ok|okay|fine|acceptable)\b|feel free|"
    r"(?:has|have|having|retains?|reserves?) (?:the |a |all |certain |other |legal |your |any |"
    r"following |sole |same ){0,3}(?:legal )?(?:right|rights|option|ability|ownership)\b|"
    r"grants? (?:you|customer|users?|licensee|each|the user|to you|the customer|everyone)\b|"
    r"(?:you|customer|user|users|licensee|each party) (?:own|owns|keep|keeps|retain|retains)\b|"
    r"(?:you are|customer is|you're) the (?:sole |exclusive )?owner|"
    r"assigns? (?:to (?:you|customer|the user)|any rights|all (?:its|our|right))|"
    r"nothing in (?:these|this|the) [\w ]{1,30}? (?:prevents?|restricts?|prohibits?|limits?) (?:or "
    r"\w+ )?(?:you|customer|users?)|"
    r"following (?:permitted|allowed|acceptable|permissible)|permitted (?:uses?|applications?|"
    r"purposes?|activit\w+)|you(?:'ve| have) (?:a|the) (?:legal )?right|"
    r"allows? (?:you|customers?|users?|members?|developers?|employees?) to|"
    r"your right to|(?:you|customer) can choose|no (?:approval|permission) (?:is )?(?:needed|required))",
    re.IGNORECASE,
)

RIGHT_ITEM = re.compile(r"^(?:the )?right (?:to|of|not)\b|^right to\b", re.IGNORECASE)
"""An item of a list of rights."""

ADVICE = re.compile(
    r"\b(?:we |is |are |it's |it is |also |strongly |highly )(?:also |strongly |highly )?"
    r"(?:recommend(?:ed)?|encouraged?|suggest(?:ed)?|advisable|advised|best|preferred|discouraged|"
    r"important)\b(?: (?:that|to|you|against|for))?|\bbest practice is\b",
    re.IGNORECASE,
)

# ---------------------------------------------------------------- ways out and strings

WAY_OUT = re.compile(
    r"\b(?:unless|except(?:ion)?s?(?! as expressly)|other than|save (?:as|where|for|that)|until|"
    r"excluding|does not include|doesn't include|absent|not (?:apply|include) (?:to )?content|"
    r"beyond what is permitted)\b|"
    r"\bwithout (?:(?:the|a|an|his|her|your|any|first|prior|proper|appropriate|explicit|express|"
    r"informed|adequate|obtaining|having|authorization|legal|review|written|necessary|[\w'-]+) )"
    r"{0,5}?(?:consent|permission|authori[sz]ation|review|approval|disclos\w+|rights?|basis|"
    r"justification|notice|supervision|oversight|approved|sign-?off)\b",
    re.IGNORECASE,
)

SAVING = re.compile(
    r"\b(?:unless|except|other than|save|until|without)\b[\s,]{0,2}"
    r"(?:(?:as|to|in|when|where|if|for|the|extent|and|otherwise|only|it|is|are|that|you|we|such|"
    r"this|these|cases?|which|any|expressly|explicitly|specifically|may|be|or|restrictions?|also)"
    r"[\s,]{1,2}){0,9}"
    r"(?:(?:required|permitted|allowed|prohibited|provided|authori[sz]ed|mandated|stated|set out|"
    r"set forth|specified|described|noted|agreed|approved|contrary|otherwise)\b[\s,]{0,2}"
    r"(?:(?:to do so|or|otherwise|permitted|required|expressly|in writing|to|do|so|specifically|"
    r"authori[sz]ed|agreed|for|provided)[\s,]{1,2}){0,4}"
    r"(?:by|under|in|herein|pursuant|to|with|for|at)?[\s,]{0,2}(?:us|our|(?:the )?(?:applicable|"
    r"local|mandatory|relevant|governing|legal)? ?laws?|law|these|this|the (?:terms|agreement|"
    r"services?|documentation)|writing|herein|[A-Z]\w+$)|"
    r"(?:required|prohibited|permitted) by\b|(?:legally )?(?:required|prohibited)\b|"
    r"by (?:applicable )?law|lawful|agreed)",
    re.IGNORECASE,
)
"""A way out for the law's sake, or one that only points back: it opens nothing."""

RESERVED = re.compile(
    r"\b(?:without|unless|except|until|absent)\b[^.;]{0,40}?\b(?:our|us|we|openai(?:'s)?|"
    r"(?-i:[A-Z])\w{2,20}(?:\s(?-i:[A-Z])\w{1,20})?'s|from (?-i:[A-Z])\w+|by (?-i:[A-Z])\w+|licensor's|provider's)\b"
    r"[^.;]{0,60}?\b(?:consent|permission|approval|authori[sz]ation|approved|agree[ds]?|notice|permit"
    r"|writing|blessing)|"
    r"\b(?:without|absent) (?:(?:the|express|explicit|prior|specific|written|advance) ){1,3}"
    r"(?:written )?(?:consent|permission|approval|authori[sz]ation)\b(?! of (?:the|your|a) (?:person|individual|"
    r"data|owner|copyright|user|officer))|"
    r"\b(?:expressly )?(?:approved|authori[sz]ed|permitted) (?:in writing )?by (?:us|(?-i:[A-Z])\w+)|"
    r"(?:as|except as|unless) (?:expressly |otherwise )?(?:approved|agreed|permitted)",
    re.IGNORECASE,
)
"""Consent that the other side merely reserves: the answer stays no."""

NAMED_CARVE_OUT = re.compile(
    r"\b(?:except|unless|other than|save)\b[^.;]{0,60}\b(?:section \d|clause \d|paragraph|"
    r"(?-i:Permitted|Allowed|Authori[sz]ed|Excluded|Approved) (?-i:[A-Z])\w+|\([a-z]\))",
    re.IGNORECASE,
)
"""A carve-out with a name or a number of its own."""

STRING = re.compile(
    r"\b(?:only|solely|exclusively|provided(?:,)? (?:that|it|you|they|the)|(?:as|so) long as|on (?:the )?"
    r"condition|under the following conditions?|limited to|contingent (?:on|upon)|unless|in the event|"
    r"no more than|up to|at most|except(?:ions?)?|with the exception|but (?:you )?(?:may|must|should|do|"
    r"can|shall|will)? ?not|non-?commercial(?:ly)?|personal use|in accordance with "
    r"(?:our|the) (?:brand|guideline|policy)|subject to (?:our|the|your|any|following|section|a|an|prior|review|[\w-]+) )",
    re.IGNORECASE,
)
"""What ties a permission to a fact, a purpose or a group."""

EMPTY_STRING = re.compile(
    r"\bsubject to (?:your |customer's |their |the |our |any |complete |and |ongoing |continued |all |"
    r"other |also |such ){0,5}(?:compliance|these|this|terms?|agreement|applicable|local|law|laws|payment|"
    r"additional|availability|those|conditions)|"
    r"\bnot limited to|\bwithout limitation|\b(?:and|but|including|not) not limited|not only|"
    r"only (?:a|an|part|one)\b|"
    r"\bto the (?:fullest |maximum |greatest )?extent (?:permitted|possible|allowed|required)[\w ]{0,30}|"
    r"\bexcept (?:to the extent |where |as |when )?(?:otherwise )?(?:required|prohibited|permitted|provided|"
    r"stated|set forth|expressly)|"
    r"\bunless (?:otherwise )?(?:required|prohibited|stated|agreed|specified|legally)",
    re.IGNORECASE,
)
"""Strings that gate nothing one could look up: the terms themselves, the law, payment."""

TAILED_IF = re.compile(
    r"\b(?:if|when|where|once|after|for as long as) (?:you|it|they|the|all|your|a|an|there|we|customer|"
    r"approved|necessary|needed|and only if|no|both)\b",
    re.IGNORECASE,
)
"""A condition behind a permission."""

STATUS_IF = re.compile(
    r"^\W{0,4}(?:however, |additionally, )?(?:if|where|when) (?:you|customer|the customer|an? \w+) "
    r"(?:are|is|reside|resides|live|lives|have (?:obtained|subscribed|purchased|entered)|has subscribed|"
    r"subscribe|use the paid)",
    re.IGNORECASE,
)
"""A leading condition on who one is or what one holds, rather than on what has happened."""

OPTED = re.compile(
    r"\b(?:opt(?:ed)?[- ]?(?:in|out)|unless (?:you|they|customer|the customer|a user)|by default|"
    r"(?:your|privacy|account|telemetry|sharing|data) (?:\w+ )?(?:settings?|preferences?|mode|controls?)|"
    r"if you (?:subscribe|choose|opt|enable|disable|have enabled|turn|select|provide feedback|send a do)|"
    r"if your browser|if the customer (?:has )?subscribe[ds]?|if customer|"
    r"(?:except|only) (?:in|under) (?:\w+ )?(?:\w+ )?circumstances|with your (?:prior |explicit )?"
    r"(?:consent|permission|authori[sz]ation)|with the proper authori[sz]ation)",
    re.IGNORECASE,
)
"""A matter of plan, setting, opt-in or opt-out."""

GATE = re.compile(
    r"\b(?:(?:at least|over|above) (?:the age of )?\d+ (?:years|or)|at least \d+|minimum age|before (?:you |any |it |they |"
    r"\w+ing\b|use\b|using|deploy\w*|launch\w*|shar\w+|publish\w*|releas\w+)|"
    r"prior to (?:\w+ing|use|deployment|launch|release|any)|in order to (?:use|access|be)|"
    r"^to (?:use|access|be eligible|subscribe|get|qualify))",
    re.IGNORECASE,
)
"""A duty that stands before an act and so gates it."""

LEGAL_BOILERPLATE = re.compile(
    r"\b(?:all applicable laws|applicable laws?(?: and regulations?)?|these terms|this agreement|laws and "
    r"regulations|the law|terms of service|our policies|export)\b",
    re.IGNORECASE,
)

UNREQUIRED = re.compile(
    r"\bnot (?:be )?(?:required|necessary|obligated|obliged|need|needed|expected)\b|\bneed(?:s)? not\b|"
    r"\b(?:no|not an) (?:requirement|obligation|need)\b|\bdo(?:es)? not (?:need|have) to\b|"
    r"\bwithout any obligation\b",
    re.IGNORECASE,
)
"""A duty lifted is no duty, and permits nothing."""

LIABILITY = re.compile(
    r"\b(?:as[- ]is\b|warrant(?:y|ies)\b.{0,40}(?:disclaim|merchantab|express|implied)|merchantability|"
    r"liable|liabilit(?:y|ies)|consequential damages|governed by|governing law|jurisdiction|severab|"
    r"force majeure|entire agreement|class action|arbitrat)",
    re.IGNORECASE,
)
"""Liability, warranty and governing law: such sentences rule no act unless they lay a plain duty."""

LIABILITY_CAPS = 0.6
"""A sentence with this share of capital letters is a disclaimer set in capitals."""

DEFINING = re.compile(
    r"^\W{0,6}(?:the (?:terms? )?)?[\"“”‘'][^\"“”]{1,90}[\"”’'][\s,]{0,3}(?:\([^)]{0,80}\)\s?)?:?\s?(?:,? ?and "
    r"[\"“][^\"”]{1,60}[\"”] )?(?:shall |will |has the |have the |each )?(?:means?|meaning|refers?|shall mean|is |are |includes?|"
    r"meant|collectively|has|have)\b",
    re.IGNORECASE,
)
"""A definition: what a quoted term means."""

# ---------------------------------------------------------------- imperatives

IMPERATIVES = frozenset(
    "use do keep store share send report ensure make be have get obtain ask notify inform tell "
    "check review test verify validate document record log track label mark remove delete rotate "
    "encrypt lock protect secure restrict limit disable enable set configure follow comply respect "
    "treat handle avoid stop start create write add include provide give submit request complete "
    "assign assist support maintain manage monitor measure establish implement apply adopt define "
    "identify assess evaluate consider prefer choose select pin run build deploy automate integrate "
    "design develop plan prepare update upgrade patch replace return wipe destroy dispose shred "
    "sign register enrol enroll attend read acknowledge agree confirm disclose publish post put "
    "place move copy save back archive retain work talk discuss meet engage involve consult "
    "communicate escalate prioritise prioritize minimise minimize reduce refrain switch turn leave "
    "take bring carry wear present speak listen help learn understand think remember aim try seek "
    "perform conduct execute carry-out coordinate oversee supervise train educate host scan audit "
    "investigate respond act abide adhere name number link cite credit attribute comment commit "
    "merge tag release ship don't never always only cease connect install download upload print "
    "allow grant revoke approve authorise authorize separate isolate segment stay log-out "
    "incorporate generate specify describe state list provision require call point go break "
    "collaborate celebrate show prevent detect maximise maximize promote facilitate".split()
)
"""Base forms with which rules in the imperative begin."""

NOT_IMPERATIVE_NEXT = frozenset(
    "of is are was were will must shall may can should has have had requires require includes "
    "include means refers and or by from : - – — process procedures procedure policy policies case "
    "cases plan plans management results result team teams data standards standard access requests "
    "request controls control code services service rights".split()
)
"""What follows when the first word was a noun after all ("use of", "test results")."""

DIRECTIONS = re.compile(
    r"^\W{0,4}(?:please )?(?:contact|see|visit|note|read|refer|click|learn|go to|find|check out|email|keep "
    r"in mind|be aware|be advised|remember that|view|call)\b",
    re.IGNORECASE,
)
"""Imperatives that only point somewhere."""

LEADING_ADVERB = re.compile(
    r"^\W{0,4}(?:always|please|manually|immediately|promptly|regularly|carefully|where possible,?|when "
    r"possible,?|if possible,?|instead,?|finally,?|also,?|then,?|first,?|additionally,?|to this end,?|"
    r"additionally|ideally,?|specifically,?|where appropriate,?)\s+",
    re.IGNORECASE,
)
