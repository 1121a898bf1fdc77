-- Failures as people work with them, and sending again as an operation that adds up.

-- A group is one cause at one place: exception and first own frame, message type, endpoint, partner, problem code.
create table failures.failure_group (
    group_id       bigint      generated always as identity primary key,
    group_key      text        not null unique,
    exception_type text        not null,
    frame          text        not null,
    message_type   text        not null,
    endpoint       text        not null,
    partner        text        not null default '',
    problem_code   text        not null default '',
    failed         bigint      not null default 0,  -- of all time, folded from the tallies
    open           bigint      not null default 0,
    first_seen     timestamptz not null,
    last_seen      timestamptz not null,
    state          text        not null default 'NEW'
                   check (state in ('NEW', 'INVESTIGATING', 'MUTED', 'WAITING_FOR_PARTNER')),
    muted_until    timestamptz,
    owner          text,
    note           text,
    ticket         text,
    due_on         date,
    version        int         not null default 1
);

-- What is to be added to a group. Appending needs no lock on the group, so that a thousand failures with one cause do not
-- queue up behind each other; a worker folds them, and whoever reads adds what is not folded yet.
create table failures.tally (
    tally_id bigint      generated always as identity primary key,
    group_id bigint      not null references failures.failure_group,
    at       timestamptz not null,
    failed   int         not null,
    opened   int         not null
);

create table failures.group_day (
    group_id bigint not null references failures.failure_group,
    day      date   not null,
    failed   bigint not null,
    primary key (group_id, day)
);

alter table failures.failed_message
    add column group_id     bigint references failures.failure_group,
    add column division     text,
    add column problem_code text,
    add column retry_at     timestamptz,             -- when the schedule sends it again by itself
    add column retries      int  not null default 0, -- how often it has
    add column sent_at      timestamptz,             -- sent again, and not known yet how it went
    add column operation_id uuid,                    -- the one re-drive that may send it now
    add column held_behind  bigint,                  -- an earlier failure of the same subject that must go first
    add column edit_of      bigint,
    add column closed_at    timestamptz,
    add column closed_by    text,
    add column closed_why   text,
    add column version      int  not null default 1;

insert into failures.failure_group
       (group_key, exception_type, frame, message_type, endpoint, failed, open, first_seen, last_seen)
select group_key || '/' || md5(message_type || '|' || endpoint), min(exception_type), '', message_type, endpoint
     , sum(attempts), count(*) filter (where state = 'NEW'), min(first_failed_at), max(last_failed_at)
  from failures.failed_message
 group by group_key, message_type, endpoint;

update failures.failed_message m
   set group_id = g.group_id
  from failures.failure_group g
 where g.group_key = m.group_key || '/' || md5(m.message_type || '|' || m.endpoint);

alter table failures.failed_message alter column group_id set not null;

drop index failures.failed_message_group;
create index failed_message_of_group on failures.failed_message (group_id, state, last_failed_at desc, failure_id desc);
create index failed_message_due on failures.failed_message (retry_at) where state = 'NEW' and retry_at is not null;
create index failed_message_sent on failures.failed_message (sent_at) where state = 'NEW' and sent_at is not null;
create index failed_message_held on failures.failed_message (held_behind) where held_behind is not null;
create index failed_message_operation on failures.failed_message (operation_id) where operation_id is not null;

-- Whom or what an open failure is about, where later messages about the same must not overtake it.
create table failures.subject (
    endpoint   text   not null,
    subject    text   not null,
    failure_id bigint not null,
    primary key (endpoint, subject, failure_id)
);
create index subject_of_failure on failures.subject (failure_id);

-- The pauses after which a transient failure is sent again. Editable: a row is a step.
create table failures.retry_step (
    number int      primary key check (number > 0),
    pause  interval not null check (pause > interval '0')
);
insert into failures.retry_step (number, pause)
values (1, '1 minute'), (2, '10 minutes'), (3, '1 hour'), (4, '6 hours');

-- What may be sent again, by endpoint or by message type; '*' for all that has no row of its own.
create table failures.redrive_policy (
    kind           text not null check (kind in ('endpoint', 'message')),
    name           text not null,
    rule           text not null check (rule in ('ALLOWED', 'NEEDS_APPROVAL', 'FORBIDDEN')),
    approval_above int,     -- more messages than this in one operation need a second person
    primary key (kind, name)
);
insert into failures.redrive_policy (kind, name, rule, approval_above)
values ('endpoint', '*', 'ALLOWED', 1000);

create table failures.redrive_operation (
    operation_id   uuid        primary key,
    made_at        timestamptz not null,
    made_by        text        not null,
    reason         text        not null,
    filter         jsonb       not null,
    state          text        not null
                   check (state in ('PREVIEWING', 'PREVIEWED', 'AWAITING_APPROVAL', 'CANARY', 'RUNNING', 'PAUSED', 'STOPPED',
                                    'CANCELLING', 'CANCELLED', 'DONE')),
    needs_approval boolean     not null default false,
    approved_by    text,
    approved_at    timestamptz,
    canary         int         not null default 0,
    waits_after_canary boolean not null default false,
    rate           int         not null,        -- messages a second
    ramp_seconds   int         not null default 0,
    stop_ratio     double precision not null,
    requested      int         not null default 0,
    sent           int         not null default 0,   -- in flight now
    applied        int         not null default 0,
    already_applied int        not null default 0,
    refused        int         not null default 0,
    failed         int         not null default 0,
    cancelled      int         not null default 0,
    canary_passed  boolean     not null default false,
    phase_at       timestamptz,                 -- since when it drives, for rate and ramp
    phase_sent     int         not null default 0,
    phase_settled  int         not null default 0,   -- applied + failed when the phase began
    phase_failed   int         not null default 0,
    stopped_why    text,
    changed_at     timestamptz not null,
    version        int         not null default 1
);
create index redrive_operation_open on failures.redrive_operation (operation_id)
    where state in ('CANARY', 'RUNNING', 'PAUSED', 'STOPPED', 'CANCELLING');

create table failures.redrive_item (
    operation_id uuid   not null references failures.redrive_operation,
    number       int    not null,
    failure_id   bigint not null,
    verdict      text,          -- as the preview saw it
    state        text   not null default 'WAITING'
                 check (state in ('WAITING', 'SENT', 'APPLIED', 'ALREADY_APPLIED', 'REFUSED', 'FAILED', 'CANCELLED')),
    outcome      text,          -- why it was refused, or what it failed with
    settled_at   timestamptz,
    primary key (operation_id, number),
    unique (operation_id, failure_id)
);
create index redrive_item_open on failures.redrive_item (operation_id, number) where state = 'WAITING';
create index redrive_item_sent on failures.redrive_item (operation_id, failure_id) where state = 'SENT';
create index redrive_item_of on failures.redrive_item (failure_id);

-- What was changed before a message went again: the places; the values stand in the bodies of both, sealed where those are.
create table failures.edit (
    failure_id bigint      primary key,   -- the edited one
    edit_of    bigint      not null,
    at         timestamptz not null,
    made_by    text        not null,
    reason     text        not null,
    changed    jsonb       not null
);
create index edit_of_failure on failures.edit (edit_of);

-- A message sent again goes to the one endpoint it failed at, beside other copies of itself.
alter table outbox.message
    add column endpoint  text,
    add column attempts  int not null default 0,
    add column not_before timestamptz,   -- it could not be told and is tried again then
    add column parked_at timestamptz,
    add column parked_why text;
alter table outbox.message drop constraint message_message_id_key;
alter table outbox.message add constraint message_once unique nulls not distinct (message_id, endpoint);
drop index outbox.message_waiting;
create index message_waiting on outbox.message (id) where sent_at is null and parked_at is null;
create index message_parked on outbox.message (id) where parked_at is not null;
