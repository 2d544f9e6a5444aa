"""Recognises automatic replies: that the reader is away, or that nobody may ever see the letter.

No header says the second (RFC 3834 has none), so it is recognised by its words; a person looks at each of those.
"""

# ruff: noqa: RUF001  letters of other alphabets look like Latin ones

from __future__ import annotations

import re
from unicodedata import normalize

FROM = r"\*?(?:From|Von|De|Van|Da|Od|Fra|Från|O|Bho|Oddi wrth)\*? ?: "
SENT = r"\*?(?:Sent|Date|Gesendet|Datum|Envoyé|Enviad[oa]|Fecha|Inviato|Data|Verzonden|Wysłano|Sendt|Skickat)\*? ?: "
QUOTED = re.compile(
    r"(?m)^[ \t]*>.*$|^[ \t]*-{2,} ?(?:Original Message|Forwarded message)\b[\s\S]*"
    rf"|^[ \t]*(?i:{FROM}).*\n(?:.*\n)?[ \t]*(?i:{SENT})[\s\S]*"
    r"|^[ \t]*(?:On|Am|Le|El|Il|Op|Em|W dniu|Den) [^\n]{5,150}(?:\n[^\n]{0,80})?"
    r"(?:wrote|a écrit|escribió|ha scritto|escreveu|napisał\(?a?\)?|(?:schrieb|schreef|skrev)(?: [^\n:]{0,60})?)"
    r" ?:[\s\S]*",
    re.IGNORECASE,
)
"""The letter that is answered, as programs put it below."""

HELD_BACK = (
    r"\b(?:being|been|is|was) held\b",
    r"\b(?:await(?:s|ing)|pending) (?:\w+ ){0,2}(?:approval|moderation|confirmation|release|review)\b",
    r"\bquarantine",
    r"\bmoderator\b",
    r"\bapproved (?:senders?|list)\b|\bsafe senders?\b|\bwhitelist|\ballow ?list",
    r"(?:not|n't)(?: yet)?(?: be| been)? (?:delivered|received|accepted|read)\b",
    r"\b(?:confirm|verify|validate) (?:your|that you|you are|you're|this|the) ",
    r"\b(?:action|verification|confirmation|authentication) (?:is )?required\b|\b(?:complete|solve) (?:a|the|this) c",
    r"\bto (?:release|deliver) (?:your|the|this) (?:message|e-?mail|mail|letter)\b",
    r"\bto have your (?:message|e-?mail|mail|letter) (?:delivered|released)\b",
)
FOR_A_WHILE = r"for (?:my|the|a|an) (?:\w+ )?(?:day|week|weekend|evening|holidays?|leave|break|vacation|lunch)"
WENT = rf"(?:left|retired)(?! (?:a|an|my|the office|work (?:early|at)|{FOR_A_WHILE})\b)"
SHUT = (
    r"(?:clos(?:e[sd]?|ing)|retired|disabled|deactivated|decommissioned|discontinued|deleted|mov(?:ed|ing)|vacant"
    r"|out of use)"
)
ENDED = r"(?:changed(?! our (?:\w+ )?hours)|ceased|replaced)"
UNSEEN_BY = (
    r"(?:be(?:ing)? |regularly |actively |forwarded |or |nor |and )*(?:monitored|attended|in use|checked|read by)"
)
AFTER_HOURS = (
    r"(?! (?:outside|out of|at weekends?|over(?:night| the weekend)|between|after|on (?:a )?(?:weekend|bank)))"
)
GONE = (
    r"\bno longer (?!than\b)\w|(?:\bnot|n't) (?:\w+ ){1,7}any ?more\b",
    rf"\b(?:not|isn't|aren't|never|un) ?-?{UNSEEN_BY}\b{AFTER_HOURS}",
    rf"\b(?:I|he|she|they|have|has) (?:now |since |recently |been )*(?:{WENT}|{SHUT}|{ENDED})\b",
    r"\bleft (?:the|my|our|this) (?:organi[sz]ation|company|service|council|board|trust|agency|force|post|role|team)\b",
    r"\b(?:leaving|transferred) (?:to |from )?(?:the|my|our|another|a different)\b|\bmoved on\b",
    rf"\b(?:mailbox|inbox|address|account|post) (?:\w+ ){{1,3}}{SHUT}\b",
    r"\bnew (?:e-?mail )?address\b|\b(?:a|my) new (?:role|post|job|position|employer)\b|\bmade redundant\b",
    r"\bmy last (?:working )?day\b|\bnot be returning\b|\bno return date\b|\bpassed away\b|\bdeceased\b",
    r"\b(?:finished|stopped|ceased) (?:my )?(?:work(?:ing)?|employment|contract)\b",
    r"\b(?:been|being) (?:succeeded|replaced) by\b|\bmy (?:successor|replacement)\b|\btaken over (?:from|my)\b",
    r"\bhand(?:ed|ing) (?:over )?(?:my|the|all my) (?:\w+ )?(?:duties|role|post|cases|case ?load|work|responsib)",
    r"\b(?:do|does) not have access\b|\bno access to (?:this|my|the) (?:mail|inbox|e-?mail)",
    r"\b(?:maternity|paternity|adoption|parental|long[- ]term|sabbatical|career break)\b|\bsecond(?:ed|ment)\b",
)
ELSEWHERE = (
    r"\bnicht (?:mehr|länger)\b(?! als)|\bausgeschieden\b|\bruhestand\b|\bin rente\b",
    r"\b(?:firma|unternehmen|organisation|amt|behörde|dienst|stelle|team)\b.{0,40}\bverlassen\b|\bpensioniert\b|\belternzeit\b|\bmutterschutz\b|\bnachfolger",
    r"\bniet (?:meer|langer)\b(?! dan)|\bmet pensioen\b|\b(?:zwangerschaps|ouderschaps)verlof\b|\bopvolg",
    r"\buit dienst\b",
    r"\bn(?:e |')(?:\w+ )(?:plus\b|pas (?:lu|suivi|consult))|\bquitté (?:l|m|le|la|mes|mon)\b|\b(?:en|à la) retraite\b",
    r"\bcongé (?:de )?(?:maternité|paternité|parental|longue)|\bsuccesseur\b",
    r"\bya no\b|\bjubil(?:ad|ación)|\b(?:baja|permiso) (?:de |por )?(?:maternidad|maternal|paternidad)|\bsucesora?\b",
    r"\bdejado (?:la|el|mi|de)\b|\bdeixei (?:a|o|de)\b",
    r"\bnon \w+ più\b|\bin pensione\b|\b(?:congedo|di|in) (?:di )?maternità\b|\bho lasciato\b|\bsuccessore\b",
    r"\bjá não\b|\bnão \w+ mais\b|\baposent|\breformad[oa]\b|\blicença (?:de )?(?:maternidade|parental)\b",
    r"\bnie (?:\w+ )?już\b|\bjuż nie\b|\bnie pracuj|\bmacierzyńsk|\bwychowawcz|\bemerytur|\bodesz(?:łam|edłem)\b",
    r"\b(?:chan eil|chan|cha|níl|ní) (?:\w+ ){1,8}th?uilleadh\b|\bd'?h?'fhàg\b|\bleig mi dhìom\b",
    r"\bwedi (?:gadael|ymddeol)\b|\bmwyach\b|\b(?:ddim|nid|nad) (?:\w+ ){1,6}bellach\b|\b(?:mam|tad)olaeth\b",
    r"\bslutat\b|\binte (?:\w+ )?(?:längre|kvar)\b|\bföräldraledig|\b(?:er|har) (?:stoppet|sluttet|fratrådt)\b",
    r"\bikke (?:\w+ ){0,3}(?:længere|lenger|mer)\b|\bbarsel|\bi pensjon\b|\b(?:gået på|gått i) pension\b",
    r"\ben (?:\w+ )?enää\b|\bmár nem\b|\b(?:již|už) ne|\bnu mai\b|\bnebedirb|\bvairs ne",
    r"(?:більше|больше|вже|уже|вече|повече) не\b|звільн|уволи(?:л|в)|на пенс|декрет",
    r"\bδεν (?:\w+ ){1,6}πλέον\b|\bπλέον δεν\b|\bartık (?:\w+ ){1,6}\w*(?:m[ıiuü]yor|değil)|\bayrıldım\b|\bemekli",
    r"لم (?:أعد|يعد|تعد|نعد)|تقاعد|إجازة أمومة|دیگر .*(?:نیست|نمی)|\bاب .*نہیں|ریٹائر",
    r"अब .*नहीं|सेवानिवृत्त|ਹੁਣ .*ਨਹੀਂ",
    r"离职|離職|退休|产假|產假|不再|调离|退職|退社",
)
"""That somebody is there no longer, or for long not, in the languages of Europe and some more spoken in Scotland.

German, Dutch, French, Spanish, Italian, Portuguese, Polish, Gaelic, Irish, Welsh, Swedish, Danish, Norwegian, Finnish,
Hungarian, Czech, Romanian, Lithuanian, Latvian, Ukrainian, Russian, Bulgarian, Greek, Turkish, Arabic, Persian, Urdu,
Hindi, Panjabi, Chinese, Japanese.
"""

NOBODY_READS = re.compile("|".join((*HELD_BACK, *GONE, *ELSEWHERE)), re.IGNORECASE)
SPELT_OUT = ((re.compile(r"'ve\b"), " have"), (re.compile(r"'s (?=left|retired|moved|gone|ceased|changed)"), " has "))


def nobody_reads(subject: str, words: str) -> bool:
    """Whether an automatic reply says that the letter is held back, or went where nobody reads it any more.

    `subject` is what it puts before that of the letter.
    """
    said = " ".join(normalize("NFC", f"{subject}\n{QUOTED.sub('', words)}").replace("\u2019", "'").split())
    for short, whole in SPELT_OUT:
        said = short.sub(whole, said)
    return bool(NOBODY_READS.search(said))
