"""The pages of the committee: its accounts, registers, limits and guidance, and how the installation is."""

from web.pages.committee import accounts, agencies, contacts, guidance, limits, programs, quorums, setting_up, upkeep

PAGES = (setting_up, accounts, agencies, contacts, limits, programs, quorums, guidance, upkeep)
"""Every file of them."""
