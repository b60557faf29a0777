"""Problems: all that the server can refuse, each one fixed English sentence with values, so that it translates."""

from __future__ import annotations

from typing import Any

PROBLEMS: dict[str, tuple[int, str]] = {
    "unknown_lever": (400, "{name} is not a lever; known: {known}"),
    "out_of_range": (400, "{lever} is {value}; it must be from {low} to {high}"),
    "too_fine": (400, "{lever} is {value}; it must be a multiple of {step}"),
    "not_a_number": (400, "{lever} is {value}; it must be a number"),
    "not_a_choice": (400, "{lever} is {value}; it must be one of {known}"),
    "twice": (400, "{lever} is given twice"),
    "not_a_design": (400, "The design {value} cannot be read; it is written as lever:value,lever:value"),
    "cannot_be_used": (400, "This design cannot be used: {reason}"),
    "cannot_be_reckoned": (400, "This cannot be reckoned: {reason}"),
    "too_many_contracts": (
        400,
        "{count} contracts a year follow from the budget and the grant; it must be at most {most}",
    ),
    "number_of_designs": (400, "{count} designs were asked for; it must be from 1 to {most}"),
    "wrong_value": (400, "{name} is {value}; it must be {wish}"),
    "missing": (400, "{name} is missing"),
    "unknown_key": (400, "{name} is not a known key; known: {known}"),
    "not_json": (400, "The request is not a JSON object"),
    "wrong_host": (400, "This server does not answer to that name; use the link shown by the facilitator"),
    "not_facilitator": (401, "Only the facilitator can do this; open the facilitator's link"),
    "wrong_token": (401, "The facilitator's link is wrong or old"),
    "not_member": (401, "Join the session with a group name first"),
    "not_from_here": (403, "Requests from other pages are refused"),
    "not_found": (404, "There is no such page"),
    "no_room": (404, "There is no session with the code {code}"),
    "no_entry": (404, "There is no such entry in this session"),
    "wrong_method": (405, "This address does not take such a request"),
    "wrong_round": (409, "This is not open now; the session is in the round {round}"),
    "design_stays": (
        409,
        "Votes rest on the designs now: only the facilitator can remove one, and nobody once the vote is closed",
    ),
    "results_hidden": (409, "The facilitator has hidden the results for now."),
    "archived": (409, "This session was put away; the facilitator can open it again"),
    "name_taken": (409, "Another group uses this name"),
    "full": (409, "There are already {most} of these; remove one first"),
    "nothing_to_undo": (409, "There is nothing to undo"),
    "too_large": (413, "The request is larger than {most} bytes"),
    "not_json_type": (415, "The request must be JSON"),
    "too_many": (429, "Too many requests; wait {seconds} seconds"),
    "internal": (500, "Something went wrong in the program; it has been written down"),
    "busy": (503, "The computer is busy with other designs; try again in a moment"),
    "getting_ready": (503, "The model is getting ready; try again in a moment"),
}


class Problem(Exception):  # noqa: N818 not every refusal is an error of ours
    """Something that the server refuses; ``values`` fill the placeholders of the text."""

    def __init__(self, code: str, /, **values: Any) -> None:
        self.code = code
        self.status, self.text = PROBLEMS[code]
        self.values = values
        super().__init__(self.text.format(**values))

    def as_dict(self) -> dict[str, Any]:
        """Return what is sent."""
        return {"error": {"code": self.code, "text": self.text, "values": self.values}}
