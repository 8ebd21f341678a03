"""All doors of identity: sign-in, single sign-on, one's own account, and who else belongs here."""

from waypost.platform.identity import api, pages
from waypost.platform.identity.api_keys import api as key_api
from waypost.platform.identity.api_keys import pages as key_pages
from waypost.platform.identity.invitations import api as invitation_api
from waypost.platform.identity.invitations import pages as invitation_pages
from waypost.platform.identity.members import api as member_api
from waypost.platform.identity.members import pages as member_pages
from waypost.platform.identity.organisation import api as organisation_api
from waypost.platform.identity.organisation import pages as organisation_pages
from waypost.platform.identity.second_factor import pages as factor_pages
from waypost.platform.identity.single_sign_on import pages as provider_pages

DOORS = (
    pages.pages,
    api.api,
    factor_pages.pages,
    provider_pages.pages,
    key_pages.pages,
    key_api.api,
    member_pages.pages,
    member_api.api,
    invitation_pages.pages,
    invitation_api.api,
    organisation_pages.pages,
    organisation_api.api,
)
