-- A village's matters, for those who see the whole county; and what is rare in it, in either order without a look
-- at the register.
create index matter_division_due on matter (county, division, due, id, created);
drop index matter_owner_due;
create index matter_owner_due on matter (county, owner_unit, due, id, created) where owner_unit <> '';
drop index matter_open_due;
create index matter_open_due on matter (county, state, due, id, created)
    where state not in ('signed_off', 'recorded', 'declined', 'merged');
drop index matter_lamp_due;
create index matter_lamp_due on matter (county, lamp, due, id, created) where lamp in ('yellow', 'red', 'paused');

-- What lists and counts ask of many matters, a few to a page; the row itself takes a page.
create index matter_facets on matter (
    county, id, state, lamp, category, source, owner_unit, owner_post, lead_unit, division, township, restricted, due,
    created
);
