"""Joining, changing and leaving an organisation: only the one that the transaction is bound to."""

from waypost.platform.identity.catalogue_sql.function import Function

MEMBERSHIPS = (
    Function(
        "identity_join",
        ("org uuid", "person uuid", "as_role text", "moment timestamptz"),
        "boolean",
        """
        with joined as (
          insert into memberships (org_id, person_id, role, created_at)
          select org, person, as_role, moment where org = app_org()
          on conflict (org_id, person_id) do update set role = excluded.role, ended_at = null, disabled_at = null
          returning 1)
        select exists (select from joined)
        """,
        kind="volatile",
    ),
    Function(
        "identity_is_ours_alone",
        ("org uuid", "person uuid"),
        "boolean",
        """
        select exists (select from memberships m join people p on p.id = m.person_id
          where m.org_id = org and org = app_org() and m.person_id = person and m.ended_at is null
            and not p.installation_operator
            and not exists (
              select from memberships o where o.person_id = person and o.org_id <> org and o.ended_at is null))
        """,
    ),
    Function(
        "identity_change_member",
        ("org uuid", "person uuid", "as_role text", "is_off boolean", "is_gone boolean", "moment timestamptz"),
        "text",
        """
        declare was memberships%rowtype;
        begin
          if org is distinct from app_org() then return 'nobody'; end if;
          perform from memberships m where m.org_id = org and m.role = 'owner' and m.ended_at is null
            order by m.person_id for update;
          select * into was from memberships m
            where m.org_id = org and m.person_id = person and m.ended_at is null for update;
          if not found then return 'nobody'; end if;
          if was.role = 'owner' and was.disabled_at is null and (as_role <> 'owner' or is_off or is_gone)
            and not exists (select from memberships m join people p on p.id = m.person_id
              where m.org_id = org and m.person_id <> person and m.role = 'owner' and m.ended_at is null
                and m.disabled_at is null and not p.is_disabled) then
            return 'last owner';
          end if;
          update memberships m set role = as_role,
            disabled_at = case when is_off then coalesce(m.disabled_at, moment) end,
            ended_at = case when is_gone then moment end
            where m.org_id = org and m.person_id = person;
          if is_off or is_gone then
            update auth_sessions s set revoked_at = moment, revoked_reason = 'membership ended'
              where s.person_id = person and s.active_organization_id = org and s.revoked_at is null;
            update api_keys k set revoked_at = moment
              where k.person_id = person and k.org_id = org and k.revoked_at is null;
          end if;
          return 'done';
        end
        """,
        kind="volatile",
        language="plpgsql",
    ),
)
