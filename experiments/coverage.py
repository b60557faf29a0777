"""Coverage: what an interval means, as a study wrote it down in English, said in another language.

The text is put together from fixed sentences with figures in them; each is found again by its form.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from calibration.headlines import ON_JUDGEMENT, WITHOUT_FORM
from calibration.sets import OF_PRIOR
from experiments.marks import N_

if TYPE_CHECKING:
    from experiments.language import Language

ABROAD = N_(
    "Some designs live in another country than the scenario. The parameters were not fitted there, so nothing here is "
    "called calibrated."
)
SENTENCES = (
    ABROAD,
    N_("Intervals hold the middle 90 % of parameter draws after the model met {figures} published figures of 2021 to "
       "2023. These inform {informed} parameters well and {weak} a little; the other {others} are drawn from what "
       "literature and judgement say."),
    N_("Each draw is a mean over its seeds, so a rest of the simulation's luck is in them too."),
    ON_JUDGEMENT,
    WITHOUT_FORM,
    OF_PRIOR,
    N_("There is no posterior for this country yet."),
    N_("The posterior was made with other priors and is not used."),
    N_("The posterior was made with other targets and is not used."),
    N_("The posterior was made with other priors and targets and is not used."),
)  # fmt: skip


def translated(text: str, say: Language) -> str:
    """Return a text made of the known sentences in a language; empty if there is anything else in it.

    >>> from experiments.language import language
    >>> translated(SENTENCES[1], language("ky"))[:3]
    'Ара'
    >>> translated("Something else.", language("ky"))
    ''
    """
    if say.knows(text):
        return say.text(text)
    found = []
    rest = text.strip()
    while rest:
        for sentence in SENTENCES:
            match = re.match(_form(sentence), rest)
            if match and say.knows(sentence):
                found.append(say.text(sentence, **match.groupdict()))
                rest = rest[match.end() :].strip()
                break
        else:
            return ""
    return " ".join(found)


def _form(sentence: str) -> str:
    parts = re.split(r"\{(\w+)\}", sentence)
    return "".join(f"(?P<{part}>\\d+)" if k % 2 else re.escape(part) for k, part in enumerate(parts))
