-- Subscriptions that charities keep themselves: three ways in, filters, states, secrets in rotation, attempts, turns.

alter table subscriptions.subscription
    add column channel      text    not null default 'WEBHOOK', -- WEBHOOK, FEED, AMQP
    add column name         text    not null default '',
    add column filter       jsonb   not null default '{}',
    add column concurrency  int     not null default 1,
    add column urgent_first boolean not null default false,
    add column version      int     not null default 1,
    add column state_reason text,
    add column state_since  timestamptz,
    add column verified_at  timestamptz;
alter table subscriptions.subscription
    alter column url drop not null,
    alter column secret drop not null,
    add constraint subscription_state check (state in ('PENDING', 'ACTIVE', 'PAUSED', 'DISABLED')),
    add constraint subscription_channel check (channel in ('WEBHOOK', 'FEED', 'AMQP')),
    add constraint subscription_address check ((channel = 'WEBHOOK') = (url is not null));

-- Who subscribed before there was a handshake was vouched for by the operator who added it.
update subscriptions.subscription
   set verified_at = created_at
     , state_since = created_at;

-- Secrets that still sign beside the new one while the receiver changes over.
create table subscriptions.former_secret (
    subscription_id uuid        not null references subscriptions.subscription,
    secret          bytea       not null,
    ends_at         timestamptz not null,
    primary key (subscription_id, ends_at)
);

-- The turn of a subscription: who moved the lease sends. Apart from the subscription, whose row fan-out locks.
create table subscriptions.turn (
    subscription_id uuid        primary key references subscriptions.subscription,
    leased_until    timestamptz not null default '-infinity',
    served_at       timestamptz not null default '-infinity',
    failing_since   timestamptz,
    refusals        int         not null default 0, -- in a row
    handshakes      int         not null default 0, -- failed ones since the last that was answered
    handshake_at    timestamptz not null default '-infinity'
);
insert into subscriptions.turn (subscription_id)
select subscription_id
  from subscriptions.subscription;

alter table subscriptions.delivery
    add column urgent boolean not null default false;
create index delivery_head on subscriptions.delivery (subscription_id, sequence) where state = 'WAITING';
create index delivery_urgent on subscriptions.delivery (subscription_id, sequence) where state = 'WAITING' and urgent;
create index delivery_parked on subscriptions.delivery (subscription_id, sequence) where state = 'PARKED';

-- Every try with its answer and its time: what a developer at the other end asks for first.
create table subscriptions.attempt (
    attempt_id      bigint      generated always as identity primary key,
    subscription_id uuid        not null,
    sequence        bigint      not null,
    at              timestamptz not null,
    outcome         text        not null,
    is_success      boolean     not null,
    took_ms         int         not null, -- the call
    waited_ms       bigint      not null  -- from the commit of the delivery to the answer
);
create index attempt_of on subscriptions.attempt (subscription_id, attempt_id);
