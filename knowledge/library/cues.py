"""The words by which the reader of outcomes tells what a clause does.

Data, no behaviour. Every pattern is bounded (no unlimited repetition inside another), so that
reading stays linear in the length of the text. Case is ignored unless a pattern says otherwise.
"""

from __future__ import annotations

import re


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _pattern(*parts: str) -> re.Pattern[str]:
    """Return the parts as the alternatives of one pattern."""
    return re.compile("|".join(parts), re.IGNORECASE)


# ---------------------------------------------------------------- whose conduct

US = _set(
    """you yourself customer customers user users developer developers member members licensee
    licensees subscriber subscribers client clients party parties contractor contractors
    anyone anybody everyone everybody nobody person persons people individual individuals
    organization organizations organisation organisations operator operators builder
    builders researcher researchers exporter controller owner owners requester affiliate
    affiliates company administrator administrators guest guests visitor visitors parent
    adult minors candidate candidates applicant applicants integrator integrators deployer
    deployers representative author authors reviewer reviewers maintainer maintainers
    purchaser purchasers"""
)
"""Who is bound, in vendor terms and in guidelines alike."""

STAFF = _set(
    """employee employees staff personnel worker workers manager managers team teams engineer
    engineers colleague colleagues supervisor supervisors department departments officer
    officers workforce vendor vendors supplier suppliers partner partners"""
)
"""Who is bound in a guideline; in vendor terms mostly the vendor's own people."""

THEM = _set(
    """we provider processor processors subprocessor subprocessors sub-processor sub-processors
    importer licensor licensors"""
)
"""Who speaks in vendor terms. In a guideline "we" is ourselves."""

THINGS = _set(
    """service services output outputs input inputs content contents agreement terms fees fee
    account accounts data information software website site platform addendum clause clauses
    dpa section sections policy policies plugin plugins action actions credit credits
    material materials asset assets order form api documentation confidential sccs scc law
    laws this that it they these those which who there nothing all any some each both either
    such notice notices audit audits effective date term transfer transfers product products
    feature features access arbitration arbitrator dispute disputes baa sirt tda mfa vpn pii
    phi ephi ai id ip url and or but if as the a an in for to of by with on my our your his
    her its their model models provisions provision liability discloser recipient claim
    claims subscription app apps editor code repository github-hosted use uses"""
)
"""Words that are capitalised in terms, or stand before a modal, and name no speaker."""

ACTORS = _pattern(
    r"\b(?:you|customers?|users?|employees|anyone|everyone|members?|staff|developers?|they|he|she|"
    r"contractors?|each party|either party|owners?|parties|licensee|personnel|only .{1,40})\s*$"
)
"""Who stands before a "can" that gives leave rather than tells an ability."""

# ---------------------------------------------------------------- where to look at all

MODAL_WORDS = _set(
    """may must mustn't shall shan't will won't cannot can't can should shouldn't ought need
    needs has have would"""
)
PROHIBITION_WORDS = _set(
    """not no against promise promises expect expects agree agrees refrain refrains refrained
    prohibited prohibits prohibit forbidden banned disallowed don't isn't aren't zero off
    under waive give waiving nonrefundable non-refundable restrict restricts unacceptable be
    non-transferable non-assignable non-giftable barred bounds violation breach"""
)
DUTY_WORDS = _set(
    """required obligated obliged mandatory responsible accountable expected bound agree agrees
    responsibility duty obligation represent represents warrant warrants covenant covenants
    certify certifies indemnify indemnifies require requires ask expect requirement be
    necessary essential vital"""
)
PERMISSION_WORDS = _set(
    """allowed permitted authorized authorised entitled eligible welcome free permissible
    acceptable ok okay fine available feel right rights option ability ownership grant
    grants own owns keep keeps retain retains control controls owner assign assigns nothing
    following allow allows choose approval permission give gives limit restrict prevent
    options choices licensed liberty leave"""
)
GATE_WORDS = _set(
    """require requires need needs available restricted limited accessible reserved confined
    contingent must have only opt opt-out opt-in out exceptions depending"""
)
ADVICE_WORDS = _set(
    """recommend recommended encourage encouraged suggest suggested advisable advised advise
    urge best preferred discouraged important practice"""
)
FLAT_WORDS = _set("""do does don't doesn't never only ensure is are""")
"""A sentence without one of a family's words is not searched for that family's patterns."""

# ---------------------------------------------------------------- modals

MODAL = _pattern(
    r"\b(?P<modal>may|must|mustn't|shall|shan't|will|won't|cannot|can't|can|should|shouldn't|"
    r"ought to|needs? to|ha(?:s|ve) to|would need to)\b"
    r"(?:[\s,]{1,3}(?:also|currently|normally|typically|then|always|each|both|therefore|"
    r"however|hereby|either|at all times|"
    r"in any case|at any time|instead|still|further|please|generally|occasionally|additionally|"
    r"promptly|immediately|in turn|now|ever|and must|and shall|and will)\b){0,3}"
    r"(?P<not>[\s,]{1,3}(?:not|never|no longer|neither|in no event|under no circumstances|"
    r"at no time)\b)?"
    r"(?P<only>[\s,]{1,3}(?:only|solely|exclusively|strictly)\b)?"
    r"(?:[\s,]{1,3}(?:also|knowingly|intentionally|promptly|immediately|directly|either|otherwise|"
    r"first|then|all|only|freely|and may not|and must not|and will not|and shall not|attempt to)"
    r"\b)?"
    r"[\s:]{0,3}(?P<verb>[a-z'-]{0,20})(?=(?P<next>(?:[\s,]{1,3}[\w'-]{1,20}){0,3}))"
)

CAPABLE = _set(
    """be become have receive encounter see lose experience notice find need get contain
    include result cause vary differ depend occur happen help provide appear exist affect
    apply reflect constitute seem remain take consist incorporate relate lead want wish
    believe prefer already even sometimes know like enjoy recognize recognise wonder"""
)
"""After "may" or "can": what might be the case, not what one is free to do."""

HAPPENS_TO_US = _set(
    """be have receive see experience need want wish get notice lose even already sometimes
    always"""
)
"""After "you may not": what might not befall us, rather than what we must not do."""

REACHING = _set(
    """contact reach email e-mail write call find learn read visit see view click consult refer
    expect obtain imagine think"""
)
"""After "can" and "may": directions for reaching somebody or finding something."""

ADDRESSED = _pattern(
    r"\W*(?:also )?(?:submit|send|direct)\s+(?:\w+\s){0,2}(?:notices?|questions?|comments?|"
    r"feedback|"
    r"them|correspondence|inquiries)\b"
)
"""After "can" and "may": what one may write to somebody."""

IN_PASSING = _pattern(
    r"\bcan and\s*$",
    r"\b(?:if|which|what|how|where|when|once|until|whenever|(?:information|data|content|"
    r"things|techniques|options|ways|"
    r"material|"
    r"details)(?: that)?) (?:the )?"
    r"(?:you|users|customers?|employees|anyone|everyone|people|they|teams?)\s*$",
    r"\b(?:how|ways?|manner)\b[\w ]{0,30}$",
)
"""A liberty mentioned in passing: "information you may have given"."""
IN_CONSEQUENCE = _pattern(
    r"\bso [\w ]{0,25}$|\b(?:so that|ensur\w+|in order that|the more)\b[^,.;]{0,60}$"
)
"""A liberty that is the aim of something else: "so that teams can"."""

CONSIDERED_ACTS = _set(
    """used shared stored processed accessed disclosed copied distributed transferred
    reproduced published modified sold resold removed transmitted sent kept retained
    installed downloaded uploaded connected taken made granted given allowed permitted lent
    loaned reused delegated combined exported deployed changed altered relied assigned
    sublicensed waived created built trained submitted entered exposed hard-coded committed
    released circumvented bypassed disabled shipped forwarded recorded collected tolerated
    accepted refunded returned exchanged employed brought left written posted printed
    discarded reassigned applied performed done conducted merged put"""
)
"""After "may be" and "may not be": acts that somebody does, and may be free or forbidden to do."""

DISCLAIMED = _pattern(
    r"\b(?:be|is|are|been) (?:\w+ )?(?:liable|responsible|able|obligated|obliged|required|bound|"
    r"held|deemed|construed|considered|interpreted|available|eligible|a party|subject)\b",
    r"\b(?:warrant|guarantee|endorse|represent|accept|control|assume|promise|"
    r"make any (?:warrant|represent|guarant|promise|commit)|undertake|"
    r"constitute|imply|create|apply|affect|limit|exclude|respond|know|believe|monitor|survive|"
    r"mean|always|want|involve[ds]?|indemnify|recogni[sz]e|necessarily|have (?:any|no|control))\b",
)
"""What the other side says it will not do in order to be free of it: no promise to us."""

SOFT_OR_OWN = _set(
    """update evolve change modify add block remove limit restrict reject try endeavour
    endeavor audit monitor seek aim need charge consider continue terminate suspend bill own
    determine invoke invoice know hold assume depend vary differ comply"""
)
"""After "we will": attempts, and the other side's own ends, which promise us nothing."""

OWN_USE = _set("""use collect share disclose transfer process store access receive""")
"""After "we will": dealings with our data, a promise only where limited or refused."""

PROMISED_STATE = _pattern(
    r"\b(?:be (?:liable|responsible|deleted|bound by confid|entitled to)|remain)\b"
)
"""What the other side says it will be, and we may rely on."""

BOILERPLATE_SUBJECT = _pattern(
    r"\b(?:these (?:\w+ ){0,2}(?:terms|clauses)|th(?:is|e) (?:\w+ ){0,2}(?:agreement|addendum|"
    r"policy|section|dpa|baa|guide|document|term|clauses)|provisions?|sections?|disputes?|"
    r"arbitrat\w+|venue|(?:governing|choice of) law|law of|laws of|invalidity|"
    r"failure to enforce|headings|effective date|obligations?|definitions?|capitali[sz]ed|"
    r"unenforceable|liabilit\w+|clause \d+|notices?|severab\w+|sccs|uk addendum)\b"
)
"""Clauses about the document itself: they lay no duty on anybody."""

SURVIVING = _set(
    """survive apply prevail govern control mean remain constitute supersede inure become take
    continue form include make help result allow lead give improve enable reflect also have"""
)
"""After "shall", "should" and "will" of a thing: what is the case, not what is to be done."""

BEFALLING = _set(
    """be become have receive encounter see lose experience notice find need get want wish
    believe prefer already even sometimes know like enjoy recognize recognise wonder suffer
    incur face fail provide remain appear seem"""
)
"""After "you may": what might befall us, and gives no leave."""

STANDING = _set("""survive apply prevail govern supersede""")
"""After "shall" and "will" of rights and terms: how they stand, not what one does."""

HAPPENINGS = _set(
    """receive lose find see know continue remain own retain usually want become get likely
    benefit often mean apply exist always occur play still face incur have learn feel enjoy
    notice hear"""
)
"""After "you will": what happens to us, not what we are to do."""

GRANTED = _set("""allowed permitted entitled eligible""")
STATES = _set(
    """able asked deemed incorporated construed interpreted governed binding effective entitled
    considered subject charged billed notified bound directed redirected prompted asked"""
)
"""After "will be" and "shall be": what one is or what befalls one, not what one is to do."""

DENIED_STATES = _set(
    """liable responsible required able eligible obligated construed interpreted deemed
    confused mistaken read addressed directed understood"""
)
"""After "shall not be": nobody's act is denied."""

# ---------------------------------------------------------------- phrases that forbid

PROHIBITION = _pattern(
    r"\bagrees? (?:that (?:you|it|they) )?(?:will |shall )?not to\b",
    r"\bagrees? to not\b",
    r"\brefrain(?:s|ed)? from",
    r"(?:,|\band) (?:\w+ly )?(?:prohibited|forbidden)\b(?! \w+s\b)",
    r"\b(?:is|are|be|being|remains?|strictly|expressly|absolutely) (?:\w+ly |hereby |also )?"
    r"(?:prohibited|forbidden|disallowed|(?<!may be )(?<!might be )banned)\b"
    r"(?! by (?:applicable )?law)",
    r"\bwe (?:\w+ly |also )?prohibit\b|\bis against (?:[\w']+ ){0,3}polic(?:y|ies)\b",
    r"\bpromises? not to\b|\bexpects? (?:[\w']+ ){1,3}(?:to not|not to)\b",
    r"\bprohibits?(?: you| users?| the| any| using|ed (?:from|to|uses?|activit\w+|content|"
    r"practices?|conduct))\b",
    r"\b(?:is|are|be|am) (?:expressly |strictly |also |generally )?not (?:intended for or |be |"
    r"generally |currently )?(?:allowed|permitted|authori[sz]ed|acceptable|tolerated|ok|okay|"
    r"accepted|entitled|licensed)\b",
    r"\b(?:does|do|will) not (?:allow|permit|tolerate|authori[sz]e|condone|grant)\b",
    r"\b(?:isn't|aren't) (?:allowed|permitted|acceptable)|\bdon't (?:allow|permit|tolerate)\b",
    r"\bnot (?:allowed|permitted) to\b",
    r"\b(?:have|has|having) no (?:right|authority|permission|licen[cs]e|rights)\b",
    r"\bno (?:\w+ )?(?:right|licen[cs]e|rights)\b[^.;]{0,40}\b(?:is|are) granted",
    r"\b(?:must|shall|should|can|may|will) (?:there )?be no (?!obligation|liabilit|guarantee|"
    r"warrant|duty|need|charge|fee)",
    r"\bbarred from\b|\bout of bounds\b|\bis a (?:violation|breach) of\b",
    r"\bzero[- ]tolerance|\boff[- ]limits|\bunder no circumstances",
    r"\byou (?:do not|don't) (?:own|have (?:the|a|any) rights?)\b",
    r"\b(?:waive|give up) (?:any|your|the) right",
    r"\b(?:is|are) (?:personal and )?non-?(?:transferable|assignable|giftable)\b",
    r"\bnon-?refundable|\bnot refundable|\bno refunds?\b",
    r"\brestricts? you from|\b(?:disallowed usage|unacceptable uses?|prohibited uses?)\b(?! polic)",
    r"\bnot for (?:consumer|commercial|production) use|\bnot be used\b",
)

THEIR_WORD_FORBIDS = _pattern(r"allow|permit|tolerate|prohibit|condone|restrict")
"""Where the other side is the subject, only these forbid us: "we do not allow"."""

NOTHING_IN = _pattern(r"\bnothing in (?:these|this|the)\b")
ONLY_IF = _pattern(r"\bonly (?:if|with|when|after|once)\b")

NOBODY = _pattern(
    r"(?:^|[.;:] )no (?!longer|later|more|less|event|guarantee|warrant|matter|liabilit|waiver|"
    r"third|agency|partner|joint|failure|one is|delay|provision|need|such|additional)"
    r"(?:(?!which\b|that\b|who\b)[\w'-]+ ){1,9}?(?:(?:may|shall|should|must)\b"
    r"(?! (?:not )?be (?:required|liable))|(?:is|are|will|can) (?:ever |to )?(?:be )?(?:allowed|"
    r"permitted|accepted|tolerated|shared|stored|granted|used|made)\b)",
    r"^\W{0,4}no (?![^.]{0,90}\b(?:is|are|was|were|can|will|has|have)\b)(?-i:[a-z])"
    r"[\w'-]*(?: [\w'-]+){2,7}[.!]?\W{0,3}$",
)
"""Subjects that are denied: "no employee may", "no credentials are", "No gore."."""

FLAT = _pattern(
    r"\b(?P<who>we|(?-i:[A-Z])[\w-]+(?:\s(?-i:[A-Z])[\w-]+)?)"
    r"(?: also| currently| generally| further)?"
    r" (?P<do>do not|does not|don't|doesn't|never|only|ensure)"
    r"(?: voluntarily| knowingly| ever)? (?P<verb>[\"“]?\w+)"
)
NOT_PROMISED = _pattern(
    r"(?:allow|permit|tolerate|condone|have|need|intend|act|take|offers?|currently|support|"
    r"knowingly|"
    r"cover|want|know|believe|think|expect|require|get|see|like|feel|care|mean|always|warrant|"
    r"guarantee|"
    r"endorse|represent|accept|control|assume|promise|make|undertake|constitute|apply|monitor|"
    r"waive|survive|respond|recogni[sz]e|necessarily|include|a|the|for|in|if|to|one|be|do|own)\b"
)
"""Verbs after "we do not" that tell a fact or disclaim; they neither promise nor rule."""

FLAT_PASSIVE = _pattern(
    r"\b(?:is|are) (?:not|never|only) (?:used|sold|shared|retained|disclosed|"
    r"processed)\b(?! by us)",
    r"\bwe (?:use|process|share|access|disclose|retain) (?:[\w']+ ){1,4}only\b",
)

# ---------------------------------------------------------------- phrases that oblige

DUTY = _pattern(
    r"\b(?:is|(?<!cookies )are|am|be) (?:also |solely |fully |still |then |directly |"
    r"ultimately |each |"
    r"strictly |therefore |legally )?(?:required"
    r"(?! (?:to do so|due|by|under|as|in order|pursuant|for))|"
    r"obligated|obliged|mandatory|responsible (?:for|to)(?! the processing| processing)|"
    r"responsible and liable|accountable for|"
    r"expected to|bound to)\b",
    r"\b(?:you|customer|user|company|licensee|developer|parties|party) (?:each |also |hereby |"
    r"further |expressly |both )?agrees? (?:to|that (?:you|it|they) (?:will|shall|are|is))\b"
    r"(?! (?:not|be bound|these|the terms|our|receive a)| (?:the|our|any|all|such) "
    r"(?:[\w-]+ ){0,5}?(?:terms|policy|policies|agreements?)\b)",
    r"\b(?-i:[A-Z])\w+(?: (?-i:[A-Z])\w+)? agrees? to\b(?! (?:not|be bound|these|the terms)| "
    r"(?:the|our|any|all|such) (?:[\w-]+ ){0,5}?(?:terms|policy|policies|agreements?)\b)",
    r"\b(?:it is|it's|is) (?:\w+ )?(?:your|customer's|the user's|each \w+'s) (?:\w+ )?"
    r"(?:responsibility|duty|obligation)",
    r"\b(?:remains?|is|are) (?:under )?(?:an obligation|obligated to|under obligation)",
    r"\b(?:you|customer) (?:[\w,]+ ){0,3}?(?:represents?|warrants?|covenants?|certif(?:y|ies))\b",
    r"\brepresents? and warrants?\b",
    r"\b(?:you|customer|company) (?:hereby |also |will |shall )?indemnif(?:y|ies)",
    r"\bwe (?:require|expect|ask) (?:that )?(?:you|all|every|them|customers|users|employees|staff)|"
    r"\brequires you to\b",
    r"\bit is (?:necessary|essential|mandatory|vital) (?:to|that)\b",
    r"\bis (?:a )?(?:mandatory|requirement)|\b(?:are|is) to (?:only )?be \w+ed\b",
    r"\bhave (?:a|an) (?:\w+ )?(?:duty|obligation) to\b",
)

PLEASE_READ = _pattern(r"^\W{0,4}please (?:carefully )?(?:read|review)\b")
"""Reading that is asked for, unlike a pointer to what one may read."""

LEGAL_COMPLIANCE = _pattern(
    r".{0,40}\bcomply with (?:[\w']+ ){0,3}(?:obligations under|applicable|laws?\b|these terms|"
    r"this)"
)
US_FIRST = _pattern(r"(?:you|customer|user|company|licensee|developer|parties|party)\b")
AUTHORITY = _pattern(
    r"(?:represents?|warrants?) (?:and (?:represents?|warrants?) )?that (?:you|it|they) "
    r"(?:have|has|possess\w*) (?:the )?(?:legal )?(?:authority|power|right and)",
    r"warrants? that \W{0,3}(?:i\W{1,3})?it possesses",
    r"represents? (?:that )?(?:it|you) (?:is|are) (?:lawfully |legally )?(?:able|authori[sz]ed)",
)
"""Power to sign, which is no rule on what one does."""

UNREQUIRED = _pattern(
    r"\bno longer (?:needs?|requires?|required)\b",
    r"\bno \w+ (?:is|are) (?:required|needed|necessary)\b",
    r"\bnot (?:be )?(?:required|necessary|obligated|obliged|need|needed|expected)\b",
    r"\bneed(?:s)? not\b|\b(?:no|not an) (?:requirement|obligation|need)\b",
    r"\bdo(?:es)? not (?:need|have) to\b|\bwithout any obligation\b",
)
"""A duty lifted is no duty, and permits nothing."""

ADVICE = _pattern(
    r"\b(?:we |is |are |it's |it is |also |strongly |highly )(?:also |strongly |highly )?"
    r"(?:recommend(?:ed)?|encouraged?|suggest(?:ed)?|advisable|advised?|urge|best|preferred|"
    r"discouraged|important (?:that|to)(?! us))\b",
    r"\bbest practice is\b",
)
ADVICE_AGAINST = _pattern(r"\b(?:against|discouraged|not (?:recommended|advis\w+))\b")

# ---------------------------------------------------------------- phrases that permit

PERMISSION = _pattern(
    r"\b(?:is|are|am|be|remains?) (?:also |still |generally |hereby |expressly |always |each |"
    r"explicitly |perfectly )?(?:allowed|permitted|authori[sz]ed|entitled|eligible|welcome to|free|"
    r"permissible|acceptable|ok|okay|fine|available to (?:all|civil|staff|employees|users|"
    r"everyone|any))\b",
    r"\b(?:it's|it is) (?:ok|okay|fine|acceptable)\b|\bfeel free\b",
    r"\bwe (?:also )?(?:allow|permit) (?!us\b|you to opt|third|our|other|advertisers|partners)",
    r"\b(?:has|have|retains?|reserves?) (?:the |a |all |certain |other |legal |your |any |"
    r"following |sole |same |privacy |statutory |additional |specific |"
    r"consumer ){0,3}(?:legal )?(?:right|rights|option|ability|ownership)\b",
    r"\bgrants? (?:you|customer|users?|licensee|each|the user|to you|the customer|everyone)\b",
    r"\b(?:you|customer|user|users|licensee|each party) (?:own|owns|keep|keeps|retain|retains)\b",
    r"\bgives? (?:you|customers?|users?|employees|staff) (?:(?:the|a) right|permission|leave)\b",
    r"\bha(?:s|ve) (?:our )?permission to\b|\bis licensed to\b|\bat liberty to\b",
    r"\b(?:does|do|shall) not (?:limit|restrict|prevent|prohibit) (?:you|either party|each party|"
    r"the parties|customer|users?)\b",
    r"\b(?:you|users?|owners?|administrators?) (?:can )?controls? (?:which|whether|what|how|who)\b",
    r"\byou have (?:several|the following|a number of) (?:options|choices|rights)\b",
    r"\b(?:you are|customer is|you're) the (?:sole |exclusive )?owner",
    r"\bassigns? (?:to (?:you|customer|the user)|any rights|all (?:its|our|right))",
    r"\bnothing in (?:these|this|the) [^.;]{1,120}?\b(?:prevents?|restricts?|prohibits?|limits?) "
    r"(?:or \w+ )?(?:you|customer|users?)",
    r"\bfollowing (?:permitted|allowed|acceptable|permissible)",
    r"\bpermitted (?:uses?|applications?|purposes?|activit\w+)",
    r"\byou(?:'ve| have) (?:a|the) (?:legal )?right",
    r"\brights (?:available to you|you (?:may )?have)\b",
    r"\ballows? (?:you|customers?|users?|members?|developers?|employees?) to\b",
    r"\byour right to\b|\b(?:you|customer) can choose\b",
    r"\bno (?:approval|permission) (?:is )?(?:needed|required)",
)

RIGHT_ITEM = _pattern(r"^\W{0,4}(?:the )?right (?:to|of|not)\b")
"""An item of a list of rights."""

GIVING = _pattern(
    r"(?:we|is licensed|grants?|gives?|does not|do not|shall not|assigns?|allows?|following|"
    r"permitted|"
    r"you|customer|nothing|each|user|licensee)\b"
)
"""Permissions that give us something whoever their subject is."""

MENTIONED = _pattern(
    r"\b(?:as|where|if|extent|unless|when|otherwise|except|than) (?:\w+ )?(?:is |are )?"
    r"(?:permitted|allowed|authori[sz]ed)",
    r"(?:permitted|allowed|authori[sz]ed) (?:by|under) (?:applicable|law|local|the gdpr|ccpa)",
    r"\bauthori[sz]ed to (?:enter|execute|sign)",
    r"\b(?:who|which|that) (?:have|has|is|are) (?:\w+ )?(?:the )?(?:right|authori[sz]ed|"
    r"allowed|entitled)",
)
"""A permission only spoken of: "as permitted by", "persons who have the right"."""
BELIEVING = _pattern(
    r"\b(?:everyone|everybody|people) $|\bbelieves? (?:that|in)\b|\bbrowsers?\b",
    r"\brights and obligations of\b",
)

# ---------------------------------------------------------------- ways out, strings, gates

WAY_OUT = _pattern(
    r"\b(?:unless|except(?:ion)?s?|other than|save (?:as|where|for|that)|until|excluding|"
    r"does not include|doesn't include|absent)\b",
    r"\bwithout (?:[\w'/-]+ ){0,6}?(?:consents?|permissions?|authori[sz]ations?|review|approval|"
    r"disclos\w+|rights?|basis|justification|notice|supervision|oversight|sign-?off)\b",
)

SAVING = _pattern(
    r"\bexcept (?:and (?:solely|only) )?(?:to the extent|where|when|as|if|insofar)\b[^,.;]{0,80}"
    r"\b(?:laws?|impermissible|contrary)\b(?: (?:under|by|to) (?:applicable )?laws?)?",
    r"\b(?:unless|except|other than|save|until)\b[\s,]{0,2}(?:[\w']+ ){0,6}?"
    r"(?:required|permitted|allowed|prohibited|mandated|compelled|obliged)(?: (?:or|and) \w+)?"
    r"(?: (?:to do so|otherwise))? (?:by|under|pursuant to|in accordance with) "
    r"(?:\w+ ){0,3}?laws?\b",
    r"\b(?:unless|except|other than|save|until)\b (?:as |where |if |to the extent |you are |"
    r"it is |we )?(?:otherwise |expressly |explicitly |specifically )*+(?:and )?(?:required|"
    r"permitted|allowed|provided|stated|set forth|set out|specified|described|noted|agreed|"
    r"authori[sz]ed|approved|permit|allow|agree)(?: (?:or|and) \w+)?"
    r"(?: (?:otherwise|in writing|for|in|by|under|with|at))*+ (?:us|our|these|this|"
    r"the (?:terms|agreement|services?|documentation|time)|"
    r"herein|law|it)\b",
    r"\b(?:unless|except as) otherwise \w+|\blegally (?:required|prohibited)",
    r"\bexceptions? (?:that are |as )?(?:explicitly|expressly) (?:granted|permitted|approved)",
    r"\bno exceptions?\b|\bunless required\b|\bwithout limitation\b|\bexcept as required\b",
)
"""A way out for the law's sake, or one that only points back: it opens nothing."""

RESERVED = _pattern(
    r"\b(?:without|unless|except|until|absent|with)\b[^.;]{0,40}?\b(?:our|us|we|"
    r"(?-i:[A-Z])\w{2,20}(?:\s(?-i:[A-Z])\w{1,20})?'s|from (?-i:[A-Z])\w+|by (?-i:[A-Z])\w+|"
    r"licensor's|provider's)(?!\w)[^.;]{0,60}?\b(?:consent|permission|approval|authori[sz]ation|"
    r"approved|agree[ds]?|notice|permit|writing)",
    r"\b(?:without|absent|except with) (?:(?:the|express|explicit|prior|specific|written|"
    r"advance|our),? ){1,4}(?:consent|permission|approval|authori[sz]ation)\b"
    r"(?! (?:of|from) (?:the|your|a|an) (?:person|individual|data|owner|copyright|user|officer))",
    r"\b(?:expressly )?(?:approved|authori[sz]ed|permitted) (?:in writing )?by "
    r"(?:us|(?-i:[A-Z])\w+)",
    r"\b(?:as|except as|unless) (?:expressly |explicitly |otherwise )+(?:approved|agreed|permitted|"
    r"authori[sz]ed|permit)",
)
"""Consent that the other side merely reserves: the answer stays no."""

NAMED_CARVE_OUT = _pattern(
    r"\b(?:except|unless|other than|save)\b[^.;]{0,60}\b(?:section \d|clause \d|paragraph|"
    r"(?-i:Permitted|Allowed|Authori[sz]ed|Excluded|Approved) (?-i:[A-Z])\w+|\([a-z]\))"
)
"""A carve-out with a name or a number of its own."""

STRING = _pattern(
    r"\b(?:only|solely|exclusively|provided,? (?:that|it|you|they|the)|(?:as|so) long as|"
    r"on (?:the )?condition|under the following conditions?|limited to|contingent (?:on|upon)|"
    r"unless|in the event|insofar as|no more than|up to|at most|except(?:ions?)?|"
    r"with the exception|"
    r"but (?:you )?(?:may|must|should|do|can|shall|will)? ?not|non-?commercial(?:ly)?|"
    r"for (?:your )?(?:own )?(?:personal|internal|private|domestic|research|educational)\b|"
    r"in accordance with (?:our|the) (?:brand|guideline|policy)|"
    r"at the (?:sole )?discretion of|"
    r"subject to (?:our|the|your|any|following|section|a|an|prior|review|[\w-]+) )"
)
"""What ties a permission to a fact, a purpose or a group."""

EMPTY_STRING = _pattern(
    r"\bsubject to (?:certain |applicable |limited |some ){1,2}exceptions",
    r"\bsubject to (?:(?:your|customer's|their|the|our|any|complete|and|ongoing|continued|all|"
    r"other|also|such|applicable|local) ){0,6}(?:compliance|these|this|terms?|agreement|laws?|"
    r"payment|additional|availability|those|conditions)",
    r"\b(?:and|but|including|not) (?:not )?limited to|\bwithout limitation|\bnot only\b|"
    r"\bonly (?:a|an|part|one)\b",
    r"\bto the (?:fullest |maximum |greatest )?extent (?:permitted|possible|allowed|required)"
    r"[\w ]{0,30}",
    r"\bexcept (?:to the extent |where |as |when )?(?:otherwise )?(?:required|prohibited|"
    r"permitted|provided|stated|set forth|expressly)",
    r"\bunless (?:otherwise )?(?:required|prohibited|stated|agreed|specified|legally)",
)
"""Strings that gate nothing one could look up: the terms themselves, the law, payment."""

TAILED_IF = _pattern(
    r"\bwhere\W{0,3}$",
    r"(?<!how and )\b(?:if|when|where|once|for as long as) (?:you|it|they|the|all|your|a|an|there|"
    r"we|customer|approved|necessary|needed|and only if|no|both)\b",
)
"""A condition behind a permission."""

STATUS_IF = _pattern(
    r"^\W{0,4}(?:however, |additionally, )?(?:if|where|when) (?:you|customer|the customer|an? \w+)"
    r"(?:'re| are| is| resides?| lives?| have (?:obtained|subscribed|purchased|entered)|"
    r" has subscribed| subscribe| use the paid)"
)
"""A leading condition on who one is or what one holds, rather than on what has happened."""

OPTED = _pattern(
    r"\bopt(?:ed)?[- ]?(?:in|out)\b|\bunless (?:you|they|customer|the customer|a user)\b",
    r"\bby default\b|\b(?:your|privacy|account|telemetry|sharing|data) (?:\w+ )?"
    r"(?:settings?|preferences?|mode|controls?)\b",
    r"\bif you (?:subscribe|choose|opt|enable|disable|have enabled|turn|select|"
    r"provide feedback|send a do)\b|\bif your browser\b|\bif (?:the )?customer (?:has )?subscribe",
    r"\b(?:except|only) (?:in|under) (?:\w+ ){0,2}circumstances\b",
    r"\bif you (?:abide|comply|follow|agree|meet|accept)\b",
    r"^\W{0,4}if (?:you|customer|the customer)\b",
    r"\bwith (?:your (?:prior |explicit )?|the proper )(?:consent|permission|authori[sz]ation)\b",
)
"""A matter of plan, setting, opt-in or opt-out."""

GATE = _pattern(
    r"\bage of majority\b|\bmust be [^.;]{0,120}\bto use\b",
    r"\b(?:at least|over|above) (?:the age of )?\d+ (?:years|or)|\bminimum age\b",
    r"\bbefore (?:you |any |it |they |\w+ing\b|use\b|deploy\w*|launch\w*|publish\w*|releas\w+)",
    r"\bprior to (?:\w+(?:ing|tion|ment)|use|launch|release|any)\b",
    r"\bin order to (?:use|access|be|complete|create|get|receive|register|subscribe)\b|"
    r"^\W{0,4}to (?:use|access|be eligible|subscribe|qualify|exercise)\b",
    r"\bonly (?:if|when|with|where|after|once)\b",
)
"""A duty that stands before an act and so gates it."""

LIMIT = _pattern(
    r"\b(?:may|must|should|shall|can)\b[^.;(]{0,60}\bonly\b(?! (?:a|an|part))",
    r"^\W{0,4}only\b[^.;]{0,60}\b(?:may|can|are|is|should|must)\b",
)

APPROVAL = _pattern(
    r"\b(?:requires?|needs?|required to (?:have|obtain)|subject to|pending|upon|with|after|until|"
    r"obtain(?:s|ing|ed)?|get(?:s|ting)?|seek(?:s|ing)?|receive[sd]?|have|by|ask for|without) "
    r"(?:[\w'/-]+ ){0,5}?(?:approvals?|sign-?off|authori[sz]ation|permission|consents?|clearance|"
    r"review by|exemption|waiver)\b",
    r"\b(?:must|shall|should|needs? to|has to|have to|may only|be) (?:first )?be (?:first )?"
    r"(?:reviewed and )?(?:pre-?)?(?:approved|authori[sz]ed|signed off|cleared)\b",
    r"\bis (?:reviewed and )?approved by\b|\bunless (?:\w+ ){0,6}approved\b",
    r"\bapproval (?:is|from|of|by|must)\b|\bat the (?:sole )?discretion of\b|\bask first\b",
    r"\bmust sign off\b|\bmust be (?:\w+ )?(?:granted|approved|authori[sz]ed) by\b",
)

GATED = _pattern(
    r"\b(?:requires?|needs?) (?:[\w'/-]+ ){0,5}?(?:approval|sign-?off|permission|authori[sz]ation|"
    r"consent)\b",
    r"(?<!that )(?<!which )\b(?:is|are) (?:available|restricted|limited|accessible|reserved|"
    r"confined) "
    r"\(?(?:(?:only|exclusively|solely) )?(?:to|for) (?!(?:anyone|everyone|all)\b)\w+",
    r"\b(?:available only (?:to|for)|only available (?:to|for|if|when))\b",
    r"\b(?:is|are) (?:\w+ )?contingent (?:on|upon)\b",
    r"\bif you (?:\w+ )?(?:must|have to) [^.;]{3,80}, (?:do so|do it)\b",
    r"\bthere are (?:\w+ ){1,2}exceptions?\b",
    r"\b(?:is|are) to only be\b|\bto be used only\b",
)
"""Gates without a modal: "needs approval", "available to staff only"."""

CHOICE = _pattern(
    r"\b(?:can|may(?! need)|option to|how (?:you can|to)|free to)\b[^.;]{0,40}"
    r"\bopt[- ]?(?:out|in)\b",
    r"\byour opt-?out\b|\bdepending on your (?:\w+ ){0,2}settings\b",
)
"""An opt-out or opt-in that we hold: what it switches depends on us."""

LEGAL_BOILERPLATE = _pattern(
    r"\b(?:does|do) not warrant\b",
    r"\b(?:states|countries|jurisdictions)\b[^.;]{0,20} do(?:es)? not (?:allow|permit)\b",
    r"\b(?:all applicable laws|applicable laws?(?: and regulations?)?|these terms|this agreement|"
    r"laws and regulations|the law|terms of service|our (?:policies|terms)|any laws|export)\b",
)

BOILERPLATE = _pattern(
    r"\b(?:states|countries|jurisdictions)\b[^.;]{0,20} do(?:es)? not (?:allow|permit)\b",
    r"\b(?:invalid|illegal|void) or unenforceable\b|\bunenforceab|\bseverab|\bentire agreement\b",
)
"""Clauses about the document's own validity, whoever they speak of."""

LIABILITY = _pattern(
    r"\bas[- ]is\b|\bmerchantability|\bliable|\bliabilit(?:y|ies)|\bconsequential damages|"
    r"\bgoverned by|\bgoverning law|\bjurisdiction|\bseverab|\bforce majeure|"
    r"\bdisputes?\b[^.;]{0,80}\bcourts?\b|\bentire agreement|\bclass action|\barbitrat"
)
"""Liability, warranty and governing law rule no act unless they lay a plain duty."""

CAPITAL_DUTY = _pattern(
    r"\byou (?:are |will be |shall be )(?:solely )?responsible|"
    r"\byou (?:must|may not|are not permitted)\b"
)
"""What may rule although it is set in capitals."""

EXAMPLE = _pattern(r"^\W{0,4}(?:for (?:example|instance)|e\.g\.)\b")

PLAIN_DUTY = _pattern(
    r"\b(?:you|customer|company|users?|parties|each party|either party|you or we|you or xai) "
    r"(?:\w+ ){0,2}(?:must|may|can|shall not|shall have the right|will not|indemnif|"
    r"agrees? (?:not )?to(?! the following)|are (?:solely )?responsible|is (?:solely )?responsible|"
    r"will be responsible|shall be (?:solely )?responsible|shall compensate)",
    r"\bindemnify",
)

LIABILITY_CAPS = 0.6
"""A sentence with this share of capital letters is a disclaimer set in capitals."""

SAVING_BEFORE = _pattern(
    r"\b(?:unless|if|where|when|extent|legally|except|otherwise|as)\b(?: [\w']+){0,3} ?$"
)

DEFINING = _pattern(
    r"^\W{0,6}(?:\w{1,3}[.)] )?(?:the (?:terms? )?)?[\"“”‘'][^\"“”]{1,90}[\"”’'][\s,]{0,3}"  # noqa: RUF001
    r"(?:\([^)]{0,80}\)\s?)?:?\s?(?:(?:and|or) [\"“][^\"”]{1,60}[\"”] )?(?:shall |will |has the |"
    r"have the |each )?(?:means?|meaning|refers?|is |are |includes?|meant|collectively|has|have)\b"
)
"""A definition: what a quoted term means."""

# ---------------------------------------------------------------- imperatives and items

IMPERATIVES = _set(
    """use do keep store share send report ensure make be have get obtain ask notify inform
    tell check review test verify validate document record log track label mark remove
    delete rotate encrypt lock protect secure restrict limit disable enable set configure
    follow comply respect treat handle avoid stop start create write add include provide
    give submit request complete assign assist support maintain manage monitor measure
    establish implement apply adopt define identify assess evaluate consider prefer choose
    select pin run build deploy automate integrate design develop plan prepare update
    upgrade patch replace return wipe destroy dispose shred sign register enrol enroll
    attend read acknowledge agree confirm disclose publish post put place move copy save
    back archive retain work talk discuss meet engage involve consult communicate escalate
    prioritise prioritize minimise minimize reduce refrain switch turn leave take bring
    carry wear present speak listen help learn understand think remember aim try seek
    perform conduct execute coordinate oversee supervise train educate host scan audit
    investigate respond act abide adhere name number link cite credit attribute comment
    commit merge tag release ship always only cease connect install download upload print
    let allow grant revoke approve authorise authorize separate isolate segment stay
    incorporate generate specify describe state list require call point go break collaborate
    celebrate show prevent detect maximise maximize promote facilitate"""
)
"""Base forms with which rules in the imperative begin."""

NOT_IMPERATIVE_NEXT = _set(
    """of is are was were will must shall may can should has have had requires require includes
    include means refers and or by from - – — process procedures procedure policy policies
    case cases plan plans management results result team teams data standards standard
    access requests request controls control code services service rights trust"""  # noqa: RUF001
)
"""What follows when the first word was a noun after all ("use of", "test results")."""

DIRECTIONS = _pattern(
    r"^\W{0,4}(?:please )?(?:contact|see|visit|note|read|refer|click|learn|go to|find|check out|"
    r"email|keep in mind|be aware|be advised|remember that|view (?:our|the|this|more)|call|"
    r"follow the instructions)\b"
)
"""Imperatives that only point somewhere."""

LEADING_ADVERB = _pattern(
    r"^\W{0,4}(?:always|please|manually|immediately|promptly|regularly|carefully|(?:where|when|if) "
    r"possible,?|instead,?|finally,?|also,?|then,?|first,?|additionally,?|ideally,?|"
    r"specifically,?|where appropriate,?)\s+"
)

SOFT_IMPERATIVE = _pattern(
    r"\bplease\b|^\W{0,4}be (?:careful|mindful)\b|[-–—,] avoid\b",  # noqa: RUF001
    r"^\W{0,4}(?:consider|avoid|try|aim|prefer|think|ideally)\b",
)

REFUSES_US = _pattern(
    r"\b(?:you|customers?|users?) (?:may|must|shall|will|can) ?not\b|\bwe (?:do not|don't) "
    r"(?:allow|permit)\b|\bwe (?:\w+ )?prohibit\b"
)
ONLY_TITLE = _pattern(r"^.{2,40} only\W{0,3}$")
"""A rule in a few words: "Masked data only"."""
DESCRIBES = _pattern(r"\b(?:may|can|could|might) include\b")
EXCEPTS = _pattern(r"\b(?:except|unless|other than|excluding)\b(?:[\s,]\w+){0,6}\W*$")
"""A lead-in whose items are what it excepts."""

STANDS_ALONE = _pattern(
    r"^(?:(?!\bwhen\b|\bif\b).){0,140}?\b(?:you|customers?|users?|employees|staff|contractors|we|"
    r"they|all \w+|each \w+|no \w+|everyone|nobody|(?:is|are) responsible)\b[^.;]{0,40}?"
    r"\b(?:must|shall|may|will|should|cannot|can|are (?:not )?(?:allowed|permitted|required))\b"
)
OWN_IMPERATIVE = _pattern(r"^\W{0,4}(?:do not|don't|never|respect|please)\b")
