-- A province's first load is millions of new rows: each is written once, to one table, and the snapshot's memory of
-- it is kept in packed segments (docs/adr/2611-first-load.md).

-- What each row of a stream looked like: the rows of one landed chunk in one sealed value, later segments over earlier
-- ones. The memory starts anew with this migration; the next snapshot is read whole, and changes nothing it knows.
drop table intake.row_state;

create table intake.row_segment (
    stream_id  int    not null references intake.stream,
    segment_id bigint generated always as identity,
    file_id    int    not null,
    entries    int    not null,
    body       bytea  not null,
    primary key (stream_id, segment_id)
);

-- Sealed bytes do not compress.
alter table intake.row_segment alter column body set storage external;
alter table intake.chunk alter column body set storage external;

alter table intake.stream add column known_rows bigint not null default 0;

-- True when every record of the chunk came from a row its stream had never seen.
alter table intake.chunk add column all_new boolean not null default false;

-- A person is what the records say, folded when it is asked: each record keeps its own sealed statement, and no row is
-- shared between records, so that their order can never matter and taking one back restores the rest exactly.
alter table identity.member
    add column name_index   uuid,
    add column rule         text,
    add column born_on      date,
    add column sex          text,
    add column sealed       bytea,
    add column content_hash uuid;

update identity.member m
   set name_index   = l.name_index
     , rule         = l.rule
     , born_on      = p.born_on
     , sex          = p.sex
     , sealed       = p.sealed
     , content_hash = e.content_hash
  from identity.link l
  join identity.person p on p.person_key = l.person_key
  join pipeline.effect e on e.source_key = l.source_key
 where l.source_key = m.source_key;

delete from pipeline.effect e
 using identity.member m
 where m.source_key = e.source_key;

alter table identity.member
    alter column name_index   set not null,
    alter column rule         set not null,
    alter column sealed       set not null,
    alter column sealed       set storage external,
    alter column content_hash set not null;

drop table identity.link;
drop table identity.person;
