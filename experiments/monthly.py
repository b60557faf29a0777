"""Monthly: the monthly figures of a run that questions of ministries are answered by, with unit and meaning.

Names are those of the records of a world (``world.records.series``); ``household.`` before a name means a column of the
households. Told in English: they are names for programs.
"""

from __future__ import annotations

FIGURES = {
    "administration": ("som", "Administration of grants in the month"),
    "benefit": ("som", "Child benefit paid in the month"),
    "benefit_families": ("families", "Families with the child benefit"),
    "consumption": ("som", "Consumption of all households in the month"),
    "contracts": ("contracts", "Contracts paid in the month"),
    "contracts_with_disability": ("families", "Families with a member with a disability that were paid a grant"),
    "families_paid": ("month", "Month in which each family was paid a grant"),
    "financed": ("som", "What a tax or a cut raises in the month to cover a design"),
    "funded_businesses": ("businesses", "Businesses that a grant began and that operate"),
    "grants": ("som", "Grants paid in the month"),
    "household.earned": ("som", "Pay of each household in the month"),
    "household.protection": ("som", "Benefits and pensions of each household, more than today's law pays"),
    "household.remittances": ("som", "Money from members abroad, by household"),
    "household.transfers": ("som", "Transfers to each household in the month"),
    "income": ("som", "Disposable income of all households in the month"),
    "labour_assistance": ("som", "Personal assistance at work"),
    "labour_charged_private": ("som", "Levies and fines of private employers, less what they are paid"),
    "labour_coaching": ("som", "Job coaching"),
    "labour_first_hire": ("som", "Grants to employers for a first worker with a disability"),
    "labour_levy": ("som", "Levies for empty seats"),
    "labour_officers": ("som", "Officers of the employment service"),
    "labour_relief": ("som", "Contributions not asked of employers of persons with disabilities"),
    "labour_remote": ("som", "Places for digital or remote work"),
    "labour_workshops": ("som", "Sheltered and subcontracted places"),
    "levied": ("som", "Levy on payrolls that covers a design"),
    "merit": ("points", "Mean merit of the plans of families that were paid a grant"),
    "paid_back": ("som", "Grants paid back"),
    "paid_extra_cost": ("som", "Extra-cost allowance for disability"),
    "paid_livestock_insurance": ("som", "Insurance of livestock: paid after a loss"),
    "paid_more_age_pension": ("som", "Age pensions, more than under today's law"),
    "paid_more_assistant_pay": ("som", "Pay of personal assistants, more than under today's law"),
    "paid_more_disability_pension": ("som", "Disability pensions, more than under today's law"),
    "paid_more_social_benefit": ("som", "Monthly social benefit, more than under today's law"),
    "paid_universal_child": ("som", "Benefit for every child of an age"),
    "persons_employed": ("persons", "Persons with disabilities in work with an employer"),
    "persons_wanting_work": ("persons", "Persons with disabilities who want work"),
    "quota_owed": ("seats", "Seats owed under the quota"),
    "share_of_women": ("share", "Women among those who would run a funded business"),
    "value_added": ("som", "Value added of family businesses in the month"),
}  # fmt: skip
