-- The rules as data (R01): every version of the pack there ever was, each as it was published and never changed.

create schema policy;

create table policy.pack (
    version        text        primary key,
    effective_from date        not null,
    effective_to   date,                           -- as the pack says; open until the next version begins
    body           text        not null,           -- the file, byte by byte
    digest         bytea       not null,           -- SHA-256 of the body
    published_at   timestamptz not null,
    published_by   text        not null,
    approved_by    text        not null,
    reason         text        not null
);
create unique index pack_from on policy.pack (effective_from);

-- A version that one person proposed and another has not approved yet.
create table policy.proposal (
    version     text        primary key,
    digest      bytea       not null,
    proposed_by text        not null,
    proposed_at timestamptz not null,
    reason      text        not null
);

-- What decides who a need is for, as the source said it: codes, amounts and answers (R35, R40 to R43).
alter table referrals.need add column circumstances jsonb not null default '{}';

-- Supported in an institution or at home (R40); and a household's recognitions are found by the household.
alter table identity.recognition add column support_mode text;
create index recognition_household on identity.recognition (household_ref);

-- The turn of a need: since when it waits, and whether it goes before the others. Routing says so by the policy (R05).
alter table referrals.need
    add column queued_on  date    not null default current_date,
    add column goes_first boolean not null default false;
update referrals.need set queued_on = opened_on where opened_on is not null;
create index need_turn on referrals.need (goes_first, queued_on, need_id);

-- Cases an organisation can have open at once, as it says; null when it says nothing.
alter table referrals.organisation add column capacity int;
create index referral_holder on referrals.referral (uscc)
 where state in ('OFFERED', 'ACCEPTED', 'RELEASED', 'IN_PROGRESS', 'ON_HOLD', 'AIDED_PARTIAL');

-- Who could be asked about needs of one kind and place, and why everyone else could not: the same for many needs.
create table referrals.choice (
    choice_id uuid  primary key,                   -- follows from the body
    body      jsonb not null
);

-- Why a referral went where it went, or nowhere (P18). A row is added when there is something new to say.
create table referrals.routing_reason (
    reason_id      bigint      generated always as identity primary key,
    referral_id    uuid        not null,
    at             timestamptz not null,
    attempt        int         not null,
    policy_version text        not null,
    objection      text,                           -- why the need itself may not be referred
    predicate      text,                           -- which part of the policy says so
    advice         text[]      not null,
    chosen         text,
    refused        jsonb       not null,           -- organisations that fit and were not asked, and why
    choice_id      uuid        references referrals.choice,
    digest         uuid        not null
);
create index routing_reason_referral on referrals.routing_reason (referral_id, reason_id);
