"""Counting tries at a password, and forgetting what is old."""

from waypost.platform.identity.catalogue_sql.function import Function

ATTEMPTS = (
    Function(
        "identity_attempt",
        ("tries uuid[]", "buckets bytea[]", "most bigint[]", "moment timestamptz", "span interval"),
        "timestamptz",
        """
        declare free_at timestamptz;
        begin
          perform pg_advisory_xact_lock(hashtextextended(encode(each, 'hex'), 0))
          from unnest(buckets) as each order by each;
          select max(oldest) + span into free_at from (
            select (array_agg(a.at order by a.at desc))[asked.allowed] as oldest
            from unnest(buckets, most) as asked (bucket, allowed)
            join sign_in_attempts a on a.bucket = asked.bucket and a.at > moment - span
            group by asked.bucket, asked.allowed) as full_ones;
          if free_at is null then
            insert into sign_in_attempts (id, bucket, at)
            select t, b, moment from unnest(tries, buckets) as asked (t, b);
          end if;
          return free_at;
        end
        """,
        kind="volatile",
        language="plpgsql",
    ),
    Function(
        "identity_forget_attempts",
        ("of_bucket bytea",),
        "void",
        "delete from sign_in_attempts where bucket = of_bucket",
        kind="volatile",
    ),
    Function(
        "identity_sweep",
        ("moment timestamptz",),
        "void",
        """
        delete from sign_in_attempts where at < moment - interval '1 day';
        delete from auth_sessions where expires_at < moment - interval '30 days'
           or revoked_at < moment - interval '30 days';
        delete from sign_in_challenges where expires_at < moment;
        delete from provider_visits where expires_at < moment;
        delete from password_links where expires_at < moment - interval '30 days';
        delete from invitations where expires_at < moment - interval '30 days';
        delete from api_keys where expires_at < moment - interval '90 days';
        """,
        kind="volatile",
    ),
)
