-- The number that an authority outside gave its order: a table of such orders is asked for those that somebody entered
-- by hand.
create index matter_order on matter (county, (fold::jsonb -> 'outside' ->> 'number'))
    where (fold::jsonb -> 'outside' ->> 'number') is not null;
