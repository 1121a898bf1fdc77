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
