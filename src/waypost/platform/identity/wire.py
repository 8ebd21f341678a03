"""Identity as documented clients read it."""

from datetime import UTC, datetime
from typing import Any

from waypost.platform.access import ADMINS, Role
from waypost.platform.identity.records import Organisation
from waypost.platform.identity.sign_in import SignedInAs


def wire_role(role: Role) -> str:
    """`admin`, `agent` or `viewer`; the real role travels beside it as `org_role`."""
    if role in ADMINS:
        return "admin"
    return "agent" if role is Role.AGENT else "viewer"


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC, with Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def user(id_: object, email: str, name: str | None) -> dict[str, Any]:
    """`{id, email, display_name?}`."""
    return {"id": str(id_), "email": email, "display_name": name}


def organization(found: Organisation) -> dict[str, Any]:
    """`{id, name, primary_domain?}`."""
    return {"id": str(found.id), "name": found.name, "primary_domain": found.primary_domain}


def roles(role: Role) -> dict[str, str]:
    """`{role, org_role}`."""
    return {"role": wire_role(role), "org_role": role.value}


def signed_in(done: SignedInAs, found: Organisation, csrf_token: str) -> dict[str, Any]:
    """The answer to a sign-in: `{user, organization, role, org_role, session, csrf_token}`."""
    opened = done.session
    return {
        "user": user(done.person.id, done.person.email, done.person.display_name),
        "organization": organization(found),
        **roles(done.place.role),
        "session": {
            "id": str(opened.id),
            "created_at": stamp(opened.created_at),
            "expires_at": stamp(opened.expires_at),
        },
        "csrf_token": csrf_token,
    }
