-- The hub's database roles. Groups without login or password: log-in roles are made by hand and put into them
-- (deploy/runbooks/first-start.md). Run as a superuser on the hub's database, before the first `hub migrate` and again
-- after every later one; it may be run any number of times:
--   psql -d hub -v ON_ERROR_STOP=1 -f deploy/postgres/roles.sql

\set QUIET on
set client_min_messages = warning;
begin;

do $$
declare
    name text;
begin
    foreach name in array array['hub_owner', 'hub_app', 'hub_adapter', 'hub_reader', 'hub_auditor'] loop
        if not exists (select from pg_roles where rolname = name) then
            execute format('create role %I nologin', name);
        end if;
    end loop;
end
$$;

comment on role hub_owner   is 'owns the tables; `hub migrate` alone uses it';
comment on role hub_app     is 'worker, web and command line: reads and writes rows, changes no table';
comment on role hub_adapter is 'an intake process in another network zone: may add to the intake, may read nothing';
comment on role hub_reader  is 'reports: counts and states; no identity, no keys, no bodies';
comment on role hub_auditor is 'who saw what, when and on which consent; may change nothing';

-- Nobody by default.
do $$
begin
    execute format('revoke all on database %I from public', current_database());
    execute format(
        'grant connect on database %I to hub_owner, hub_app, hub_adapter, hub_reader, hub_auditor', current_database());
    execute format('grant create on database %I to hub_owner', current_database());
end
$$;
revoke all on schema public from public;

-- Hangfire makes and upgrades its own tables, with the role it runs as.
create schema if not exists hangfire;
do $$
begin
    if pg_get_userbyid((select nspowner from pg_namespace where nspname = 'hangfire')) <> 'hub_app' then
        alter schema hangfire owner to hub_app;
    end if;
end
$$;

do $$
declare
    station text;
begin
    for station in
        select nspname
          from pg_namespace
         where nspname in ('hub', 'protection', 'audit', 'outbox', 'failures', 'intake', 'pipeline', 'identity', 'aid',
                           'policy', 'consent', 'referrals', 'disclosure', 'subscriptions', 'reconciliation')
    loop
        execute format('grant usage on schema %I to hub_app', station);
        execute format('grant select, insert, update, delete on all tables in schema %I to hub_app', station);
        execute format('grant usage, select on all sequences in schema %I to hub_app', station);
    end loop;
end
$$;

-- The rest needs the tables; before the first migration there are none.
select to_regclass('audit.entry') is not null as migrated
\gset
\if :migrated

-- Evidence is only ever added to. (Shredding a person deletes a key, never evidence.)
revoke update, delete, truncate on audit.entry, consent.event, disclosure.decision, referrals.transition from hub_app;
revoke update, delete, truncate on policy.pack, consent.matching, identity.death, disclosure.release_member from hub_app;
revoke delete, truncate on disclosure.release, audit.head from hub_app;

grant usage on schema intake to hub_adapter;
grant insert on all tables in schema intake to hub_adapter;
grant usage on all sequences in schema intake to hub_adapter;

-- Column by column: what is not named here stays dark, also when a later migration adds it.
grant usage on schema intake, referrals, aid, reconciliation, subscriptions, failures, outbox to hub_reader;
grant select on intake.run, intake.stream, intake.file, intake.quarantine to hub_reader;
grant select (chunk_id, run_id, file_id, number, records, state, applied, held, failed, created_at, done_at)
   on intake.chunk to hub_reader;
grant select on referrals.organisation, referrals.referral, referrals.attempt, referrals.transition to hub_reader;
grant select (need_id, kind, hardship, amount, ground, gov_aid_status, division, channel, opened_on, expires_on, status,
              priority, version)
   on referrals.need to hub_reader;
grant select (category, period, amount, paid_on, status, ended) on aid.gov_aid to hub_reader;
grant select (aid_id, version, uscc, referral_id, kind, form, amount, quantity, unit, given_on, funding, status,
              reverses_id, recorded_at, reported_at)
   on aid.charity_aid to hub_reader;
grant select on reconciliation.run, reconciliation.difference to hub_reader;
grant select (subscription_id, uscc, url, state, last_sequence, created_at) on subscriptions.subscription to hub_reader;
grant select (subscription_id, sequence, event_id, type, state, tries, next_try_at, delivered_at, last_outcome,
              created_at)
   on subscriptions.delivery to hub_reader;
grant select (failure_id, message_id, endpoint, message_type, exception_type, group_key, state, attempts,
              first_failed_at, last_failed_at)
   on failures.failed_message to hub_reader;
grant select (id, message_id, topic, created_at, sent_at) on outbox.message to hub_reader;

grant usage on schema audit, consent, disclosure, referrals, reconciliation to hub_auditor;
grant select on audit.entry, audit.head, consent.event, consent.matching, disclosure.decision, disclosure.release,
                disclosure.release_member, referrals.organisation,
                referrals.referral, referrals.attempt, referrals.transition, reconciliation.run,
                reconciliation.difference
   to hub_auditor;

\else
\echo 'The tables are not there yet: run hub migrate, then this file again.'
\endif

commit;
