-- Who may sign in. Who acts for which post stands in the organisation, not here.

create table account (
    county text not null,
    id text not null,
    login text not null,
    -- Argon2id in PHC form; '' until the one-time link is used.
    password text not null,
    locked bigint not null,
    must_change bigint not null,
    -- SHA-256 of the one-time link, and when it ends; '' where none is open.
    link text not null,
    link_ends bigint not null,
    failures bigint not null,
    created bigint not null,
    primary key (county, id),
    unique (county, login)
);
create index account_link on account (county, link);

create table session (
    county text not null,
    -- SHA-256 of the 256 bits in the cookie.
    hash text not null,
    account text not null,
    post text not null,
    created bigint not null,
    seen bigint not null,
    ends bigint not null,
    primary key (county, hash)
);
create index session_account on session (county, account);

create table token (
    county text not null,
    hash text not null,
    account text not null,
    post text not null,
    name text not null,
    created bigint not null,
    revoked bigint,
    primary key (county, hash)
);
create index token_account on token (county, account);
