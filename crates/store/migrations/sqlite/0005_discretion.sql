-- What people decided who might have decided otherwise: with it what was merged, and what was sealed off,
-- released or destroyed.
drop index act_discretion;
create index act_discretion on act (county, at, pos) where kind in ('declined', 'dispatched',
    'adjudicated', 'decided', 'signed_off', 'reopened', 'merged', 'ordered', 'noticed', 'passed_on', 'allowed',
    'power_adopted', 'power_refused', 'content_sealed', 'content_released', 'content_destroyed');
