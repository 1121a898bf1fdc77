-- The ledger of aid: what every version said, one payment told twice, alerts, and the life of a difference
-- (docs/adr/2611-three-books.md).

alter table aid.charity_aid
    add column fund_id     text,
    add column project     text,
    add column payment_ref text,
    add column campaign    text,
    add column complement  boolean not null default false,
    -- The first 20 bits of SHA-256 of the id: the leaf of the comparison tree the line hangs on (contracts/charity).
    add column bucket      int generated always as (('x' || substr(encode(sha256(aid_id::bytea), 'hex'), 1, 5))::bit(20)::int) stored;
create index charity_aid_bucket on aid.charity_aid (bucket);
create index charity_aid_untold on aid.charity_aid (aid_id) where referral_id is null or reported_at is null;
create index charity_aid_fund on aid.charity_aid (fund_id) where fund_id is not null;
create index gov_aid_household on aid.gov_aid (household_ref);

-- What a line said before it was corrected: a correction is a new version and the old one stays readable (R51).
create table aid.charity_aid_was (
    aid_id      text          not null,
    version     int           not null,
    form        text          not null,
    amount      numeric(14,2),
    quantity    numeric(14,2),
    given_on    date          not null,
    funding     text          not null,
    status      text          not null,
    replaced_at timestamptz   not null,
    primary key (aid_id, version)
);

create table aid.gov_aid_was (
    source_key  uuid          not null,
    version     bigint        not null,
    category    text          not null,
    period      text          not null,
    amount      numeric(14,2) not null,
    paid_on     date,
    status      text          not null,
    replaced_at timestamptz   not null,
    primary key (source_key, version)
);

-- Two lines that are one payment, may be one, or were said to top up each other. Linking deletes nothing.
create table aid.link (
    kind           text        not null,           -- SAME_PAYMENT, COMPLEMENT
    left_side      text        not null,           -- provincial, charity
    left_id        text        not null,
    right_side     text        not null,
    right_id       text        not null,
    state          text        not null,           -- LINK, SUSPECT, REJECTED, ENDED
    score          int         not null,
    reasons        text[]      not null,
    decided_by     text        not null,           -- RULE, or the operator
    reason         text,
    decided_at     timestamptz not null,
    policy_version text        not null,
    primary key (kind, left_side, left_id, right_side, right_id)
);
create index link_right on aid.link (right_side, right_id);
create index link_suspect on aid.link (decided_at) where state = 'SUSPECT';

create table aid.alert (
    alert_id       uuid        primary key,
    type           text        not null,
    code           text        not null,
    person_key     uuid,
    need_id        uuid,
    kind           text,
    records        text[]      not null,           -- side:id
    excess         numeric(14,2),
    band           text,
    state          text        not null,           -- OPEN, CLOSED
    opened_at      timestamptz not null,
    changed_at     timestamptz not null,
    close_reason   text,
    policy_version text        not null
);
create index alert_open_person on aid.alert (person_key) where state = 'OPEN';
create index alert_open on aid.alert (opened_at, alert_id) where state = 'OPEN';
create index alert_records on aid.alert using gin (records) where state = 'OPEN';

-- What happened to an alert, for ever: opened, changed, acknowledged by whom, closed and why.
create table aid.alert_step (
    number   bigint      generated always as identity primary key,
    alert_id uuid        not null references aid.alert,
    step     text        not null,                 -- OPENED, CHANGED, ACKNOWLEDGED, CLOSED
    actor    text        not null,
    reason   text,
    at       timestamptz not null
);
create index alert_step_alert on aid.alert_step (alert_id, number);

-- Funds and earmarked gifts, and what their givers allowed them for (R38, R46).
create table aid.gift (
    fund_id    text          not null,
    uscc       text          not null,
    amount     numeric(14,2),
    areas      text[]        not null,
    kinds      text[]        not null,
    told_by    text          not null,
    told_at    timestamptz   not null,
    primary key (fund_id, uscc)
);

-- A difference lives from the run that found it to the run that proves it gone, with an owner and all that was done.
create table reconciliation.open_difference (
    difference_id uuid        primary key,
    level         text        not null,
    class         text        not null,
    source        text        not null,
    key           text        not null,
    owner         text        not null,
    state         text        not null,            -- OPEN, ASKED, SENT, ACCEPTED, CLOSED
    first_seen_at timestamptz not null,
    last_seen_at  timestamptz not null,
    last_run      uuid        not null references reconciliation.run,
    changed_at    timestamptz not null,
    reason        text
);
create unique index open_difference_name on reconciliation.open_difference (level, class, source, key) where state <> 'CLOSED';
create index open_difference_age on reconciliation.open_difference (first_seen_at, difference_id);

create table reconciliation.difference_step (
    number        bigint      generated always as identity primary key,
    difference_id uuid        not null references reconciliation.open_difference,
    step          text        not null,            -- FOUND, ASKED, SENT, ACCEPTED, CLOSED
    actor         text        not null,
    reason        text,
    at            timestamptz not null
);
create index difference_step_of on reconciliation.difference_step (difference_id, number);

-- Questions whether someone was aided already, by minute and by hour: who asks much, or much about one, is stopped.
create table pipeline.question (
    window_start timestamptz not null,
    asked        text        not null,             -- the organisation, or a keyed index of whom was asked about
    count        int         not null,
    primary key (asked, window_start)
);
