"""The pages of the committee: its accounts, registers, limits and guidance, and how the installation is."""

from web.pages.committee import accounts, agencies, contacts, limits, setting_up

PAGES = (setting_up, accounts, agencies, contacts, limits)
"""Every file of them."""
